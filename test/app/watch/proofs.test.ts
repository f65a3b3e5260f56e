import { TestClock } from '../helpers';
import { watching, type WatchingProcess } from './process';
import { announced, DUE_SEC, WatchScene } from './scene';

const id = (n: number): string => String(n).repeat(32);
const DAY_SEC = 86_400;
const PROOF = { proof: true } as const;

let scene: WatchScene;
let clock: TestClock;
let one: WatchingProcess;

beforeEach(() => {
  scene = new WatchScene();
  clock = new TestClock();
  one = another();
});

const another = (): WatchingProcess => watching({ store: scene.store, tavus: scene.tavus, clock });
const told = ({ log }: WatchingProcess) =>
  log.lines().filter(({ msg }) => typeof msg === 'string' && msg.startsWith('Proof '));

/** A proof whose recording lands. */
async function passed(n: number): Promise<void> {
  await scene.add(id(n), announced(700, await scene.missing(id(n), PROOF)));
  await one.after(DUE_SEC);
}

test('a proof whose recording has landed is reported once as passed', async () => {
  await passed(1);
  await one.after(60);
  expect(told(one)).toMatchObject([
    { msg: 'Proof passed', level: 'info', start_id: id(1), state: 'announced' },
  ]);
});

test('a proof whose recording is missing is reported as failed, with the cause', async () => {
  await scene.missing(id(1), PROOF);
  await one.after(DUE_SEC);
  await one.after(60);
  expect(told(one)).toMatchObject([
    { msg: 'Proof failed', level: 'error', start_id: id(1), state: 'unannounced', cause: expect.any(String) },
  ]);
});

test("a user's call is no proof", async () => {
  await scene.missing(id(1));
  await one.after(DUE_SEC);
  expect(told(one)).toEqual([]);
});

test('the daily figures exclude proofs', async () => {
  await passed(1);
  await scene.missing(id(2));
  await one.after(DAY_SEC);
  const figures = one.log.lines().find(({ msg }) => msg === 'Recordings of the day');
  expect(figures).toMatchObject({ starts: 1, good: 0 });
});

test('a proof overdue for eight days is reported once a day, also after a restart', async () => {
  await passed(1);
  await one.after(7 * DAY_SEC);
  expect(told(one)).toHaveLength(1);
  await one.watch.stop();
  one = another();
  await one.after(2 * DAY_SEC);
  await one.after(60);
  expect(told(one)).toMatchObject([
    {
      msg: 'Proof overdue',
      level: 'error',
      last_proof: expect.stringMatching(/^2026-06-01/),
      max_age_days: 8,
    },
  ]);
  await one.after(DAY_SEC);
  expect(told(one)).toHaveLength(2);
});

test('a failed proof does not prevent the overdue report', async () => {
  await scene.missing(id(1), PROOF);
  await one.after(DUE_SEC);
  await one.after(9 * DAY_SEC);
  expect(told(one)).toMatchObject([{ msg: 'Proof failed' }, { msg: 'Proof overdue', last_proof: null }]);
});

test('without any proof, none is overdue', async () => {
  await scene.missing(id(1));
  await one.after(DUE_SEC);
  await one.after(30 * DAY_SEC);
  expect(told(one)).toEqual([]);
});
