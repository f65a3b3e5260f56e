import { Ledger } from '../../../app/ledger/ledger';
import { listedStarts, newestStarts } from '../../../app/ledger/lists';
import { memoryStore } from '../../../app/ledger/memory';
import { readAll, type Change } from '../../../app/ledger/store';
import { writeSummary, type Summary } from '../../../app/ledger/summary';
import type { Fact } from '../../../app/ledger/facts';
import {
  created,
  days,
  erased,
  expected,
  ID,
  judged,
  keyAt,
  NOW,
  ready,
  seen,
  shutdown,
  told,
} from './facts';
import { ProbedStore } from './probed-store';

const S1 = 'a'.repeat(32);
const S2 = 'b'.repeat(32);
const DAY_MS = 86_400_000;

let store: ProbedStore;
let ledger: Ledger;
beforeEach(() => {
  store = new ProbedStore(memoryStore());
  ledger = new Ledger(store);
});
afterEach(() => store.close());

async function add(startId: string, ...facts: readonly Fact[]): Promise<void> {
  for (const fact of facts) await ledger.add(startId, fact);
}
const person: Fact = { kind: 'person', at: NOW, of: 'start', name: 'Ada', principal: 'ada@acme.example' };
const MISSING = [expected(), created(), person, shutdown(600), judged(1500, 1, 'missing', 'not-asked')];

/** The index rows of starts, as `partition key` with their values. */
async function found(): Promise<ReadonlyMap<string, unknown>> {
  const rows = new Map<string, unknown>();
  for await (const page of store.partitions('')) {
    for (const { partition, key, value } of page) {
      if (/^[cdx]:/.test(partition)) rows.set(`${partition} ${key}`, value);
    }
  }
  return rows;
}

const D = `d:2026-06-01 ${String(9_999_999_999_999 - NOW)}~${S1}`;
const X = (state: string): string => `x:${state} ${String(9_999_999_999_999 - NOW)}~${S1}`;
const C = `c:${ID} start`;

describe('a summary', () => {
  test('has the state of a start, and is in its index rows', async () => {
    await add(S1, ...MISSING);
    expect(await writeSummary(ledger, S1)).toBe(3);
    const summary: Summary = {
      start: S1,
      conversation: ID,
      at: NOW,
      state: 'missing',
      cause: 'not-asked',
      name: 'Ada',
      facts: 5,
      recordings: [],
      recordingCount: 0,
      bucket: 'acme-recordings',
    };
    expect(await found()).toEqual(new Map([C, D, X('missing')].map((row) => [row, summary])));
  });

  test('has the size of a recording, and the time of its deletion', async () => {
    await add(
      S1,
      expected(),
      created(),
      ready(620, 10),
      seen(630, 10, 'intact', { bytes: 5000, durationSec: 12 }),
    );
    await writeSummary(ledger, S1);
    expect((await found()).get(D)).toMatchObject({
      state: 'landed',
      recordings: [
        // The first midnight after 30 days.
        {
          key: keyAt(10),
          whereabouts: 'intact',
          bytes: 5000,
          durationSec: 12,
          expiresAt: Date.UTC(2026, 6, 2),
        },
      ],
      recordingCount: 1,
    });
  });

  test('of a hundred recordings names the newest and counts all, because a row has limited space', async () => {
    const many = Array.from({ length: 100 }, (_, n) => ready(10_000 + n, n * 60, 50));
    await add(S1, expected(), created(), ...many);
    await writeSummary(ledger, S1);
    const summary = (await found()).get(D);
    expect(summary).toMatchObject({ recordingCount: 100 });
    expect(summary).toHaveProperty(['recordings', 19, 'key'], keyAt(99 * 60));
    expect(summary).not.toHaveProperty(['recordings', 20]);
  });

  test('is not written again without a change', async () => {
    await add(S1, ...MISSING);
    await writeSummary(ledger, S1);
    store.calls.length = 0;
    expect(await writeSummary(ledger, S1)).toBe(0);
    expect(store.calls.filter((call) => call.startsWith('write'))).toEqual([]);
  });

  test('is removed from the missing list when the recording arrives', async () => {
    await add(S1, ...MISSING, told(1501, 1));
    await writeSummary(ledger, S1);
    await add(S1, ready(2000, 10));
    await writeSummary(ledger, S1);
    expect([...(await found()).keys()]).toEqual([C, D]);
    expect((await found()).get(C)).toMatchObject({ state: 'late' });
  });

  test.each(['missing', 'unannounced', 'partial'] as const)(
    'of a start that is %s is listed',
    async (state) => {
      await add(S1, expected(), created(), judged(1500, 1, state));
      await writeSummary(ledger, S1);
      expect([...(await found()).keys()]).toContain(X(state));
    },
  );

  test('of a recording that disappeared before its expiry is listed until its erasure', async () => {
    await add(S1, expected(), created(), seen(630, 10), seen(700, 10, 'nothing'));
    await writeSummary(ledger, S1);
    expect([...(await found()).keys()]).toEqual([C, D, X('gone')]);
    await add(S1, erased(800));
    await writeSummary(ledger, S1);
    expect([...(await found()).keys()]).toEqual([C, D]);
  });

  test('does not contain erased names', async () => {
    await add(S1, ...MISSING);
    await writeSummary(ledger, S1);
    await store.write(`s:${S1}`, [{ kind: 'delete', key: 'person:start' }]);
    await writeSummary(ledger, S1);
    expect(JSON.stringify([...(await found())])).not.toContain('Ada');
  });

  test('is deleted with all other rows of an old start', async () => {
    await add(S1, ...MISSING);
    await writeSummary(ledger, S1);
    const [row] = await readAll(store, 'd:2026-06-01');
    await ledger.forget({ startId: S1, conversationId: ID, row: row ?? { partition: '', key: '' } });
    expect(await found()).toEqual(new Map());
  });

  test('of a start without facts has no row', async () => {
    expect(await writeSummary(ledger, S1)).toBe(0);
    expect(await found()).toEqual(new Map());
  });
});

