import type { Fact } from '../../../app/ledger/facts';
import { factsOf } from '../../../app/ledger/facts';
import { receiptsOf, writeReceipt } from '../../../app/ledger/receipts';
import { stateOf } from '../../../app/ledger/states';
import { LogMemory, TestClock } from '../helpers';
import { after, days } from '../ledger/facts';
import { CLIP } from '../recordings/media';
import { MemoryBucket } from '../recordings/memory-bucket';
import { watching, type WatchingProcess } from './process';
import { WatchScene } from './scene';

const S1 = 'a'.repeat(32);
const HOUR = 3600;
/** Time of the first empty listing. */
const ERASED_SEC = 1000;

let scene: WatchScene;
let clock: TestClock;
let bucket: MemoryBucket;
let log: LogMemory;
let one: WatchingProcess;
let id: string;

const step = (second: number, name: string, given: object = {}): Fact => ({
  kind: 'erased',
  at: after(second),
  step: name,
  ...given,
});

/** A recorded call that ended after ten minutes, and was erased soon after. */
beforeEach(async () => {
  scene = new WatchScene();
  clock = new TestClock();
  bucket = new MemoryBucket(() => clock.now());
  log = new LogMemory();
  one = watching({ store: scene.store, tavus: scene.tavus, clock, recordings: bucket, log });
  id = await scene.missing(S1);
  const place = { bucket: 'acme-recordings', region: 'us-east-1', account: '111122223333' };
  await scene.add(
    S1,
    step(ERASED_SEC - 3, 'begun', { ticket: 'T-1', endMs: after(600), place }),
    step(ERASED_SEC - 2, 'tavus', { status: 204 }),
    step(ERASED_SEC - 1, 'person-1', { rows: 2 }),
    step(ERASED_SEC, 'empty-1'),
  );
  await scene.ledger.lookAt(S1, after(ERASED_SEC + 1));
  await one.after(ERASED_SEC + 1);
});

const count = (text: string): number => log.messages().filter((line) => line === text).length;
const state = async (): Promise<string> => stateOf(await scene.ledger.facts(S1)).state;
const recording = (): string => `tavus/${id}/${after(10)}`;

test('an erased conversation is listed each hour, without a report', async () => {
  bucket.requests.length = 0;
  for (let hour = 0; hour < 5; hour += 1) await one.after(HOUR);
  expect(bucket.requests.filter((request) => request.startsWith('versions'))).toHaveLength(5);
  expect(await state()).toBe('erased');
  expect(log.messages().filter((line) => line.startsWith('Recording'))).toEqual([]);
});

test('a returned object is reported once, and again only after another erasure', async () => {
  bucket.put(recording(), CLIP);
  await one.after(HOUR);
  expect(await state()).toBe('back');
  expect(log.find('Recording back after its erasure')).toMatchObject({
    level: 'error',
    conversation_id: id,
    reason: expect.stringContaining('npx recordings erase <conversation id> --finish'),
  });
  await one.after(HOUR);
  await one.after(HOUR);
  expect(count('Recording back after its erasure')).toBe(1);

  const [first] = await versions();
  bucket.remove(recording(), first ?? '');
  await scene.add(S1, step((clock.now() - after(0)) / 1000, 'empty-2'));
  await one.after(HOUR);
  expect([await state(), count('Recording back after its erasure')]).toEqual(['erased', 1]);

  bucket.put(recording(), CLIP);
  await one.after(HOUR);
  expect([await state(), count('Recording back after its erasure')]).toEqual(['back', 2]);
});

async function versions(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const page of bucket.versions(`tavus/${id}/`))
    found.push(...page.map(({ versionId }) => versionId));
  return found;
}

test('a returned object with another kind of key counts, too, and its key is not stored or logged', async () => {
  bucket.put(`tavus/${id}/notes about Ada.txt`, CLIP);
  await one.after(HOUR);
  expect([await state(), count('Recording back after its erasure')]).toEqual(['back', 1]);
  const text = JSON.stringify([await scene.ledger.facts(S1), log.lines()]);
  expect(text).not.toContain('Ada');
});

test("objects beside the conversation's prefix do not count", async () => {
  bucket.put(`tavus/${id}0/${after(10)}`, CLIP);
  await one.after(HOUR);
  expect(await state()).toBe('erased');
});

test('13 h after the end of the call one line says that the receipt can be made final, with the command', async () => {
  for (let hour = 0; hour < 12; hour += 1) await one.after(HOUR);
  expect(count('Erasure can be finished')).toBe(0);
  await one.after(HOUR);
  await one.after(HOUR);
  expect(count('Erasure can be finished')).toBe(1);
  expect(log.find('Erasure can be finished')).toMatchObject({
    command: `npx recordings erase ${id} --finish`,
  });
});

test('a final erasure is listed daily, for at most 30 days', async () => {
  const nowSec = (clock.now() - after(0)) / 1000;
  await scene.add(S1, step(nowSec + 14 * HOUR, 'empty-2'));
  await one.after(15 * HOUR);
  expect(count('Erasure can be finished')).toBe(0);
  const [due = 0] = await scene.due();
  expect(due - (clock.now() - after(0)) / 1000).toBe(days(1));
  for (let day = 0; day < 31; day += 1) await one.after(days(1));
  expect(await scene.due()).toEqual([]);
});

test('a bucket that cannot be read causes no report', async () => {
  bucket.deny('denied', 'versions');
  bucket.put(recording(), CLIP);
  await one.after(HOUR);
  expect(await state()).toBe('erased');
});

test('the digest of a receipt is logged once, and again for another text', async () => {
  const receipt = await writeReceipt(scene.store, id, { of: 'erasure', at: clock.now(), text: '{"a":1}' });
  await one.after(HOUR);
  await one.after(HOUR);
  expect(count('Receipt kept')).toBe(1);
  expect(log.find('Receipt kept')).toMatchObject({ id, receipt: 'erasure', sha256: receipt.sha256 });
  await writeReceipt(scene.store, id, { of: 'erasure', at: clock.now(), text: '{"a":2}' });
  await one.after(HOUR);
  expect(count('Receipt kept')).toBe(2);
  expect(factsOf(await scene.ledger.facts(S1), 'noticed')).toHaveLength(2);
});

test('a receipt is kept for three years, longer than the facts', async () => {
  await writeReceipt(scene.store, id, { of: 'erasure', at: clock.now(), text: '{"a":1}' });
  await scene.ledger.index(S1, id, after(0));
  await one.after(days(1000));
  expect(await scene.ledger.facts(S1)).toEqual([]);
  expect(await receiptsOf(scene.store, id)).toHaveLength(1);
  await one.after(days(100));
  expect(await receiptsOf(scene.store, id)).toEqual([]);
});
