import type { Revision } from '../../../../local/azure/cloud/revision';
import { untilGone } from '../../aws/processes';
import { askWithoutPause, revision, startSupervisor } from './support';

const SECRET = 'tvsk_"never"_shown';

/** Longer than any of these needs, on a busy computer too. */
const LONG = 20_000;
/** Long enough to start: what isn't there by then won't come. */
const SHORT = 1500;

// Processes start as fast as the computer lets them.
jest.setTimeout(30_000);

/** What is said of a revision that can't start, and what it logged. It has ended by then. */
async function failure(failing: Revision, patienceMs: number): Promise<{ message: string; log: string }> {
  const { supervisor, pids, stop } = await startSupervisor(patienceMs);
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
  ['never-ready', SHORT, 'its Readiness probe got no good answer from port 8080, path /readyz'],
  ['other-port', SHORT, 'its Startup probe got no good answer from port 8080, path /healthz'],
  ['loopback', SHORT, 'its Startup probe got no good answer from port 8080, path /healthz'],
])('a revision fails, and its process ends: %s', async (fixture, patienceMs, reason) => {
  const { message } = await failure(revision(fixture), patienceMs);
  const [first] = message.split(' Its last lines:\n');
  expect(first).toBe(`app--${fixture}: is not ready, got that ${reason}. Traffic stays where it was.`);
});

test('a probe has no more patience than was declared', async () => {
  const [probe] = revision('never-ready').probes;
  if (probe === undefined) throw new Error('There is no probe.');
  const readiness = { ...probe, type: 'Readiness', periodSeconds: 0.1, failureThreshold: 3 } as const;
  const { message } = await failure(revision('other-port', { probes: [readiness] }), LONG * 100);
  expect(message).toContain('its Readiness probe got no good answer');
});

test('probes that are content with another port than the ingress leads to do not help', async () => {
  const { message } = await failure(revision('ready', { targetPort: 9090 }), LONG);
  expect(message).toContain("got that nothing listens on the ingress's port 9090.");
});

test('a bundle that is not there fails', async () => {
  const { message } = await failure(revision('missing'), LONG);
  expect(message).toContain('app--missing: is not ready, got that it ended by itself, spawn ');
});

test('the end of its log is shown without secrets, which the whole log has', async () => {
  const environment = { API_KEY: SECRET, NAME: 'visible' };
  const { message, log } = await failure(revision('ends', { environment, secrets: [SECRET] }), LONG);
  expect(message).toContain('"API_KEY":"[hidden]","NAME":"visible"');
  expect(message).toContain('A setting is missing.');
  expect(message).not.toContain('never');
  expect(log).toContain(JSON.stringify(SECRET));
});

test('the revision before goes on serving while another one fails', async () => {
  const running = await startSupervisor(LONG);
  try {
    await running.supervisor.replace(revision('ready'));
    const finish = askWithoutPause(running);
    await expect(running.supervisor.replace(revision('ends'))).rejects.toThrow('app--ends: is not ready');
    expect(new Set(await finish())).toEqual(new Set(['ready']));
    expect(await running.ask('/name')).toBe('ready');
  } finally {
    await running.stop();
  }
});