describe('rows', () => {
  const spoil = async (partition: string, ...changes: readonly Change[]): Promise<void> => {
    for (const change of changes) await store.write(partition, [change]);
  };
  const etagOf = async (partition: string, key: string): Promise<string> =>
    (await store.get(partition, key))?.etag ?? '';
  const split = (row: string): readonly [string, string] => {
    const [partition = '', key = ''] = row.split(' ');
    return [partition, key];
  };

  let whole: ReadonlyMap<string, unknown>;
  beforeEach(async () => {
    await add(S1, ...MISSING);
    await writeSummary(ledger, S1);
    whole = await found();
  });

  test.each([C, D, X('missing')])('that were lost are written again: %s', async (row) => {
    const [partition, key] = split(row);
    await spoil(partition, { kind: 'delete', key });
    expect(await writeSummary(ledger, S1)).toBe(1);
    expect(await found()).toEqual(whole);
  });

  test.each([C, D, X('missing')])('that were garbled are written again: %s', async (row) => {
    const [partition, key] = split(row);
    const value = { start: 7, state: 'rosy' };
    await spoil(partition, { kind: 'replace', key, value, etag: await etagOf(partition, key) });
    expect(await writeSummary(ledger, S1)).toBe(1);
    expect(await found()).toEqual(whole);
  });

  test('that are left over are removed', async () => {
    const [partition, key] = split(X('gone'));
    await spoil(partition, { kind: 'insert', key, value: {} });
    expect(await writeSummary(ledger, S1)).toBe(1);
    expect(await found()).toEqual(whole);
  });
});

describe('two writers', () => {
  /** One writer stops at a call until the other has finished. */
  async function overtaken(stopsAt: string): Promise<void> {
    let isFirst = true;
    store.before = async (call) => {
      if (!isFirst || call !== stopsAt) return;
      isFirst = false;
      await add(S1, told(1501, 1), ready(2000, 10));
      await writeSummary(ledger, S1);
    };
    await writeSummary(ledger, S1);
    expect(isFirst).toBe(false);
  }

  test.each(['rows s:', 'get d:', 'get c:', 'get x:', 'write d:', 'write c:', 'write x:'])(
    'result in the summary of the later facts, in any order at %s',
    async (stopsAt) => {
      await add(S1, ...MISSING);
      await overtaken(stopsAt);
      expect([...(await found()).keys()]).toEqual([C, D]);
      expect((await found()).get(C)).toMatchObject({ state: 'late', facts: 7 });
      expect((await found()).get(D)).toMatchObject({ state: 'late', facts: 7 });
    },
  );

  test.each(['get d:', 'write c:', 'write d:'])('also with existing rows: %s', async (stopsAt) => {
    await add(S1, ...MISSING.slice(0, 3));
    await writeSummary(ledger, S1);
    await add(S1, ...MISSING.slice(3));
    await overtaken(stopsAt);
    expect([...(await found()).keys()]).toEqual([C, D]);
    expect((await found()).get(D)).toMatchObject({ state: 'late', facts: 7 });
  });
});

