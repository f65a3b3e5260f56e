import type { Fact } from '../../../app/ledger/facts';
import { Ledger } from '../../../app/ledger/ledger';
import { memoryStore } from '../../../app/ledger/memory';
import { OPEN } from '../../../app/ledger/rows';
import { stateOf } from '../../../app/ledger/states';
import { readAll, type LedgerRow, type Store } from '../../../app/ledger/store';
import { writeSummary } from '../../../app/ledger/summary';
import { BucketUnreadable } from '../../../app/recordings/bucket';
import { ForeignRows } from '../../../app/recordings/foreign-rows';
import { reconcile, type Reconciled } from '../../../app/recordings/reconcile';
import { after, created, days, expected, ID, keyAt, NOW, ready, seen } from '../ledger/facts';
import { CLIP } from './media';
import { MemoryBucket } from './memory-bucket';

const START = '1'.repeat(32);
const BYTES = new Uint8Array(10);

let store: Store;
let ledger: Ledger;
let bucket: MemoryBucket;
/** Seconds after the start. */
let second: number;

beforeEach(() => {
  store = memoryStore();
  ledger = new Ledger(store);
  bucket = new MemoryBucket(() => NOW);
  second = days(2);
});
afterEach(() => store.close());

async function know(...facts: readonly Fact[]): Promise<void> {
  for (const one of [expected(), created(), ...facts]) await ledger.add(START, one);
  await writeSummary(ledger, START);
}

async function reconciled(shouldContinue = (): boolean => true): Promise<Reconciled> {
  const options = { ledger, bucket, bucketName: 'acme-recordings', now: () => after(second), shouldContinue };
  const result = await reconcile(options);
  if (result === undefined) throw new Error('It was stopped.');
  return result;
}

const whats = ({ findings }: Reconciled) => findings.map(({ key, what }) => [key, what]);
const state = async (): Promise<string> => stateOf(await ledger.facts(START)).state;
const due = async (): Promise<readonly string[]> => (await readAll(store, OPEN)).map(({ key }) => key);

async function rows(): Promise<readonly LedgerRow[]> {
  const all: LedgerRow[] = [];
  for await (const some of store.partitions('')) all.push(...some);
  return all;
}

async function foreign(): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const some of (await ForeignRows.read(store)).all()) keys.push(...some.map(({ key }) => key));
  return keys;
}

describe('a recording of ours', () => {
  test('without an announcement is adopted, and a check by the watch is scheduled', async () => {
    await know();
    bucket.put(keyAt(10), CLIP);
    expect(whats(await reconciled())).toEqual([[keyAt(10), 'adopted']]);
    expect(await state()).toBe('landed');
    expect(await due()).toEqual([expect.stringContaining(START)]);
    expect((await reconciled()).findings).toEqual([]);
  });

  test('missing before its expiry is gone, and a check by the watch is scheduled', async () => {
    await know(ready(20, 10), seen(30, 10));
    expect(whats(await reconciled())).toEqual([[keyAt(10), 'gone']]);
    expect(await state()).toBe('gone');
    expect(await due()).toHaveLength(1);
    expect((await reconciled()).findings).toEqual([]);
  });

  test('missing after its expiry has expired', async () => {
    second = days(32);
    await know(ready(20, 10), seen(30, 10));
    expect(whats(await reconciled())).toEqual([[keyAt(10), 'expired']]);
    expect(await state()).toBe('expired');
  });

  test('that was announced is seen if it exists, and lost otherwise', async () => {
    await know(ready(20, 10), ready(60, 50));
    bucket.put(keyAt(10), CLIP);
    expect(whats(await reconciled())).toEqual([
      [keyAt(10), 'seen'],
      [keyAt(50), 'lost'],
    ]);
  });

  test('of another bucket is not gone, even if the summary names this one', async () => {
    await ledger.add(START, expected({ storage: { bucket: 'acme-former', region: 'us-east-1' } }));
    for (const one of [created(), ready(20, 10), seen(30, 10)]) await ledger.add(START, one);
    await writeSummary(ledger, START);
    const row = await store.get(`c:${ID}`, 'start');
    const { bucket: _, ...former } = row?.value ?? {};
    await store.write(`c:${ID}`, [{ kind: 'replace', key: 'start', value: former, etag: row?.etag ?? '' }]);
    const result = await reconciled();
    expect([result.findings, result.left]).toEqual([[], 0]);
    expect(await state()).toBe('landed');
  });

  test('is skipped during its erasure', async () => {
    await know(ready(20, 10), seen(30, 10), { kind: 'erased', at: after(second - 60), step: 'begun' });
    bucket.put(keyAt(10), CLIP);
    expect((await reconciled()).findings).toEqual([]);
    second += 3600;
    expect(whats(await reconciled())).toEqual([[keyAt(10), 'seen']]);
    expect(await state()).toBe('back');
  });

  test('that cannot be read again is left for the next run', async () => {
    await know(ready(20, 10), seen(30, 10));
    bucket.deny('denied', 'versions');
    expect(await reconciled()).toMatchObject({ findings: [], left: 1 });
    expect(await state()).toBe('landed');
  });
});

