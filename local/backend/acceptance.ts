import type { RequestValues } from '../mistakes';
import { DEFAULT_API_KEY } from '../tavus/options';
import type { Simulator } from '../tavus/simulator';
import { compared, type Line } from '../verdict';
import { freePort, startBackend, type Backend } from './process';
import { backendSettings, CALLBACK_SECRET, type Variation } from './settings';
import { landedStatus, lastRequest, misbehave, recordAndEnd, sendCallback, startConversation } from './talk';

/** What the checks of the backend need. */
export interface Surroundings {
  readonly simulator: Simulator;
  /** Folder of the production bundle. */
  readonly bundle: string;
  readonly request: RequestValues;
}

const line = (id: string, checked: string, expected: string, found: string): Line =>
  compared({ id, checked, expected, found, enforcedBy: 'simulator' });

/** Starts a backend with the hand-over's values. */
export async function laptopBackend(
  { simulator, bundle, request }: Surroundings,
  variation: Variation = {},
): Promise<Backend> {
  const port = await freePort();
  return startBackend(
    bundle,
    port,
    backendSettings(simulator, request, `http://localhost:${port}`, variation),
  );
}

/** Runs some work with a backend of its own. Answers what it logged. */
async function withBackend(
  surroundings: Surroundings,
  variation: Variation,
  work: (backend: Backend) => Promise<void>,
): Promise<string> {
  const backend = await laptopBackend(surroundings, variation);
  try {
    await work(backend);
  } finally {
    await backend.stop();
  }
  return backend.log();
}

/**
 * What a backend must get right with any Tavus: both forms of the request, callbacks twice and out of order, forged
 * callbacks, recording switched off, and nothing secret in any log.
 * @param logs what other backends of this run logged
 */
export async function acceptanceLines(surroundings: Surroundings, logs: readonly string[]): Promise<Line[]> {
  const { simulator, request } = surroundings;
  const lines: Line[] = [];
  const secrets = [DEFAULT_API_KEY, CALLBACK_SECRET, request.roleArn, roleName(request.roleArn), '/rooms/'];

  const onLog = await withBackend(surroundings, { storageFormat: 'recording_storage' }, async (backend) => {
    await misbehave(simulator, { duplicate: true, shuffle: true, shuffleWindowMs: 700 });
    const conversation = await startConversation(backend);
    const { properties, callback_url: callback = '' } = await lastRequest(simulator);
    secrets.push(new URL(callback).pathname);
    lines.push(line('request-form', 'request: the newer form', 'recording_storage', formOf(properties)));
    lines.push(await forgedLine(callback, conversation.id));
    await recordAndEnd(simulator, backend, conversation);
    const { recording } = await landedStatus(backend, conversation);
    lines.push(line('callbacks-disordered', 'callbacks: twice and out of order', 'landed', recording));
    await simulator.callbacksSent();
    const landings = backend
      .log()
      .split('\n')
      .filter((entry) => entry.includes('"Recording landed"')).length;
    lines.push(line('callbacks-once', 'callbacks: landings in the log', '1', String(landings)));
    await misbehave(simulator, { duplicate: false, shuffle: false });
  });

  const offLog = await withBackend(surroundings, { recording: false }, async (backend) => {
    await startConversation(backend);
    const { properties } = await lastRequest(simulator);
    const expected = '{"enable_closed_captions":false,"enable_recording":false}';
    lines.push(line('request-off', 'request: with recording off', expected, JSON.stringify(properties)));
  });

  const written = [...logs, onLog, offLog].join('\n');
  const found = secrets.filter((secret) => written.includes(secret)).length;
  lines.push(line('logs-clean', 'logs: key, role, secrets, room addresses', '0 found', `${found} found`));
  return lines;
}

const roleName = (arn: string): string => arn.slice(arn.indexOf('/') + 1);

const formOf = (properties: unknown): string =>
  JSON.stringify(properties).includes('"recording_storage":') ? 'recording_storage' : 'flat';

/** A callback whose token is wrong in its last character. */
async function forgedLine(callback: string, conversationId: string): Promise<Line> {
  const forged = callback.slice(0, -1) + (callback.endsWith('A') ? 'B' : 'A');
  const status = await sendCallback(forged, {
    conversation_id: conversationId,
    event_type: 'application.recording_ready',
    properties: { s3_key: `tavus/${conversationId}/1780307900000` },
  });
  return line('callback-forged', 'callback: with a forged token', 'HTTP 404', `HTTP ${status}`);
}
