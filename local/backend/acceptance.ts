import { SETTINGS } from '../../contract/settings';
import type { Simulator } from '../tavus/simulator';
import { check, type ReportCheck } from '../checks';
import type { LaptopBackend } from './laptop-backend';
import { CALLBACK_SECRET, OPERATOR_KEY, START_KEY, TAVUS_KEY } from './settings';
import {
  landedStatus,
  lastRequest,
  misbehave,
  recordAndEnd,
  sendCallback,
  startConversation,
  until,
  type Started,
} from './talk';
import { linesOf } from './watched-calls';

/** What a backend with recording switched off asks Tavus for. */
export async function offCheck(backend: LaptopBackend, simulator: Simulator): Promise<ReportCheck> {
  await startConversation(backend);
  const { properties } = await lastRequest(simulator);
  // Nothing of a bucket or a role: only the limits that every call on Azure has.
  const expected = JSON.stringify({
    enable_closed_captions: false,
    enable_recording: false,
    max_call_duration: Number(SETTINGS.TAVUS_MAX_CALL_DURATION_SEC.deployedDefault),
    participant_left_timeout: Number(SETTINGS.TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC.deployedDefault),
    participant_absent_timeout: Number(SETTINGS.TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC.deployedDefault),
  });
  return check(
    'simulator',
    'request-off',
    'request: with recording off',
    expected,
    JSON.stringify(properties),
  );
}

const ANNOUNCED = 'Recording announced';

/** A conversation of which the backend heard in disorder. */
export interface CalledBack {
  readonly lines: readonly ReportCheck[];
  readonly conversation: Started;
  /** No log may hold it. */
  readonly callbackPath: string;
}

/**
 * What a backend must get right with any Tavus: the newer form of the request, callbacks twice and out of order, and
 * forged ones.
 */
export async function callbackChecks(backend: LaptopBackend, simulator: Simulator): Promise<CalledBack> {
  await misbehave(simulator, { duplicate: true, shuffle: true, shuffleWindowMs: 700 });
  const conversation = await startConversation(backend);
  const { properties, callback_url: callback = '' } = await lastRequest(simulator);
  const forged = await forgedCheck(callback, conversation.id);
  await recordAndEnd(simulator, backend, conversation);
  const announcements = async (): Promise<number> => {
    await simulator.callbacksSent();
    return linesOf(backend, conversation, [ANNOUNCED]).length;
  };
  // What is held back to be put out of order is not among those sent.
  await until(async () => (await announcements()) > 0);
  await misbehave(simulator, { duplicate: false, shuffle: false });
  const lines = [
    check('simulator', 'request-form', 'request: the newer form', 'recording_storage', formOf(properties)),
    forged,
    check(
      'simulator',
      'callbacks-once',
      'callbacks: announcements in the log',
      '1',
      String(await announcements()),
    ),
  ];
  return { lines, conversation, callbackPath: new URL(callback).pathname };
}

/** What became of it: the backend looks into the bucket with its next round, so this is asked later. */
export async function disorderedCheck(
  backend: LaptopBackend,
  { conversation }: CalledBack,
): Promise<ReportCheck> {
  const { recording } = await landedStatus(backend, conversation);
  return check('simulator', 'callbacks-disordered', 'callbacks: twice and out of order', 'landed', recording);
}

/** Whether anything secret is in what the backend logged. */
export function logsCheck(backend: LaptopBackend, roleArn: string, callbackPath: string): ReportCheck {
  const secrets = [
    TAVUS_KEY,
    CALLBACK_SECRET,
    START_KEY,
    OPERATOR_KEY,
    roleArn,
    roleName(roleArn),
    '/rooms/',
  ];
  const written = backend.log();
  const found = [...secrets, callbackPath].filter((secret) => written.includes(secret)).length;
  return check(
    'simulator',
    'logs-clean',
    'logs: keys, role, secrets, room addresses',
    '0 found',
    `${found} found`,
  );
}

const roleName = (arn: string): string => arn.slice(arn.indexOf('/') + 1);

const formOf = (properties: unknown): string =>
  JSON.stringify(properties).includes('"recording_storage":') ? 'recording_storage' : 'flat';

/** A callback whose token is wrong in its last character. */
async function forgedCheck(callback: string, conversationId: string): Promise<ReportCheck> {
  const forged = callback.slice(0, -1) + (callback.endsWith('A') ? 'B' : 'A');
  const status = await sendCallback(forged, {
    conversation_id: conversationId,
    event_type: 'application.recording_ready',
    properties: { s3_key: `tavus/${conversationId}/1780307900000` },
  });
  return check('simulator', 'callback-forged', 'callback: with a forged token', 'HTTP 404', `HTTP ${status}`);
}
