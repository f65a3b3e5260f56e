import { SETTINGS } from '../../contract/settings';
import type { Simulator } from '../tavus/simulator';
import { check, type ReportCheck } from '../checks';
import type { LaptopBackend } from './laptop-backend';
import { CALLBACK_SECRET, OPERATOR_KEY, START_KEY, TAVUS_KEY } from './settings';
import { landedStatus, lastRequest, misbehave, recordAndEnd, sendCallback, startConversation } from './talk';

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

/**
 * What a backend must get right with any Tavus: the newer form of the request, callbacks twice and out of order, and
 * forged ones. Answers its callback's path too, which no log may hold.
 */
export async function callbackChecks(
  backend: LaptopBackend,
  simulator: Simulator,
): Promise<{ readonly lines: readonly ReportCheck[]; readonly callbackPath: string }> {
  await misbehave(simulator, { duplicate: true, shuffle: true, shuffleWindowMs: 700 });
  const conversation = await startConversation(backend);
  const { properties, callback_url: callback = '' } = await lastRequest(simulator);
  const forged = await forgedCheck(callback, conversation.id);
  await recordAndEnd(simulator, backend, conversation);
  const { recording } = await landedStatus(backend, conversation);
  await simulator.callbacksSent();
  const announcements = backend
    .log()
    .split('\n')
    .filter((entry) => entry.includes('"Recording announced"')).length;
  await misbehave(simulator, { duplicate: false, shuffle: false });
  const lines = [
    check('simulator', 'request-form', 'request: the newer form', 'recording_storage', formOf(properties)),
    forged,
    check('simulator', 'callbacks-disordered', 'callbacks: twice and out of order', 'landed', recording),
    check('simulator', 'callbacks-once', 'callbacks: announcements in the log', '1', String(announcements)),
  ];
  return { lines, callbackPath: new URL(callback).pathname };
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
