import { memoryStore } from '../../../app/ledger/memory';
import { CONVERSATION_KEY, conversationPartition } from '../../../app/ledger/rows';
import type { Store } from '../../../app/ledger/store';
import { BucketUnreadable } from '../../../app/recordings/bucket';
import { compare, ListingOutOfOrder, type Comparison } from '../../../app/recordings/compare';
import { ForeignRows } from '../../../app/recordings/foreign-rows';
import { Random } from '../random';
import { MemoryBucket } from './memory-bucket';

const NOW = Date.UTC(2026, 5, 10, 3, 0, 0);
const DAY_MS = 86_400_000;
const EPOCH = NOW - 2 * DAY_MS;
const BYTES = new Uint8Array(100);

let store: Store;
let bucket: MemoryBucket;

beforeEach(() => {
  store = memoryStore();
  bucket = new MemoryBucket(() => EPOCH);
});
afterEach(() => store.close());

interface Given {
  readonly whereabouts?: string;
  readonly bytes?: number;
  readonly expiresAt?: number;
  readonly state?: string;
  readonly bucketName?: string;
  readonly count?: number;
}

/** The summary of a conversation with one recording. */
const know = (id: string, given: Given = {}): Promise<unknown> =>
  store.write(conversationPartition(id), [
    {
      kind: 'insert',
      key: CONVERSATION_KEY,
      value: {
        start: `start of ${id}`,
        conversation: id,
        at: EPOCH,
        state: given.state ?? 'landed',
        bucket: given.bucketName ?? 'acme-recordings',
        facts: 5,
        recordings: [
          {
            key: keyOf(id),
            whereabouts: given.whereabouts ?? 'intact',
            bytes: given.bytes ?? BYTES.length,
            expiresAt: given.expiresAt ?? NOW + 30 * DAY_MS,
          },
        ],
        recordingCount: given.count ?? 1,
      },
    },
  ]);

const keyOf = (id: string): string => `tavus/${id}/${EPOCH}`;

async function compared(): Promise<Comparison> {
  const result = await compare({
    store,
    bucket,
    bucketName: 'acme-recordings',
    foreignRows: await ForeignRows.read(store),
    nowMs: NOW,
    shouldContinue: () => true,
  });
  if (result === undefined) throw new Error('It was stopped.');
  return result;
}

const foreignKeys = ({ foreign }: Comparison): readonly string[] => foreign.first.map(({ key }) => key);
const suspects = ({ suspects: { first } }: Comparison): readonly string[] =>
  first.map(({ conversationId }) => conversationId);

/** Ids that are prefixes of each other, whose next characters sort before and after the slash. */
const ODD_IDS = [
  'c1',
  'c1-',
  'c1-.',
  'c1--',
  'c1-a',
  'c1.',
  'c1.-',
  'c1.b',
  'c1:',
  'c1_x',
  'c1~',
  'c10',
  'C1',
];

const FOREIGN_KEYS = [
  '!',
  '0',
  'daily-co-test-upload.txt',
  'backup/tavus/c1/1',
  'tavus',
  'tavus/',
  'tavus/c1',
  'tavus/c1-z',
  `tavus//${EPOCH}`,
  `tavus/c/${EPOCH}`,
  `tavus/c1-0/${EPOCH}`,
  `tavus/c1.c/${EPOCH}`,
  `tavus/c1 /${EPOCH}`,
  `tavus/c1%2F/${EPOCH}`,
  `tavus/c1\u{e9}/${EPOCH}`,
  `tavus/c1\u{ffee}/${EPOCH}`,
  `tavus/c1\u{1f600}/${EPOCH}`,
  `tavus/c11/${EPOCH}`,
  `Tavus/c1/${EPOCH}`,
  `tavus0/c1/${EPOCH}`,
  `tavus/${'x'.repeat(900)}/1`,
  `tavus/${'x'.repeat(900)}/2`,
  'zz',
  '\u{ffee}',
  '\u{1f600}',
];

