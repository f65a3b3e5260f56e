import { memoryStore } from '../../../app/ledger/memory';
import { forgetReceipts, receiptsOf, sha256, writeReceipt } from '../../../app/ledger/receipts';
import { readAll, type Store } from '../../../app/ledger/store';

let store: Store;
beforeEach(() => {
  store = memoryStore();
});

const AT = Date.UTC(2026, 5, 1);
const write = (text: string, at = AT, id = 'c1', of = 'erasure') => writeReceipt(store, id, { of, at, text });

test('a receipt is read back unchanged, with its digest', async () => {
  await write('{"ticket":"T-1"}');
  expect(await receiptsOf(store, 'c1')).toEqual([
    { of: 'erasure', revision: 1, at: AT, sha256: sha256('{"ticket":"T-1"}'), text: '{"ticket":"T-1"}' },
  ]);
  expect(await receiptsOf(store, 'c')).toEqual([]);
});

test('the same text creates no new revision; another text does, and the first is kept', async () => {
  await write('one');
  expect(await write('one', AT + 1)).toMatchObject({ revision: 1, at: AT });
  expect(await write('two', AT + 2)).toMatchObject({ revision: 2 });
  expect(await receiptsOf(store, 'c1')).toMatchObject([{ revision: 2, text: 'two' }]);
  expect(await readAll(store, 'receipt:c1')).toHaveLength(2);
});

test('receipts of several kinds can coexist', async () => {
  await write('erased');
  await write('released', AT, 'c1', 'release-1');
  expect((await receiptsOf(store, 'c1')).map(({ of, text }) => [of, text])).toEqual([
    ['erasure', 'erased'],
    ['release-1', 'released'],
  ]);
});

test('a text of a million characters, quotation marks included, can be stored', async () => {
  const text = JSON.stringify(
    Array.from({ length: 5000 }, (_, n) => ({ version: `v${n}`, quoted: '"'.repeat(50) })),
  );
  expect(text.length).toBeGreaterThan(600_000);
  await write(text);
  expect((await receiptsOf(store, 'c1'))[0]?.text).toBe(text);
});

test('an interrupted revision does not count, and the next one gets another number', async () => {
  await write('one');
  await write('x'.repeat(30_000));
  await store.write('receipt:c1', [{ kind: 'delete', key: 'erasure~0002~0002' }]);
  expect(await receiptsOf(store, 'c1')).toMatchObject([{ revision: 1, text: 'one' }]);
  expect(await write('two')).toMatchObject({ revision: 3 });
});

test('only receipts older than the limit are deleted, with all their revisions', async () => {
  await write('old', AT, 'c1');
  await write('old', AT, 'c2');
  await write('renewed', AT + 10, 'c2');
  await forgetReceipts(store, AT + 5, () => true);
  expect(await readAll(store, 'receipt:c1')).toEqual([]);
  expect(await readAll(store, 'receipt:c2')).toHaveLength(2);
});

test('a process that must stop deletes nothing', async () => {
  await write('old', AT, 'c1');
  await forgetReceipts(store, AT + 5, () => false);
  expect(await readAll(store, 'receipt:c1')).toHaveLength(1);
});
