import { SETTINGS } from '../../contract/settings';
import type { Simulator } from '../tavus/simulator';
import { check, type ReportCheck } from '../checks';
import type { LaptopBackend } from './laptop-backend';
import { CALLBACK_SECRET, OPERATOR_KEY, START_KEY, TAVUS_KEY } from './settings';
import {
  landedStatus,
  lastRequest,
  recordAndEnd,
  sendCallback,
  setFaults,
  startConversation,
  until,
  type BackendConversation,
} from './conversation-steps';
import { logLines } from './watched-calls';

/** The request that the backend sends to Tavus with recording off. */
export async function recordingOffCheck(backend: LaptopBackend, simulator: Simulator): Promise<ReportCheck> {
  await startConversation(backend);
  const { properties } = await lastRequest(simulator);
  // No bucket and no role, only the limits of every call on Azure.
  const expected = JSON.stringify({
    enable_closed_captions: false,
    enable_recording: false,
    max_call_duration: Number(SETTINGS.TAVUS_MAX_CALL_DURATION_SEC.deployedDefault),
    participant_left_timeout: Number(SETTINGS.TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC.deployedDefault),
    participant_absent_timeout: Number(SETTINGS.TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC.deployedDefault),
  });
  return check('request-off', expected, JSON.stringify(properties));
}

const ANNOUNCED = 'Recording announced';

/** A conversation whose callbacks came twice and out of order. */
interface DisorderedConversation {
  readonly checks: readonly ReportCheck[];
  readonly conversation: BackendConversation;
  /** No log may contain it. */
  readonly callbackPath: string;
}

/** Checks of the newer request form, of a forged callback, and of callbacks that come twice and out of order. */
export async function callbackChecks(
  backend: LaptopBackend,
  simulator: Simulator,
): Promise<DisorderedConversation> {
  await setFaults(simulator, { duplicate: true, shuffle: true, shuffleWindowMs: 700 });
  const conversation = await startConversation(backend);
  const { properties, callback_url: callback = '' } = await lastRequest(simulator);
  const forged = await forgedCheck(callback, conversation.id);
  await recordAndEnd(simulator, backend, conversation);
  const announcements = async (): Promise<number> => {
    await simulator.callbacksSent();
    return logLines(backend, conversation, [ANNOUNCED]).length;
  };
  // `callbacksSent` does not wait for callbacks that the simulator delays to change their order.
  await until(async () => (await announcements()) > 0);
  await setFaults(simulator, { duplicate: false, shuffle: false });
  const checks = [
    check('request-form', 'recording_storage', formOf(properties)),
    forged,
    check('callbacks-once', '1', String(await announcements())),
  ];
  return { checks, conversation, callbackPath: new URL(callback).pathname };
}

/** Whether the backend still finds the recording. Called later, because the backend reads the bucket in its next round. */
export async function outOfOrderCheck(
  backend: LaptopBackend,
  { conversation }: DisorderedConversation,
): Promise<ReportCheck> {
  const { recording } = await landedStatus(backend, conversation);
  return check('callbacks-disordered', 'landed', recording);
}

/** Whether the backend's log contains a secret. */
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
  const log = backend.log();
  const found = [...secrets, callbackPath].filter((secret) => log.includes(secret)).length;
  return check('logs-clean', '0 found', `${found} found`);
}

const roleName = (arn: string): string => arn.slice(arn.indexOf('/') + 1);

const formOf = (properties: unknown): string =>
  JSON.stringify(properties).includes('"recording_storage":') ? 'recording_storage' : 'flat';

/** Sends a callback whose token has another last character. */
async function forgedCheck(callback: string, conversationId: string): Promise<ReportCheck> {
  const forged = callback.slice(0, -1) + (callback.endsWith('A') ? 'B' : 'A');
  const status = await sendCallback(forged, {
    conversation_id: conversationId,
    event_type: 'application.recording_ready',
    properties: { s3_key: `tavus/${conversationId}/1780307900000` },
  });
  return check('callback-forged', 'HTTP 404', `HTTP ${status}`);
}
