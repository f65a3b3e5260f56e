import { memoryStore } from '../../../app/ledger/memory';
import { CLIP } from '../recordings/media';
import { MemoryBucket } from '../recordings/memory-bucket';
import { TestClock, LogMemory } from '../helpers';
import { ForeignRows } from '../../../app/recordings/foreign-rows';
import { created, expected, ID, keyAt, ready } from '../ledger/facts';
import { watching, type ProcessOptions, type WatchingProcess } from './process';
import { WatchScene } from './scene';

const START = '1'.repeat(32);
const HOUR = 3600;
const DAY = 24 * HOUR;
/** From ten o'clock, the start of the tests, to three on the next day. */
const TO_THREE = 17 * HOUR;
const BYTES = new Uint8Array(10);

let scene: WatchScene;
let clock: TestClock;
let bucket: MemoryBucket;
let one: WatchingProcess;

beforeEach(async () => {
  scene = new WatchScene(memoryStore());
  clock = new TestClock();
  bucket = new MemoryBucket(() => clock.now());
  one = another();
  // The day before is done.
  await one.after(0);
});

const another = (given: Partial<ProcessOptions> = {}): WatchingProcess =>
  watching({
    store: scene.store,
    tavus: scene.tavus,
    clock,
    recordings: bucket,
    ledgerLasts: true,
    ...given,
  });

const LINES: ReadonlySet<unknown> = new Set([
  'Foreign object',
  'Foreign objects',
  'Probe of Daily in the bucket',
  'Bucket compared',
  'Bucket not compared',
]);
const lines = ({ log }: WatchingProcess) => log.lines().filter(({ msg }) => LINES.has(msg));
const msgs = (process: WatchingProcess) => lines(process).map(({ msg }) => msg);

describe('once a day, at three', () => {
  test('a foreign object is reported once', async () => {
    for (const key of ['x', 'tavus/c9/1']) bucket.put(key, BYTES);
    await one.after(TO_THREE - 60);
    const before = lines(one).length;
    await one.after(60);
    await one.after(60);
    expect(lines(one).slice(before)).toMatchObject([
      {
        level: 'error',
        msg: 'Foreign object',
        key: 'tavus/c9/1',
        bytes: 10,
        modified: '2026-06-01T10:00:00.000Z',
        reason: expect.stringContaining('No start in this ledger'),
        runbook: 'docs/runbook.md#foreign-objects',
      },
      { msg: 'Foreign object', key: 'x', reason: expect.stringContaining('is not below') },
      { level: 'info', msg: 'Bucket compared', objects: 2, new_foreign: 2, gone: 0 },
    ]);
    await one.after(DAY);
    expect(msgs(one).slice(before + 3)).toEqual(['Bucket compared']);
  });

  test('a new one is reported, but not one that a person has acknowledged', async () => {
    bucket.put('x', BYTES);
    await one.after(TO_THREE);
    bucket.put('y', BYTES);
    bucket.put('z/1', BYTES);
    await (await ForeignRows.read(scene.store)).acknowledgePrefix('z/', clock.now());
    const before = lines(one).length;
    await one.after(DAY);
    expect(lines(one).slice(before)).toMatchObject([
      { msg: 'Foreign object', key: 'y' },
      { msg: 'Bucket compared' },
    ]);
  });

  test('more than twenty at once are reported in one line', async () => {
    for (let n = 0; n < 21; n += 1) bucket.put(`x${n}`, BYTES);
    const before = lines(one).length;
    await one.after(TO_THREE);
    expect(lines(one).slice(before)).toMatchObject([
      { level: 'error', msg: 'Foreign objects', count: 21, examples: expect.arrayContaining(['x0']) },
      { msg: 'Bucket compared' },
    ]);
    await one.after(DAY);
    expect(msgs(one).slice(before + 2)).toEqual(['Bucket compared']);
  });

  test("Daily's test object is listed, and not reported", async () => {
    bucket.put('daily-co-test-upload.txt', BYTES);
    const before = lines(one).length;
    await one.after(TO_THREE);
    expect(lines(one).slice(before)).toMatchObject([
      { level: 'info', msg: 'Probe of Daily in the bucket', key: 'daily-co-test-upload.txt' },
      { msg: 'Bucket compared' },
    ]);
  });

  test('a gone recording is reported once, by the next visit', async () => {
    for (const fact of [expected(), created(), ready(20, 10)]) await scene.ledger.add(START, fact);
    await scene.ledger.index(START, ID, clock.now());
    await scene.ledger.lookAt(START, clock.now());
    const version = bucket.put(keyAt(10), CLIP);
    await one.after(2 * HOUR);
    expect(await scene.due()).toEqual([]);
    bucket.remove(keyAt(10), version);
    await one.after(TO_THREE - 2 * HOUR);
    expect(lines(one).at(-1)).toMatchObject({ msg: 'Bucket compared', gone: 1 });
    for (let day = 0; day < 2; day += 1) await one.after(DAY);
    expect(one.log.lines().filter(({ msg }) => msg === 'Recording gone')).toMatchObject([
      { conversation_id: ID },
    ]);
  });

  test('another process does nothing on a finished day', async () => {
    await one.after(TO_THREE);
    await one.watch.stop();
    const next = another();
    await next.after(60);
    await next.after(60);
    expect(msgs(next)).toEqual([]);
    await next.after(DAY);
    expect(msgs(next)).toEqual(['Bucket compared']);
  });
});

test('a finding whose line could not be written is reported later', async () => {
  bucket.put('x', BYTES);
  const log = new LogMemory();
  const write = log.write.bind(log);
  log.write = () => {
    throw new Error('The disk is full.');
  };
  await one.watch.stop();
  const next = another({ log });
  await next.after(TO_THREE);
  log.write = write;
  await next.after(60);
  expect(msgs(next)).toEqual(['Foreign object', 'Bucket compared']);
});

describe('if the listing of the bucket fails', () => {
  test('one line says so, and nothing is reported until it succeeds', async () => {
    for (const key of ['x', 'y']) bucket.put(key, BYTES);
    bucket.pageSize = 1;
    bucket.cutListings(1);
    const before = lines(one).length;
    await one.after(TO_THREE);
    for (let hour = 0; hour < 3; hour += 1) await one.after(HOUR);
    expect(lines(one).slice(before)).toMatchObject([{ level: 'error', msg: 'Bucket not compared' }]);
    bucket.cutListings(undefined);
    const asked = bucket.requests.length;
    await one.after(60);
    expect(bucket.requests).toHaveLength(asked);
    await one.after(HOUR);
    expect(msgs(one).slice(before + 1)).toEqual(['Foreign object', 'Foreign object', 'Bucket compared']);
  });
});

test('a ledger in memory is not compared, because every object would be foreign', async () => {
  bucket.put(keyAt(10), BYTES);
  await one.watch.stop();
  const next = another({ ledgerLasts: false });
  await next.after(TO_THREE);
  expect([msgs(next), bucket.requests.length]).toEqual([[], 1]);
});

test('without the right to read the bucket nothing is compared', async () => {
  await one.watch.stop();
  const next = another({ recordings: undefined });
  await next.after(TO_THREE);
  expect(msgs(next)).toEqual([]);
});
