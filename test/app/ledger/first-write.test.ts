import { memoryStore } from '../../../app/ledger/memory';
import { OFF, ON, TestClock } from '../helpers';
import { isAway, ProbedStore } from './probed-store';
import { closeReplicas, MemoryTavus, replica, type LedgerReplica } from './replicas';

afterEach(closeReplicas);

const TABLE = { LEDGER_URL: 'https://acmerecordings.table.core.windows.net/ledger' };

/** A fake clock that only a test moves. */
class SteppedClock extends TestClock {
  private resume = (): void => undefined;

  override sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve) => (this.resume = resolve));
  }

  async pass(): Promise<void> {
    const { length } = this.slept;
    this.advance(this.slept.at(-1) ?? 0);
    this.resume();
    for (let turn = 0; turn < 100 && this.slept.length === length; turn += 1) await new Promise(setImmediate);
  }
}

interface Waiting {
  readonly store: ProbedStore;
  readonly clock: SteppedClock;
  readonly backend: LedgerReplica;
  readonly ready: () => Promise<unknown[]>;
}

async function open(env: NodeJS.ProcessEnv, isReachable: boolean): Promise<Waiting> {
  const store = new ProbedStore(memoryStore());
  if (!isReachable) store.before = isAway;
  const clock = new SteppedClock();
  const backend = await replica({ store, tavus: new MemoryTavus(), clock, env });
  const ready = async (): Promise<unknown[]> => {
    const reply = await fetch(`${backend.url}/readyz`);
    return [reply.status, await reply.json()];
  };
  return { store, clock, backend, ready };
}

const READY = [200, { status: 'ok' }];
const WAITING = [503, { status: 'waiting-for-ledger' }];

test('with a table the backend is ready after its first write', async () => {
  const { store, clock, backend, ready } = await open({ ...ON, ...TABLE }, false);
  expect(await ready()).toEqual(WAITING);
  await clock.pass();
  expect(await ready()).toEqual(WAITING);
  store.before = () => undefined;
  await clock.pass();
  expect(await ready()).toEqual(READY);
  expect(backend.log.find('The ledger takes no writes yet')).toMatchObject({ level: 'warn' });
});

test('after ten minutes without a write it becomes ready, and starts report the missing right', async () => {
  const { clock, backend, ready } = await open({ ...ON, ...TABLE }, false);
  const began = clock.now();
  while (clock.now() < began + 595_000) {
    await clock.pass();
    expect(await ready()).toEqual(WAITING);
  }
  await clock.pass();
  expect(await ready()).toEqual(READY);
  expect(backend.log.find('The ledger takes no writes: recorded starts are refused')).toMatchObject({
    level: 'error',
  });
  expect(await backend.start()).toMatchObject({
    status: 503,
    json: { type: 'urn:problem-type:tavus-recordings:ledger-unavailable' },
  });
});

test.each([
  ['the ledger is on this machine', ON],
  ['nothing is recorded', { ...OFF, ...TABLE }],
])('it does not wait for a write if %s', async (_case, env) => {
  const { ready, store } = await open(env, false);
  expect([await ready(), store.calls]).toEqual([READY, []]);
});

test('a shutdown does not wait for it', async () => {
  const { backend, ready } = await open({ ...ON, ...TABLE }, false);
  backend.backend.stopTakingWork();
  expect(await ready()).toEqual([503, { status: 'shutting-down' }]);
});