test('a slower writer with later facts overwrites a faster one with earlier facts', async () => {
  await add(S1, expected(), created());
  await writeSummary(ledger, S1);
  await add(S1, shutdown(600));
  const slow = new ProbedStore(store);
  let goOn = (): void => undefined;
  const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
  const hasStopped = new Promise<void>((resolve) => {
    slow.before = (call) => {
      if (!call.startsWith('write')) return undefined;
      resolve();
      return mayGoOn;
    };
  });
  const earlier = writeSummary(new Ledger(slow), S1);
  await hasStopped;
  await add(S1, ready(620, 10));
  let isFirst = true;
  store.before = async (call) => {
    if (!isFirst || call !== 'write d:') return;
    isFirst = false;
    goOn();
    await earlier;
  };
  await writeSummary(ledger, S1);
  expect((await found()).get(D)).toMatchObject({ state: 'announced', facts: 4 });
});

describe('a list', () => {
  const idsOf = async (list: AsyncIterable<Summary> | readonly Summary[]): Promise<readonly string[]> => {
    const ids: string[] = [];
    for await (const { start } of list) ids.push(start);
    return ids;
  };
  const startAt = async (startId: string, at: number, conversationId: string, ...more: readonly Fact[]) => {
    await add(startId, expected({ at }), { kind: 'outcome', at, result: 'created', conversationId }, ...more);
    await writeSummary(ledger, startId);
  };

  beforeEach(async () => {
    await startAt(S1, NOW, 'c1', judged(1500, 1, 'unannounced', 'unknown'));
    await startAt(S2, NOW - 3 * DAY_MS, 'c2', judged(1500, 1, 'missing'));
    await startAt('c'.repeat(32), NOW - 1000, 'c3');
  });

  test('of starts is newest first, across days without starts', async () => {
    const window = { sinceMs: NOW - days(5) * 1000, untilMs: NOW + DAY_MS };
    expect(await idsOf(newestStarts(ledger, window))).toEqual([S1, 'c'.repeat(32), S2]);
  });

  test('ends at its time limit, to the millisecond, and at its row limit', async () => {
    const untilMs = NOW + DAY_MS;
    expect(await idsOf(newestStarts(ledger, { sinceMs: NOW - 1000, untilMs }))).toHaveLength(2);
    expect(await idsOf(newestStarts(ledger, { sinceMs: NOW - 999, untilMs }))).toEqual([S1]);
    expect(await idsOf(newestStarts(ledger, { sinceMs: 0, untilMs, limit: 1 }))).toEqual([S1]);
  });

  test('computes a missing summary from the facts', async () => {
    await add('d'.repeat(32), expected({ at: NOW + 1000 }), { ...created(), at: NOW + 1000 });
    await ledger.index('d'.repeat(32), ID, NOW + 1000);
    const starts: Summary[] = [];
    for await (const one of newestStarts(ledger, { sinceMs: NOW, untilMs: NOW + DAY_MS })) starts.push(one);
    expect(starts[0]).toMatchObject({ start: 'd'.repeat(32), state: 'starting', conversation: ID });
  });

  test('of missing recordings has both kinds, newest first', async () => {
    expect(await idsOf(await listedStarts(ledger, ['missing', 'unannounced'], { sinceMs: 0 }))).toEqual([
      S1,
      S2,
    ]);
    expect(
      await idsOf(await listedStarts(ledger, ['missing', 'unannounced'], { sinceMs: 0, limit: 1 })),
    ).toEqual([S1]);
    expect(await idsOf(await listedStarts(ledger, ['missing'], { sinceMs: NOW - DAY_MS }))).toEqual([]);
  });
});
