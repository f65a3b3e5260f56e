import type { Revision } from '../../../../local/azure/cloud/revision';
import { untilGone } from '../../aws/processes';
import { askWithoutPause, revision, startSupervisor } from './support';

const SECRET = 'tvsk_"never"_shown';

/** Longer than any process needs, even on a busy computer. */
const LONG = 20_000;
/** Long enough to start. */
const SHORT = 1500;

// Starting a process can be slow on a busy computer.
jest.setTimeout(30_000);

/** Error and log of a revision that does not start, after its processes have ended. */
async function failure(failing: Revision, timeoutMs: number): Promise<{ message: string; log: string }> {
  const { supervisor, pids, stop } = await startSupervisor(timeoutMs);
  try {
    const error: unknown = await supervisor.replace(failing).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    await Promise.all(pids().map(untilGone));
    return { message: error instanceof Error ? error.message : 'no error', log: supervisor.log() };
  } finally {
    await stop();
  }
}

test.concurrent.each([
  ['ends', LONG, 'it ended by itself, exit code 3'],
  ['never-ready', SHORT, 'its Readiness probe failed on port 8080, path /readyz'],
  ['other-port', SHORT, 'its Startup probe failed on port 8080, path /healthz'],
  ['loopback', SHORT, 'its Startup probe failed on port 8080, path /healthz'],
])('a revision that does not start fails, and its process ends: %s', async (fixture, timeoutMs, reason) => {
  const { message } = await failure(revision(fixture), timeoutMs);
  const [first] = message.split(' See its last lines:\n');
  expect(first).toBe(
    `app--${fixture}: did not become ready, got that ${reason}. Traffic stays on the old revision.`,
  );
});

test('a health probe waits no longer than its period times its threshold', async () => {
  const [probe] = revision('never-ready').probes;
  if (probe === undefined) throw new Error('The revision has no probe.');
  const readiness = { ...probe, type: 'Readiness', periodSeconds: 0.1, failureThreshold: 3 } as const;
  const { message } = await failure(revision('other-port', { probes: [readiness] }), LONG * 100);
  expect(message).toContain('its Readiness probe failed');
});

test('a revision fails if nothing listens on the port of the ingress, even if its probes succeed', async () => {
  const { message } = await failure(revision('ready', { targetPort: 9090 }), LONG);
  expect(message).toContain("got that nothing listens on the ingress's port 9090.");
});

test('a missing bundle fails', async () => {
  const { message } = await failure(revision('missing'), LONG);
  expect(message).toContain('app--missing: did not become ready, got that it ended by itself, spawn ');
});

test('the error shows the end of the log without secrets, and the whole log keeps them', async () => {
  const environment = { API_KEY: SECRET, NAME: 'visible' };
  const { message, log } = await failure(revision('ends', { environment, secrets: [SECRET] }), LONG);
  expect(message).toContain('"API_KEY":"[hidden]","NAME":"visible"');
  expect(message).toContain('A setting is missing.');
  expect(message).not.toContain('never');
  expect(log).toContain(JSON.stringify(SECRET));
});

test('the old revision keeps serving while a new one fails', async () => {
  const running = await startSupervisor(LONG);
  try {
    await running.supervisor.replace(revision('ready'));
    const finish = askWithoutPause(running);
    await expect(running.supervisor.replace(revision('ends'))).rejects.toThrow(
      'app--ends: did not become ready',
    );
    expect(new Set(await finish())).toEqual(new Set(['ready']));
    expect(await running.ask('/name')).toBe('ready');
  } finally {
    await running.stop();
  }
});
