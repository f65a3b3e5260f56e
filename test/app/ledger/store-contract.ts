import { setTimeout as sleep } from 'node:timers/promises';
import {
  MOST_CHANGES,
  MOST_ROW_CHARS,
  readAll,
  type Change,
  type LedgerRow,
  type RowValue,
  type Store,
} from '../../../app/ledger/store';

const insert = (key: string, value: RowValue = {}): Change => ({ kind: 'insert', key, value });

async function rowOf(store: Store, partition: string, key: string): Promise<LedgerRow> {
  const row = await store.get(partition, key);
  if (row === undefined) throw new Error(`There is no ${partition} ${key}.`);
  return row;
}

const keysOf = (rows: readonly LedgerRow[]): readonly string[] => rows.map(({ key }) => key);

async function collect(
  pages: AsyncIterable<readonly LedgerRow[]>,
): Promise<readonly (readonly LedgerRow[])[]> {
  const all: (readonly LedgerRow[])[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

/**
 * Contract tests of every ledger store, for any database.
 *
 * @param open an empty store; the tests close it
 */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    describe('an insert', () => {
      test('creates a row, which is found only by partition and key', async () => {
        expect(await store.write('p', [insert('k', { a: 1 })])).toBe('written');
        expect(await store.get('p', 'k')).toEqual({
          partition: 'p',
          key: 'k',
          value: { a: 1 },
          etag: expect.any(String),
        });
        expect(await store.get('p', 'other')).toBeUndefined();
        expect(await store.get('other', 'k')).toBeUndefined();
      });

      test('does not change an existing row', async () => {
        await store.write('p', [insert('k', { a: 1 })]);
        const before = await rowOf(store, 'p', 'k');
        expect(await store.write('p', [insert('k', { a: 2 })])).toBe('conflict');
        expect(await store.get('p', 'k')).toEqual(before);
      });

      test('stores any text, up to its limit', async () => {
        const values: readonly RowValue[] = [
          { text: `'"\\/\0\n\u{2028} ﻿ 😀 \ud800` },
          { nested: [{ of: { null: null, yes: true, n: -1.5e300 } }] },
          { text: '"'.repeat(MOST_ROW_CHARS / 2 - 20) },
          { text: '\u{4e16}'.repeat(MOST_ROW_CHARS / 6 - 20) },
        ];
        for (const [index, value] of values.entries()) await store.write('p', [insert(`k${index}`, value)]);
        expect((await readAll(store, 'p')).map(({ value }) => value)).toEqual(values);
      });

      test.each<[string, Change]>([
        ['a row longer than any store accepts', insert('k', { text: 'x'.repeat(MOST_ROW_CHARS) })],
        ['an empty key', insert('')],
        ['a slash in a key', insert('a/b')],
        ['a backslash', insert('a\\b')],
        ['a number sign', insert('a#b')],
        ['a question mark', insert('a?b')],
        ['a percent sign', insert('a%2Fb')],
        ['a control character', insert('a\nb')],
        ['a comma', insert('a,b')],
        ['a letter that other databases sort differently', insert('ä')],
        [
          'a row longer than any store accepts because of its letters',
          insert('k', { text: 'ä'.repeat(MOST_ROW_CHARS / 6) }),
        ],
        ['a key longer than any store accepts', insert('k'.repeat(501))],
      ])('throws for %s', async (_what, change) => {
        await expect(store.write('p', [change])).rejects.toMatchObject({ name: 'Error' });
        await expect(store.write('p', [insert('good'), change])).rejects.toMatchObject({ name: 'Error' });
        expect(await readAll(store, 'p')).toEqual([]);
      });

      test('accepts every character allowed in a key', async () => {
        const key = '-.0123456789:ABCXYZ_abcxyz~';
        await store.write(key, [insert(key, { a: 1 })]);
        expect(await store.get(key, key)).toMatchObject({ partition: key, key, value: { a: 1 } });
        expect(keysOf(await readAll(store, key, { from: key }))).toEqual([key]);
      });
    });

    describe('an ETag', () => {
      test('allows one replacement of a row', async () => {
        await store.write('p', [insert('k', { a: 1 })]);
        const { etag } = await rowOf(store, 'p', 'k');
        expect(await store.write('p', [{ kind: 'replace', key: 'k', value: { a: 2 }, etag }])).toBe(
          'written',
        );
        expect(await store.write('p', [{ kind: 'replace', key: 'k', value: { a: 3 }, etag }])).toBe(
          'conflict',
        );
        expect(await store.write('p', [{ kind: 'delete', key: 'k', etag }])).toBe('conflict');
        expect((await rowOf(store, 'p', 'k')).value).toEqual({ a: 2 });
      });

      test('differs after each change, even to the same value, and for a row created again', async () => {
        const etags: string[] = [];
        const note = async (): Promise<string> => {
          const { etag } = await rowOf(store, 'p', 'k');
          etags.push(etag);
          return etag;
        };
        await store.write('p', [insert('k')]);
        await store.write('p', [{ kind: 'replace', key: 'k', value: {}, etag: await note() }]);
        await store.write('p', [{ kind: 'delete', key: 'k', etag: await note() }]);
        // Azurite counts in milliseconds.
        await sleep(5);
        await store.write('p', [insert('k')]);
        await note();
        expect(new Set(etags).size).toBe(3);
      });

      test('of a deleted row does not match', async () => {
        await store.write('p', [insert('k')]);
        const { etag } = await rowOf(store, 'p', 'k');
        await store.write('p', [{ kind: 'delete', key: 'k' }]);
        expect(await store.write('p', [{ kind: 'replace', key: 'k', value: {}, etag }])).toBe('conflict');
        expect(await store.write('p', [{ kind: 'delete', key: 'k', etag }])).toBe('conflict');
        expect(await readAll(store, 'p')).toEqual([]);
      });
    });

    describe('a delete without an ETag', () => {
      test('deletes any version, and ignores a missing row', async () => {
        await store.write('p', [insert('k')]);
        expect(await store.write('p', [{ kind: 'delete', key: 'k' }])).toBe('written');
        expect(await store.write('p', [{ kind: 'delete', key: 'k' }])).toBe('written');
        expect(await store.get('p', 'k')).toBeUndefined();
      });

      test.each([
        ['some rows are missing', ['b', 'd'], 'written', ['a', 'e']],
        ['all are', ['w', 'x'], 'written', ['a', 'b', 'e']],
      ])('in a batch is ignored if %s', async (_what, deleted, result, left) => {
        await store.write('p', [insert('a'), insert('b')]);
        const deletes = deleted.map((key): Change => ({ kind: 'delete', key }));
        expect(await store.write('p', [...deletes, insert('e')])).toBe(result);
        expect(keysOf(await readAll(store, 'p'))).toEqual(left);
      });

      test('in a batch that is refused for another reason deletes nothing', async () => {
        await store.write('p', [insert('a'), insert('b')]);
        const deletes = ['a', 'gone'].map((key): Change => ({ kind: 'delete', key }));
        expect(await store.write('p', [...deletes, insert('b')])).toBe('conflict');
        expect(keysOf(await readAll(store, 'p'))).toEqual(['a', 'b']);
      });
    });

    describe('a batch', () => {
      test('is written completely', async () => {
        await store.write('p', [insert('old', { a: 1 }), insert('out')]);
        const { etag } = await rowOf(store, 'p', 'old');
        const batch: readonly Change[] = [
          insert('new'),
          { kind: 'replace', key: 'old', value: { a: 2 }, etag },
          { kind: 'delete', key: 'out' },
        ];
        expect(await store.write('p', batch)).toBe('written');
        expect((await readAll(store, 'p')).map(({ key, value }) => [key, value])).toEqual([
          ['new', {}],
          ['old', { a: 2 }],
        ]);
      });

      test.each<[string, (etag: string) => Change]>([
        ['a row already exists', () => insert('there')],
        ['a row has changed', () => ({ kind: 'replace', key: 'there', value: {}, etag: 'W/"other"' })],
        ['a row is missing', (etag) => ({ kind: 'replace', key: 'gone', value: {}, etag })],
      ])('writes nothing if %s, at any position', async (_what, refused) => {
        await store.write('p', [insert('there')]);
        const change = refused((await rowOf(store, 'p', 'there')).etag);
        for (const at of [0, 1, 2]) {
          const batch = [insert('a'), insert('b')];
          batch.splice(at, 0, change);
          expect(await store.write('p', batch)).toBe('conflict');
          expect(keysOf(await readAll(store, 'p'))).toEqual(['there']);
        }
      });

      test('accepts changes up to its limit', async () => {
        const many = Array.from({ length: MOST_CHANGES }, (_, n) => insert(String(1000 + n)));
        expect(await store.write('p', many)).toBe('written');
        expect(await readAll(store, 'p')).toHaveLength(MOST_CHANGES);
      });

      test.each<[string, readonly Change[]]>([
        ['none', []],
        ['more than its limit', Array.from({ length: MOST_CHANGES + 1 }, (_, n) => insert(`k${n}`))],
        ['two of one row', [insert('k'), { kind: 'delete', key: 'k' }]],
        ['a delete with an ETag among others', [insert('k'), { kind: 'delete', key: 'l', etag: 'W/"x"' }]],
        [
          'more text than its limit',
          Array.from({ length: 50 }, (_, n) => insert(`k${n}`, { text: 'x'.repeat(29_000) })),
        ],
      ])('throws for %s', async (_what, changes) => {
        await expect(store.write('p', changes)).rejects.toMatchObject({ name: 'Error' });
        expect(await readAll(store, 'p')).toEqual([]);
      });
    });

    describe('batches of several partitions at once, if the store supports them', () => {
      const at = (partition: string, ...changes: readonly Change[]) => ({ partition, changes });
      const keysIn = async (...partitions: readonly string[]): Promise<readonly (readonly string[])[]> =>
        Promise.all(partitions.map(async (one) => keysOf(await readAll(store, one))));

      test('are all written', async () => {
        const isMade = await store.atOnce?.([at('p', insert('a'), insert('b')), at('q', insert('c'))]);
        const made = [['a', 'b'], ['c']];
        expect([isMade, await keysIn('p', 'q')]).toEqual(
          store.atOnce === undefined ? [undefined, [[], []]] : [true, made],
        );
      });

      test('are not written at all if one of them conflicts', async () => {
        await store.write('q', [insert('c')]);
        const isMade = await store.atOnce?.([
          at('p', insert('a'), insert('b')),
          at('q', insert('d'), insert('c')),
        ]);
        expect([isMade, await keysIn('p', 'q')]).toEqual([
          store.atOnce === undefined ? undefined : false,
          [[], ['c']],
        ]);
      });

      test('cannot include two for one partition', async () => {
        const twice = async (): Promise<unknown> =>
          store.atOnce?.([at('p', insert('a')), at('p', insert('b'))]);
        const result: unknown = await twice().catch(String);
        expect(result).toBe(
          store.atOnce === undefined
            ? undefined
            : 'Error: Two batches of one partition: combine them into one.',
        );
      });
    });

    describe('reading', () => {
      const UNSORTED = ['b', 'B', '10', '9', 'a~', 'a', 'a-', '_', 'aa', 'a:b', 'a.'];
      const SORTED = ['10', '9', 'B', '_', 'a', 'a-', 'a.', 'a:b', 'aa', 'a~', 'b'];

      test('is in the order of code points', async () => {
        for (const key of UNSORTED) await store.write('p', [insert(key)]);
        expect(keysOf(await readAll(store, 'p'))).toEqual(SORTED);
      });

      test.each([
        [{ from: 'a' }, ['a', 'a-', 'a.', 'a:b', 'aa', 'a~', 'b']],
        [{ to: 'a' }, ['10', '9', 'B', '_']],
        [{ from: 'a-', to: 'aa' }, ['a-', 'a.', 'a:b']],
        [{ from: 'c' }, []],
        [{ from: 'b', to: 'a' }, []],
      ])('returns a range from its first key to before its last: %j', async (range, keys) => {
        for (const key of UNSORTED) await store.write('p', [insert(key)]);
        await store.write('q', [insert('a')]);
        expect(keysOf(await readAll(store, 'p', range))).toEqual(keys);
      });

      test.each([
        [{ limit: 3 }, ['10', '9', 'B']],
        [{ from: 'a', to: 'b', limit: 2 }, ['a', 'a-']],
        [{ limit: 100 }, SORTED],
      ])('returns no more rows than requested: %j', async (range, keys) => {
        for (const key of UNSORTED) await store.write('p', [insert(key)]);
        expect(keysOf(await readAll(store, 'p', range))).toEqual(keys);
      });

      test('partitions by prefix is in order', async () => {
        for (const partition of ['c:2', 'c:1', 'c', 'd:1', 'cA', 'b:1', 'c:10']) {
          await store.write(partition, [insert('y'), insert('x')]);
        }
        const of = async (prefix: string): Promise<readonly string[]> =>
          (await collect(store.partitions(prefix))).flat().map(({ partition, key }) => `${partition} ${key}`);
        expect(await of('c:')).toEqual(['c:1 x', 'c:1 y', 'c:10 x', 'c:10 y', 'c:2 x', 'c:2 y']);
        expect(await of('e:')).toEqual([]);
        expect(await of('')).toHaveLength(14);
      });

      test('a long partition returns non-empty pages, and lets other work run in between', async () => {
        const keys = Array.from({ length: 2_345 }, (_, n) => String(100_000 + n));
        for (let at = 0; at < keys.length; at += MOST_CHANGES) {
          await store.write(
            'p',
            keys.slice(at, at + MOST_CHANGES).map((key) => insert(key)),
          );
        }
        let turns = 0;
        let isReading = true;
        const turn = (): void => {
          turns += 1;
          if (isReading) setImmediate(turn);
        };
        setImmediate(turn);
        const pages = await collect(store.rows('p'));
        isReading = false;
        expect(pages.flatMap(keysOf)).toEqual(keys);
        expect(pages.map(({ length }) => length)).toEqual([1_000, 1_000, 345]);
        expect(turns).toBeGreaterThan(0);
        const limited = await collect(store.rows('p', { limit: 1_100 }));
        expect(limited.map(({ length }) => length)).toEqual([1_000, 100]);
        expect((await collect(store.partitions('p'))).flatMap(keysOf)).toEqual(keys);
        // A reader may delete rows that it has read, without skipping others.
        const swept: string[] = [];
        for await (const page of store.rows('p')) {
          swept.push(...keysOf(page));
          for (let at = 0; at < page.length; at += MOST_CHANGES) {
            const some = page.slice(at, at + MOST_CHANGES);
            await store.write(
              'p',
              some.map(({ key }): Change => ({ kind: 'delete', key })),
            );
          }
        }
        expect(swept).toEqual(keys);
        expect(await readAll(store, 'p')).toEqual([]);
      });

      test('an empty partition returns no page', async () => {
        expect(await collect(store.rows('p'))).toEqual([]);
        expect(await collect(store.partitions('p'))).toEqual([]);
      });
    });

    describe('two writers', () => {
      test('of one row: one succeeds', async () => {
        const writers = Array.from({ length: 20 }, (_, n) => store.write('p', [insert('k', { n })]));
        const results = await Promise.all(writers);
        expect(results.filter((result) => result === 'written')).toHaveLength(1);
        expect((await rowOf(store, 'p', 'k')).value).toEqual({ n: results.indexOf('written') });
      });

      test('with ETags: no change is lost', async () => {
        await store.write('p', [insert('k', { n: 0 })]);
        const add = async (): Promise<void> => {
          for (let left = 5; left > 0;) {
            const { value, etag } = await rowOf(store, 'p', 'k');
            const change: Change = { kind: 'replace', key: 'k', value: { n: Number(value['n']) + 1 }, etag };
            if ((await store.write('p', [change])) === 'written') left -= 1;
          }
        };
        await Promise.all([add(), add(), add()]);
        expect((await rowOf(store, 'p', 'k')).value).toEqual({ n: 15 });
      });
    });

    test('a time limit for several calls has no effect while they are fast', async () => {
      const limited = store.within(5_000);
      expect(await limited.write('p', [insert('k')])).toBe('written');
      expect(keysOf(await readAll(limited, 'p'))).toEqual(['k']);
      expect(await store.get('p', 'k')).toEqual(await limited.get('p', 'k'));
    });
  });
}
