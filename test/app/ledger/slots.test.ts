import { Slots } from '../../../app/ledger/slots';
import { memoryStore } from '../../../app/ledger/memory';
import { readAll, type Store } from '../../../app/ledger/store';
import { ON, TestClock } from '../helpers';
import { isAway, never, ProbedStore } from './probed-store';
import { closeReplicas, MemoryTavus, replica } from './replicas';

afterEach(closeReplicas);

interface Shared {
  readonly store: Store;
  readonly clock: TestClock;
  /** The slots of one more replica. */
  readonly slots: (cap: number | undefined) => Slots;
}

function shared(): Shared {
  const store = memoryStore();
  const clock = new TestClock();
  return { store, clock, slots: (cap) => new Slots(store, cap, clock) };
}

test('replicas share the cap', async () => {
  const { slots } = shared();
  const [one, other] = [slots(2), slots(2)];
  expect([await one.take('a', 1000), await other.take('b', 1000)]).toEqual([true, true]);
  expect([await one.take('c', 1000), await other.take('d', 1000)]).toEqual([false, false]);
});

test('concurrent starts do not exceed the cap', async () => {
  const { slots } = shared();
  const [one, other] = [slots(5), slots(5)];
  const taken = await Promise.all(
    Array.from({ length: 30 }, async (_, n) => (n % 2 === 0 ? one : other).take(`start-${n}`, 1000)),
  );
  expect(taken.filter((isTaken) => isTaken)).toHaveLength(5);
});

test('an expired slot is taken by the next start', async () => {
  const { slots, clock } = shared();
  await slots(1).take('a', 1000);
  clock.advance(999);
  expect(await slots(1).take('b', 1000)).toBe(false);
  clock.advance(1);
  expect(await slots(1).take('b', 1000)).toBe(true);
  // The first one no longer has it.
  await slots(1).free('a');
  expect(await slots(1).take('c', 1000)).toBe(false);
});

test('any replica can free or extend a slot', async () => {
  const { slots, clock } = shared();
  await slots(1).take('a', 1000);
  await slots(1).hold('a', 5000);
  clock.advance(4999);
  expect(await slots(1).take('b', 1000)).toBe(false);
  await slots(1).free('a');
  expect(await slots(1).take('b', 1000)).toBe(true);
});

test('a slot that cannot be freed now expires', async () => {
  const { store, clock } = shared();
  const probed = new ProbedStore(store);
  const slots = new Slots(probed, 1, clock);
  await slots.take('a', 1000);
  probed.before = isAway;
  await slots.free('a');
  probed.before = () => undefined;
  clock.advance(1000);
  expect(await slots.take('b', 1000)).toBe(true);
});

test('a lower cap still counts the slots above it', async () => {
  const { store, clock, slots } = shared();
  const value = { start: 'a', until: clock.now() + 1000 };
  for (const key of ['2', '3']) await store.write('slot', [{ kind: 'insert', key, value }]);
  expect(await slots(2).take('b', 1000)).toBe(false);
  expect(await slots(3).take('b', 1000)).toBe(true);
});

test('without a cap nothing is written', async () => {
  const { store, slots } = shared();
  expect(await slots(undefined).take('a', 1000)).toBe(true);
  await slots(undefined).free('a');
  expect(await readAll(store, 'slot')).toEqual([]);
});

test('an interrupted start keeps its slot as long as Tavus keeps an empty room', async () => {
  const { store, clock } = shared();
  const tavus = new MemoryTavus();
  const env = { ...ON, TAVUS_MAX_CONCURRENT_CONVERSATIONS: '1', TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC: '120' };
  const isMade = new Promise<void>((made) => {
    tavus.after = () => (made(), never());
  });
  const dying = await replica({ store, tavus, clock, env });
  void dying.start().catch(() => undefined);
  await isMade;
  tavus.after = () => undefined;
  const next = await replica({ store, tavus, clock, env });
  // 120 s, a minute until Tavus has freed it, and 30 s for the create request.
  clock.advance(209_999);
  expect((await next.start()).status).toBe(409);
  clock.advance(1);
  expect((await next.start()).status).toBe(200);
});