describe('a foreign object', () => {
  test('is new only once', async () => {
    for (const key of ['x', 'tavus/c9/1']) bucket.put(key, BYTES);
    expect((await reconciled()).newForeign).toBe(2);
    bucket.put('y', BYTES);
    expect((await reconciled()).newForeign).toBe(1);
    expect((await reconciled()).newForeign).toBe(0);
    expect(await foreign()).toEqual(['tavus/c9/1', 'x', 'y']);
  });

  test('is dropped if it no longer exists at the second check', async () => {
    bucket.put('x', BYTES);
    bucket.head = async () => undefined;
    expect((await reconciled()).newForeign).toBe(0);
    expect(await foreign()).toEqual([]);
  });

  test('is dropped if its conversation is known at the second check', async () => {
    bucket.put('tavus/c9/1', BYTES);
    const objects = bucket.objects.bind(bucket);
    bucket.objects = async function* listed(prefix: string) {
      yield* objects(prefix);
      await ledger.index(START, 'c9', NOW);
    };
    await ledger.store.write('c:c8', [{ kind: 'insert', key: 'start', value: {} }]);
    expect((await reconciled()).newForeign).toBe(0);
  });

  test('is settled when it is gone, and new when it returns', async () => {
    const version = bucket.put('x', BYTES);
    await reconciled();
    bucket.remove('x', version);
    await reconciled();
    expect(await foreign()).toEqual([]);
    bucket.put('x', BYTES);
    expect((await reconciled()).newForeign).toBe(1);
  });

  test('among more than twenty new ones is not read again', async () => {
    for (let n = 0; n < 21; n += 1) bucket.put(`x${n}`, BYTES);
    expect((await reconciled()).newForeign).toBe(21);
    expect(bucket.requests).toEqual(['objects ']);
  });

  test('has its own row, even beyond the number kept in memory', async () => {
    const keys = Array.from({ length: 10_050 }, (_, n) => `x${String(n).padStart(6, '0')}`);
    for (const key of keys) bucket.put(key, BYTES);
    expect((await reconciled()).newForeign).toBe(10_050);
    expect(await foreign()).toEqual(keys);
    expect((await reconciled()).newForeign).toBe(0);
  });
});

describe('nothing is concluded', () => {
  beforeEach(async () => {
    await know(ready(20, 10), seen(30, 10));
    for (const key of ['a', 'b', 'c', 'd']) bucket.put(key, BYTES);
    bucket.pageSize = 2;
  });

  test.each<readonly [string, () => void, () => Promise<unknown>]>([
    ['from a listing that breaks off', () => bucket.cutListings(1), reconciled],
    ['from one that breaks off at its end', () => bucket.cutListings(2), reconciled],
    ['from one that is refused', () => bucket.deny('denied', 'objects'), reconciled],
  ])('%s', async (_what, harm, run) => {
    const before = await rows();
    harm();
    await expect(run()).rejects.toThrow(BucketUnreadable);
    expect(await rows()).toEqual(before);
  });

  test('about the day if it is stopped during the checks', async () => {
    let calls = 0;
    await expect(reconciled(() => (calls += 1) < 4)).rejects.toThrow('It was stopped.');
  });

  test('if it is stopped', async () => {
    const before = await rows();
    let pages = 0;
    await expect(reconciled(() => (pages += 1) < 2)).rejects.toThrow('It was stopped.');
    expect(await rows()).toEqual(before);
  });
});
