import { setTimeout as pause } from 'node:timers/promises';
import { openScene, readProof, type RunningProof, type ProofScene } from './scene';

/** Shared by all tests: each must end its conversation, or its slot would be missing. */
let scene: ProofScene;
beforeAll(async () => {
  // A slow start, so that it can be interrupted.
  scene = await openScene({ faults: { latencyMs: 700 } });
});
afterEach(async () => {
  // Files left by a killed proof.
  for (const id of await scene.active()) await scene.tavus.api('POST', `/conversations/${id}/end`);
});
afterAll(() => scene.close());

const STARTED = '✓ the page starts a conversation';

/** The output after which a proof is interrupted. */
const PLACES = {
  'while the browser starts': '✓ http',
  'while the page is prepared': '✓ a headless browser',
  'while the conversation is created': '✓ a person opens',
  'while the room is joined': STARTED,
  'while it talks': STARTED,
  'while the recording is waited for': ' ended\n',
} as const;

/** Advances the simulator's clock until nothing is billed. */
async function untilNothingIsActive(stepMs: number, mostMs: number): Promise<void> {
  for (let ms = 0; ms < mostMs && (await scene.active()).length > 0; ms += stepMs) {
    scene.clock.putForward(stepMs);
    await pause(100);
  }
}

async function interruptAt(place: keyof typeof PLACES, signal: NodeJS.Signals): Promise<RunningProof> {
  // Long enough that no recording lands meanwhile.
  await scene.tavus.sim('/faults', { recordingReadyMs: 60_000 });
  const running = scene.begin();
  await running.until(PLACES[place]);
  if (place === 'while it talks') await pause(2_000);
  running.kill(signal);
  return running;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table
describe.each(Object.keys(PLACES) as (keyof typeof PLACES)[])('%s', (place) => {
  test('Ctrl-C ends conversation and browser, and the recording counts as not tried', async () => {
    const running = await interruptAt(place, 'SIGINT');
    // npm sends it again, while the call is being ended.
    await pause(100);
    running.kill('SIGINT');
    const proof = readProof(await running.done);
    const [last] = proof.report.steps.slice(-1);
    expect([proof.code, last?.status, last?.found]).toEqual([2, 'not-tried', 'interrupted by a signal']);
    expect(await scene.active()).toEqual([]);
    expect(await running.left()).toEqual([]);
  });

  test("kill -9 leaves no browser, and Tavus's timeouts end the conversation", async () => {
    const running = await interruptAt(place, 'SIGKILL');
    expect(await running.done).toMatchObject({ code: null, stdout: '' });
    for (let tries = 0; tries < 100 && (await running.left()).length > 0; tries += 1) await pause(100);
    expect(await running.left()).toEqual([]);
    // Two minutes for a room without participants, half a minute after the last has left.
    await untilNothingIsActive(10_000, 150_000);
    expect(await scene.active()).toEqual([]);
  });
});
