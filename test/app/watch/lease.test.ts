import { memoryStore } from '../../../app/ledger/memory';
import type { Store } from '../../../app/ledger/store';
import { Lease, TERM_MS } from '../../../app/watch/lease';
import { isAway, never, ProbedStore } from '../ledger/probed-store';

let nowMs = 0;
const lease = (store: Store): Lease => new Lease(store, () => nowMs);

beforeEach(() => {
  nowMs = 0;
});

test('the first replica gets the lease, and keeps it by renewing', async () => {
  const store = memoryStore();
  const [one, other] = [lease(store), lease(store)];
  expect(await one.renew()).toBe(true);
  for (; nowMs < 10 * TERM_MS; nowMs += TERM_MS / 3) {
    expect(await one.renew()).toBe(true);
    expect(await other.renew()).toBe(false);
  }
});

test('another replica takes it only after a whole term without a renewal', async () => {
  const store = memoryStore();
  const [one, other] = [lease(store), lease(store)];
  await one.renew();
  nowMs = 10 * TERM_MS;
  // The time does not matter: it has not observed the lease meanwhile.
  expect(await other.renew()).toBe(false);
  nowMs += TERM_MS - 1;
  expect(await other.renew()).toBe(false);
  nowMs += 1;
  expect(await other.renew()).toBe(true);
  expect(await one.renew()).toBe(false);
});

test('a renewal in between restarts the term', async () => {
  const store = memoryStore();
  const [one, other] = [lease(store), lease(store)];
  await one.renew();
  await other.renew();
  nowMs = TERM_MS - 1;
  await one.renew();
  nowMs = TERM_MS;
  expect(await other.renew()).toBe(false);
});

test('a holder that cannot renew loses it at the end of its term', async () => {
  const store = new ProbedStore(memoryStore());
  const one = lease(store);
  await one.renew();
  store.before = isAway;
  nowMs = TERM_MS - 1;
  await expect(one.renew()).rejects.toThrow('The ledger of this test');
  expect(one.isHeld).toBe(true);
  nowMs = TERM_MS;
  expect(one.isHeld).toBe(false);
});

test('the term begins before the response to the renewal', async () => {
  const store = new ProbedStore(memoryStore());
  const one = lease(store);
  store.after = () => {
    nowMs = TERM_MS;
  };
  expect(await one.renew()).toBe(false);
});

test('of two replicas that take it at the same time, one gets it', async () => {
  const store = memoryStore();
  const all = Array.from({ length: 5 }, () => lease(store));
  const held = await Promise.all(all.map((one) => one.renew()));
  expect(held.filter(Boolean)).toHaveLength(1);
});

test('a released lease is free at once; another’s is not changed', async () => {
  const store = memoryStore();
  const [one, other] = [lease(store), lease(store)];
  await one.renew();
  await other.release();
  expect(await other.renew()).toBe(false);
  await one.release();
  expect(one.isHeld).toBe(false);
  expect(await other.renew()).toBe(true);
});

test('after a process was killed during a renewal, another takes over after a term', async () => {
  const memory = memoryStore();
  const dying = new ProbedStore(memory);
  dying.after = (call) => (call.startsWith('write') ? never() : undefined);
  void lease(dying).renew();
  const other = lease(memory);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await other.renew()).toBe(false);
  nowMs = TERM_MS;
  expect(await other.renew()).toBe(true);
});
