import { readConfig } from '../../../app/config';
import { factsOf } from '../../../app/ledger/facts';
import { stateOf } from '../../../app/ledger/states';
import { openBucket } from '../../../app/recordings/open-bucket';
import { ON, silentLog, TestClock } from '../helpers';
import { after, days } from '../ledger/facts';
import { film } from '../recordings/film';
import { MemoryBucket } from '../recordings/memory-bucket';
import { watching, type WatchingProcess } from './process';
import { announced, DUE_SEC, WatchScene } from './scene';

const S1 = 'a'.repeat(32);
const MIN = 60;
const ACCESS = readConfig({ ...ON, RECORDINGS_ACCESS: 'default-chain' }).access;

let scene: WatchScene;
let clock: TestClock;
let bucket: MemoryBucket;
let one: WatchingProcess;

beforeEach(() => {
  scene = new WatchScene();
  clock = new TestClock();
  bucket = new MemoryBucket(() => clock.now());
  if (ACCESS === undefined) throw new Error('The bucket may not be looked into.');
  const recordings = openBucket(ACCESS, {
    log: silentLog,
    now: () => clock.now(),
    open: async () => bucket,
  });
  one = watching({ store: scene.store, tavus: scene.tavus, clock, recordings });
});

const stateOfStart = async (startId = S1) => stateOf(await scene.ledger.facts(startId));
const errors = () => one.log.lines().filter(({ level }) => level === 'error');
/** Puts the recording of {@link announced} into the bucket. */
const put = async (id: string) => bucket.put(`tavus/${id}/${after(10)}`, await film(590));

/** A start whose recording has landed, and whose deadline is over. */
async function landed(): Promise<string> {
  const id = await scene.missing(S1);
  await put(id);
  await scene.add(S1, announced(630, id));
  await one.after(DUE_SEC);
  return id;
}

test('an announced recording is checked at once, and an existing one has landed', async () => {
  const id = await scene.missing(S1);
  await put(id);
  await one.after(630);
  await scene.add(S1, announced(630, id));
  expect(await stateOfStart()).toMatchObject({ state: 'announced', recordings: [{ verified: false }] });
  await one.watch.lookNow(S1);
  await one.watch.stop();
  expect(await stateOfStart()).toMatchObject({
    state: 'landed',
    recordings: [{ verified: true, durationSec: 590, encryption: 's3' }],
  });
  expect(scene.tavus.calls).toEqual([]);
});

test('a landed recording is checked once more at the deadline, and then never again', async () => {
  await landed();
  expect(await scene.open()).toEqual([]);
  expect(errors()).toEqual([]);
});

test('only the bucket at the start counts: another one is not checked', async () => {
  const id = await scene.start(S1, 'created', { storage: { bucket: 'the-one-before', region: 'us-east-1' } });
  await scene.end(S1, id);
  await scene.add(S1, announced(630, id));
  await one.after(DUE_SEC);
  expect(bucket.requests).toEqual([]);
  expect(await stateOfStart()).toMatchObject({ state: 'announced' });
});

test('a missing recording is reported with the observations', async () => {
  await scene.missing(S1);
  await one.after(DUE_SEC);
  expect(errors()).toMatchObject([{ msg: 'Recording missing', cause: 'not-stored' }]);
  expect(JSON.stringify(errors())).toContain('Bucket: nothing found.');
});

describe.each([
  ['refuses', () => bucket.deny('denied'), () => bucket.deny(undefined)],
  ['breaks its listings off', () => bucket.cutListings(0), () => bucket.cutListings(undefined)],
])('a bucket that %s', (_title, away, back) => {
  test('makes no recording missing or gone, and is reported half an hour after the deadline', async () => {
    await landed();
    const other = 'b'.repeat(32);
    await scene.missing(other);
    away();
    await scene.ledger.lookAt(S1, clock.now());
    for (let minute = 0; minute < 29; minute += 1) await one.after(60);
    expect(errors()).toEqual([]);
    expect(await stateOfStart()).toMatchObject({ state: 'landed' });
    await one.after(120);
    expect(errors()).toMatchObject([{ msg: 'Recording not announced', cause: 'bucket-unreadable' }]);
    back();
    await one.after(30 * MIN);
    expect(errors().at(-1)).toMatchObject({ msg: 'Recording missing', cause: 'not-stored' });
    expect(errors()).toHaveLength(2);
  });

  test('an announced recording lands once the bucket can be read again', async () => {
    const id = await scene.missing(S1);
    await put(id);
    away();
    await scene.add(S1, announced(630, id));
    await one.after(DUE_SEC);
    expect(await stateOfStart()).toMatchObject({ state: 'announced' });
    back();
    await one.after(30 * MIN);
    expect(await stateOfStart()).toMatchObject({ state: 'landed' });
    expect(await scene.open()).toEqual([]);
    expect(errors()).toEqual([]);
  });
});

test('after three consecutive failures the rest of the round is skipped', async () => {
  for (const letter of 'abcdef0123456789'.slice(0, 16)) {
    const startId = letter.repeat(32);
    await scene.add(startId, announced(630, await scene.missing(startId)));
  }
  bucket.deny('unreachable');
  await one.after(DUE_SEC);
  // Eight checks run concurrently.
  expect(bucket.requests).toHaveLength(8);
});

test('a recording that disappears before its expiry is reported once', async () => {
  const id = await landed();
  clock.advance(days(3) * 1000);
  await scene.add(S1, { kind: 'seen', at: clock.now(), key: `tavus/${id}/${after(10)}`, found: 'nothing' });
  bucket.mark(`tavus/${id}/${after(10)}`);
  await scene.ledger.lookAt(S1, clock.now());
  await one.after(0);
  await scene.ledger.lookAt(S1, clock.now());
  await one.after(60);
  expect(errors()).toMatchObject([{ msg: 'Recording gone', cause: 'gone', conversation_id: id }]);
  expect(await stateOfStart()).toMatchObject({ state: 'gone', cause: 'gone' });
  expect(factsOf(await scene.ledger.facts(S1), 'told')).toHaveLength(1);
});

test('a recording that expires on its date is not reported', async () => {
  const id = await landed();
  clock.advance(days(32) * 1000);
  bucket.mark(`tavus/${id}/${after(10)}`);
  await scene.ledger.lookAt(S1, clock.now());
  await one.after(0);
  expect(await stateOfStart()).toMatchObject({ state: 'expired' });
  expect(errors()).toEqual([]);
});

test('an unwanted recording is reported at once', async () => {
  const id = await scene.start(S1, 'created', { isRecorded: false, reason: 'no-consent' });
  await scene.add(S1, announced(630, id));
  await one.after(640);
  await one.after(60);
  expect(errors()).toMatchObject([{ msg: 'Recording not wanted', cause: 'unwanted' }]);
});