describe('a comparison', () => {
  test('finds every foreign object among ten thousand of ours, and no other', async () => {
    const random = new Random(16);
    const ids = new Set([
      ...ODD_IDS,
      ...Array.from({ length: 10_000 }, () => `c${random.below(2 ** 40).toString(36)}`),
    ]);
    const odd: string[] = [];
    for (const id of ids) {
      await know(id);
      bucket.put(keyOf(id), BYTES);
      if (random.chance(0.05)) odd.push(`tavus/${id}/${EPOCH}.vtt`, `tavus/${id}/events/${EPOCH}.json`);
    }
    for (const key of [...FOREIGN_KEYS, ...odd]) bucket.put(key, BYTES);
    const result = await compared();
    expect(new Set(foreignKeys(result))).toEqual(new Set(FOREIGN_KEYS));
    expect(result.foreign.count).toBe(FOREIGN_KEYS.length);
    expect(result.suspects.count).toBe(0);
    expect(result.unexplained.count).toBe(odd.length);
    expect(result.conversations).toBe(ids.size);
    expect(result.recordings).toBe(ids.size);
  });

  test("names the kind of a foreign object: Daily's test object, outside tavus/, below a conversation", async () => {
    for (const key of ['daily-co-test-upload.txt', 'x/daily-co-test-upload.txt', `tavus/c9/${EPOCH}`])
      bucket.put(key, BYTES);
    const { foreign } = await compared();
    expect(foreign.first.map(({ kind }) => kind)).toEqual(['probe', 'conversation', 'outside']);
  });

  test.each<readonly [string, Given]>([
    ['was seen, and is not listed', {}],
    ['was seen flawed, and is not listed', { whereabouts: 'flawed' }],
    ['was announced days ago, and is not listed', { whereabouts: 'announced' }],
  ])('selects a recording that %s', async (_what, given) => {
    for (const id of ODD_IDS) await know(id, given);
    expect(new Set(suspects(await compared()))).toEqual(new Set(ODD_IDS));
  });

  test('selects only the recording that is not listed', async () => {
    for (const id of ODD_IDS) await know(id);
    for (const id of ODD_IDS.slice(1)) bucket.put(keyOf(id), BYTES);
    expect(suspects(await compared())).toEqual(['c1']);
  });

  test.each<readonly [string, Given]>([
    ['was only announced', { whereabouts: 'announced' }],
    ['was not there', { whereabouts: 'lost' }],
    ['had another size', { bytes: 99 }],
    ['is one of more than a summary has', { count: 21 }],
    ['was erased', { state: 'erased' }],
  ])('selects a listed recording that %s', async (_what, given) => {
    await know('c1', given);
    bucket.put(keyOf('c1'), BYTES);
    expect(suspects(await compared())).toEqual(['c1']);
  });

  test('selects a conversation with an unknown recording', async () => {
    await know('c1');
    bucket.put(keyOf('c1'), BYTES);
    bucket.put(`tavus/c1/${EPOCH + 1}`, BYTES);
    expect(suspects(await compared())).toEqual(['c1']);
  });

  test.each<readonly [string, Given]>([
    ['was erased', { state: 'erased' }],
    ['has expired', { whereabouts: 'expired' }],
    ['was announced, and has expired', { whereabouts: 'announced', expiresAt: NOW - 1 }],
    ['is for another bucket', { bucketName: 'acme-former' }],
  ])('does not select a recording that is not listed and %s', async (_what, given) => {
    await know('c1', given);
    expect((await compared()).suspects.count).toBe(0);
  });

  test('ignores objects written within the last quarter of an hour', async () => {
    await know('c1', { whereabouts: 'announced' });
    const modifiedMs = NOW - 14 * 60_000;
    for (const key of [keyOf('c1'), `tavus/c2/${EPOCH}`, 'x']) bucket.put(key, BYTES, { modifiedMs });
    const result = await compared();
    expect([result.young, result.foreign.count, result.suspects.count]).toEqual([3, 0, 0]);
  });

  test('reports nothing as gone if pages of bucket and ledger end at different keys', async () => {
    bucket.pageSize = 3;
    const ids = Array.from({ length: 2_500 }, (_, n) => `c${n}`);
    for (const id of ids) {
      await know(id);
      bucket.put(keyOf(id), BYTES);
    }
    bucket.put('tavus/c17x/1', BYTES);
    const result = await compared();
    expect([foreignKeys(result), suspects(result)]).toEqual([['tavus/c17x/1'], []]);
  });

  test('fails for a listing that breaks off or is not sorted', async () => {
    for (const id of ODD_IDS) {
      await know(id);
      bucket.put(keyOf(id), BYTES);
    }
    bucket.pageSize = 5;
    bucket.cutListings(2);
    await expect(compared()).rejects.toThrow(BucketUnreadable);
    bucket.cutListings(undefined);
    const objects = bucket.objects.bind(bucket);
    bucket.objects = async function* reversed(prefix: string) {
      for await (const page of objects(prefix)) yield page.toReversed();
    };
    await expect(compared()).rejects.toThrow(ListingOutOfOrder);
  });
});

describe('known foreign objects', () => {
  const LONG = 'x'.repeat(300);
  const KEYS = ['a', 'ab', 'a/b', 'b', `${LONG}1`, `${LONG}2`, 'y', '\u{1f600}'];

  test.each([1, 2, 1000])('are found with pages of %i', async (pageSize) => {
    bucket.pageSize = pageSize;
    for (const key of KEYS) bucket.put(key, BYTES);
    const first = await compared();
    expect(foreignKeys(first)).toHaveLength(KEYS.length);
    await (await ForeignRows.read(store)).add(first.foreign.first, NOW);
    const second = await compared();
    expect([second.foreign.count, second.settled.count]).toEqual([0, 0]);
  });

  test.each([1, 2, 1000])(
    'are settled once an object is gone or ours, with pages of %i',
    async (pageSize) => {
      bucket.pageSize = pageSize;
      const ids = KEYS.map((key) => bucket.put(key, BYTES));
      bucket.put(keyOf('c1'), BYTES);
      await (await ForeignRows.read(store)).add((await compared()).foreign.first, NOW);
      await know('c1');
      const gone = ['a', `${LONG}1`, '\u{1f600}'];
      for (const key of gone) bucket.remove(key, ids[KEYS.indexOf(key)] ?? '');
      const { settled } = await compared();
      expect(new Set(settled.first.map(({ key }) => key))).toEqual(new Set([...gone, keyOf('c1')]));
    },
  );

  test('do not count below a prefix that a person has acknowledged', async () => {
    for (const key of ['logs/1', 'logs/2', 'logsx', 'x']) bucket.put(key, BYTES);
    await (await ForeignRows.read(store)).acknowledgePrefix('logs/', NOW);
    expect(foreignKeys(await compared())).toEqual(['logsx', 'x']);
  });
});
