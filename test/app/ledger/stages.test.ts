import { memoryStore } from '../../../app/ledger/memory';
import { writeStages } from '../../../app/ledger/stages';
import { LedgerUnavailable, readAll, type PartitionWrite } from '../../../app/ledger/store';
import { isAway, ProbedStore } from './probed-store';

const row = (partition: string): PartitionWrite => ({
  partition,
  changes: [{ kind: 'insert', key: 'k', value: {} }],
});

/** A store without transactions over several partitions. */
function setup() {
  const inner = memoryStore();
  const store = new ProbedStore(inner);
  const there = async (...partitions: readonly string[]): Promise<readonly string[]> => {
    const rows = await Promise.all(partitions.map(async (one) => readAll(inner, one)));
    return partitions.filter((_, index) => (rows[index] ?? []).length > 0);
  };
  return { inner, store, there };
}

test('a stage is written after the previous one, its own writes concurrently', async () => {
  const { store } = setup();
  const seen: string[] = [];
  store.before = async (call) => {
    seen.push(`begins ${call}`);
    await new Promise(setImmediate);
  };
  store.after = (call) => void seen.push(`ends ${call}`);
  expect(await writeStages(store, [[row('a')], [row('b'), row('c')]])).toEqual([
    ['written'],
    ['written', 'written'],
  ]);
  expect(seen).toEqual([
    'begins write a',
    'ends write a',
    'begins write b',
    'begins write c',
    'ends write b',
    'ends write c',
  ]);
});

test.each([
  ['is a conflict', 'conflict'],
  ['fails', expect.any(LedgerUnavailable)],
])('no stage follows one in which a write %s', async (what, result) => {
  const { inner, store, there } = setup();
  if (what === 'fails') store.before = (call) => (call === 'write a' ? isAway() : undefined);
  else await inner.write('a', row('a').changes);
  expect(await writeStages(store, [[row('a'), row('b')], [row('c')]])).toEqual([
    [result, 'written'],
    ['skipped'],
  ]);
  expect(await there('b', 'c')).toEqual(['b']);
});

test('a failed write does not prevent the others of its stage', async () => {
  const { store, there } = setup();
  store.before = (call) => (call === 'write b' ? isAway() : undefined);
  expect(await writeStages(store, [[row('a')], [row('b'), row('c')]])).toEqual([
    ['written'],
    [expect.any(LedgerUnavailable), 'written'],
  ]);
  expect(await there('a', 'b', 'c')).toEqual(['a', 'c']);
});

test('a store with transactions writes all of them at once', async () => {
  const { inner, there } = setup();
  const write = jest.spyOn(inner, 'write');
  expect(await writeStages(inner, [[row('a')], [row('b')]])).toEqual([['written'], ['written']]);
  expect([write.mock.calls.length, await there('a', 'b')]).toEqual([0, ['a', 'b']]);
});

test('and one after another if there is a conflict', async () => {
  const { inner, there } = setup();
  await inner.write('b', row('b').changes);
  expect(await writeStages(inner, [[row('a')], [row('b'), row('c')], [row('d')]])).toEqual([
    ['written'],
    ['conflict', 'written'],
    ['skipped'],
  ]);
  expect(await there('a', 'c', 'd')).toEqual(['a', 'c']);
});
