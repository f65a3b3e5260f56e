import { erasureOf } from '../../../app/ledger/erasure';
import { factKey, type Fact, type FactOf } from '../../../app/ledger/facts';
import { stateOf } from '../../../app/ledger/states';
import { after, created, expected, keyAt, seen } from './facts';

const HOUR = 3600;
const PLACE = { bucket: 'acme-recordings', region: 'us-east-1', account: '111122223333' };

const step = (second: number, name: string, given: Partial<FactOf<'erased'>> = {}): Fact => ({
  kind: 'erased',
  at: after(second),
  step: name,
  ...given,
});
const BEGUN = step(1000, 'begun', { ticket: 'T-1', place: PLACE, endMs: after(600) });
const found = (second: number, id: string, name = `found-${id}`): Fact =>
  step(second, name, {
    found: [{ what: 'version', key: keyAt(10), id, bytes: 1, modifiedMs: after(10) }],
  });
const DONE = [
  step(1002, 'tavus', { status: 204 }),
  step(1003, 'person-1', { rows: 1 }),
  step(1004, 'empty-1'),
];
const erasure = (...facts: readonly Fact[]) => erasureOf([expected(), created(), BEGUN, ...facts]);

test('does not exist before it was begun', () => {
  expect(erasureOf([expected(), created()])).toBeUndefined();
});

test.each([0, 1, 2])('is complete only with every step: not without step %i', (missing) => {
  expect(erasure(...DONE)?.isComplete).toBe(true);
  expect(erasure(...DONE.filter((_, n) => n !== missing))?.isComplete).toBe(false);
});

test('is not complete while objects found after the empty listing exist', () => {
  expect(erasure(...DONE, found(1005, 'v1'))?.isComplete).toBe(false);
  expect(erasure(...DONE, found(1005, 'v1'), step(1006, 'empty-2'))?.isComplete).toBe(true);
});

test('becomes final only by an empty listing 13 h after the end of the call', () => {
  const due = 600 + 13 * HOUR;
  expect(erasure(...DONE)).toMatchObject({ finishMs: after(due), finalMs: undefined });
  expect(erasure(...DONE, step(due - 1, 'empty-2'))?.finalMs).toBeUndefined();
  expect(erasure(...DONE, step(due + 5, 'person-2', { rows: 1 }))?.finalMs).toBeUndefined();
  expect(erasure(...DONE, step(due, 'empty-2'))?.finalMs).toBe(after(due));
});

test('lists each version once, even if it was found several times', () => {
  const ids = erasure(found(1001, 'v1'), found(1002, 'v2'), found(1003, 'v1', 'found-again'));
  expect(ids?.found.map(({ id }) => id)).toEqual(['v2', 'v1']);
});

test('needs neither Tavus nor a listing for a start without a conversation', () => {
  const facts: readonly Fact[] = [
    expected(),
    { kind: 'outcome', at: after(1), result: 'not-created', problem: 'busy' },
    step(1000, 'begun', { ticket: 'T-1' }),
    step(1001, 'person-1', { rows: 1 }),
  ];
  expect(erasureOf(facts)).toMatchObject({ isComplete: true, finalMs: after(1001) });
});

test('a recording counts as erased from the empty listing until an object is seen again', () => {
  const facts: readonly Fact[] = [expected(), created(), seen(20, 10), BEGUN];
  const whereabouts = (...more: readonly Fact[]) =>
    stateOf([...facts, ...more]).recordings.map((one) => one.whereabouts);
  expect(whereabouts()).toEqual(['intact']);
  expect(whereabouts(...DONE)).toEqual(['erased']);
  expect(stateOf([...facts, ...DONE]).state).toBe('erased');
  expect(whereabouts(...DONE, seen(2000, 10))).toEqual(['intact']);
  expect(stateOf([...facts, ...DONE, seen(2000, 10)]).state).toBe('back');
});

test('a hold is active from its beginning to its release', () => {
  const held = (name: FactOf<'held'>['step'], id = '1'): Fact => ({
    kind: 'held',
    at: after(50),
    id,
    step: name,
    ticket: 'T',
  });
  const isHeld = (...more: readonly Fact[]) => stateOf([expected(), created(), ...more]).isHeld;
  expect([isHeld(), isHeld(held('begun')), isHeld(held('begun'), held('complete'))]).toEqual([
    false,
    true,
    true,
  ]);
  expect(isHeld(held('begun'), held('complete'), held('released'))).toBe(false);
  expect(isHeld(held('begun'), held('released'), held('begun', '2'))).toBe(true);
});

test('each copy of a hold has its own row', () => {
  const copied = (versionId: string): Fact => ({
    kind: 'held',
    at: 1,
    id: '1',
    step: 'copied',
    copy: {
      key: keyAt(10),
      versionId,
      bytes: 1,
      copy: 'c',
      copyVersionId: 'v',
      checksum: 's',
      found: 'playable',
    },
  });
  const keys = ['v1', 'v2', 'v1'].map((id) =>
    factKey(copied(id), (text) => String(text.length) + text.slice(-2)),
  );
  expect(new Set(keys).size).toBe(2);
});
