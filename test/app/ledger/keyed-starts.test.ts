import { stop } from '../../../app/lifecycle';
import { memoryStore } from '../../../app/ledger/memory';
import { readAll, type Store } from '../../../app/ledger/store';
import { HeldClock } from '../held-clock';
import { CONSENT, ON, PREVIOUS_SECRET, SECRET, TestClock } from '../helpers';
import { isAway, never, ProbedStore } from './probed-store';
import {
  closeReplicas,
  MemoryTavus,
  onlyStart,
  refusing,
  replica,
  type LedgerReplica,
  type ReplicaOptions,
} from './replicas';

afterEach(closeReplicas);

const KEYED = { 'idempotency-key': '5d9a3c0e-7d0f-4e52-9d4b-3f0a6d2f8f10' };
const HOUR_MS = 3_600_000;

interface Processes {
  readonly store: Store;
  readonly tavus: MemoryTavus;
  readonly clock: TestClock;
  /** A process with the same ledger: another replica, or the process after a restart. */
  readonly process: (over?: Partial<ReplicaOptions>) => Promise<LedgerReplica>;
}

function processes(): Processes {
  const common = { store: memoryStore(), tavus: new MemoryTavus(), clock: new TestClock() };
  return { ...common, process: (over = {}) => replica({ ...common, ...over }) };
}

const typeOf = ({ status, json }: { status: number; json: Record<string, unknown> }): unknown[] => [
  status,
  String(json['type']).replace('urn:problem-type:tavus-recordings:', ''),
];

describe('a key used at another process', () => {
  test('gets the first outcome, including its secrets', async () => {
    const { tavus, process } = processes();
    const body = { conversation_name: 'Interview', consent: CONSENT };
    const first = await (await process()).start(body, KEYED);
    expect(first.json).toMatchObject({ conversation_id: 'c1', meeting_token: 'token-of-c1' });
    for (let time = 0; time < 2; time += 1) {
      const again = await (await process()).start(body, KEYED);
      expect([again.status, again.json]).toEqual([200, first.json]);
    }
    expect(tavus.paid).toHaveLength(1);
  });

  test('gets it even if its consent is old by then, and during a shutdown', async () => {
    const { clock, process } = processes();
    const body = { consent: { ...CONSENT, accepted_at: new Date(clock.now() - 86_400_000).toISOString() } };
    const first = await (await process()).start(body, KEYED);
    clock.advance(60_000);
    const other = await process();
    other.backend.stopTakingWork();
    expect((await other.start(body, KEYED)).json).toEqual(first.json);
  });

  test('with another body is refused', async () => {
    const { tavus, process } = processes();
    await (await process()).start({}, KEYED);
    const reply = await (await process()).start({ recording: false }, KEYED);
    expect([...typeOf(reply), tavus.paid.length]).toEqual([422, 'idempotency-key-reused', 1]);
  });

  test('starts again after an hour, and the old rows are deleted later', async () => {
    const { store, tavus, clock, process } = processes();
    await (await process()).start({}, KEYED);
    clock.advance(HOUR_MS);
    const next = await process();
    expect((await next.start({}, KEYED)).json['conversation_id']).toBe('c2');
    // The next key after that deletes old rows.
    clock.advance(HOUR_MS);
    await next.start({}, { 'idempotency-key': 'another-key-of-this-test' });
    const rows = await readAll(store, 'idem');
    expect(rows.map(({ value }) => Number(value['until']) > clock.now())).toEqual([true, true]);
    expect(tavus.paid).toHaveLength(3);
  });

  test('and at the first one at the same time creates one conversation', async () => {
    const { tavus, process } = processes();
    const replicas = await Promise.all([process(), process(), process()]);
    const replies = await Promise.all(replicas.map((one) => one.start({}, KEYED)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(tavus.paid).toHaveLength(1);
  });

  test('waits for the first one’s outcome', async () => {
    const { tavus, process } = processes();
    let answer = (): void => undefined;
    const isMade = new Promise<void>((made) => {
      tavus.after = () => new Promise<void>((resolve) => ((answer = resolve), made()));
    });
    const first = (await process()).start({}, KEYED);
    await isMade;
    const clock = new HeldClock();
    const other = await process({ clock });
    const second = other.start({}, KEYED);
    while (clock.slept.length === 0) await new Promise(setImmediate);
    answer();
    const { json } = await first;
    clock.pass(500);
    expect((await second).json).toEqual(json);
    expect(tavus.paid).toHaveLength(1);
  });

  test('gets "in progress" after 35 s, and creates nothing', async () => {
    const { tavus, clock, process } = processes();
    const isMade = new Promise<void>((made) => {
      tavus.after = () => (made(), never());
    });
    void (await process()).start({}, KEYED).catch(() => undefined);
    await isMade;
    const began = clock.now();
    const reply = await (await process()).start({}, KEYED);
    expect([...typeOf(reply), reply.headers.get('retry-after')]).toEqual([409, 'start-in-progress', '5']);
    expect([clock.now() - began, tavus.paid.length]).toEqual([35_000, 1]);
  });

  test('does not delay a shutdown', async () => {
    const { tavus, process } = processes();
    const isMade = new Promise<void>((made) => {
      tavus.after = () => (made(), never());
    });
    void (await process()).start({}, KEYED).catch(() => undefined);
    await isMade;
    const clock = new HeldClock();
    const other = await process({ clock });
    const second = other.start({}, KEYED);
    while (clock.slept.length === 0) await new Promise(setImmediate);
    other.backend.stopTakingWork();
    expect(typeOf(await second)).toEqual([409, 'start-in-progress']);
  });
});

describe('the stored outcome of a failed start', () => {
  test('a refusal by Tavus: nothing is stored, so another process starts anew', async () => {
    const { tavus, process } = processes();
    const one = await process({ deps: { dispatcher: refusing(402) } });
    expect((await one.start({}, KEYED)).status).toBe(402);
    expect((await (await process()).start({}, KEYED)).status).toBe(200);
    expect(tavus.paid).toHaveLength(1);
  });

  test('all slots taken: nothing is stored', async () => {
    const { tavus, process } = processes();
    const env = { ...ON, TAVUS_MAX_CONCURRENT_CONVERSATIONS: '1' };
    const one = await process({ env });
    await one.start();
    expect(typeOf(await one.start({}, KEYED))).toEqual([409, 'busy']);
    const raised = { ...ON, TAVUS_MAX_CONCURRENT_CONVERSATIONS: '2' };
    expect((await (await process({ env: raised })).start({}, KEYED)).status).toBe(200);
    expect(tavus.paid).toHaveLength(2);
  });

  test('unknown outcome: the same failure, and no second create', async () => {
    const { process } = processes();
    const one = await process({ deps: { dispatcher: refusing(500) } });
    const first = await one.start({}, KEYED);
    expect(typeOf(first)).toEqual([502, 'tavus-failed']);
    const again = await (await process()).start({}, KEYED);
    expect([typeOf(again), again.json['detail']]).toEqual([typeOf(first), first.json['detail']]);
  });

  test('abandoned by another process: the same final response each time', async () => {
    const { store, tavus, process } = processes();
    const isMade = new Promise<void>((made) => {
      tavus.after = () => (made(), never());
    });
    void (await process()).start({}, KEYED).catch(() => undefined);
    await isMade;
    const { startId } = await onlyStart(store);
    const outcome = { kind: 'outcome', at: 0, result: 'abandoned' };
    await store.write(`s:${startId}`, [{ kind: 'insert', key: 'outcome', value: outcome }]);
    for (let time = 0; time < 3; time += 1) {
      const reply = await (await process()).start({}, KEYED);
      expect([...typeOf(reply), tavus.paid.length]).toEqual([410, 'start-abandoned', 1]);
    }
  });

  test('interrupted between outcome and response: ended after a minute, and the key reports that', async () => {
    const { store, tavus, clock, process } = processes();
    const dying = new ProbedStore(store);
    const isDead = new Promise<void>((dead) => {
      dying.before = (call) =>
        call === 'write idem' && tavus.paid.length > 0 ? (dead(), never()) : undefined;
    });
    void (await process({ store: dying })).start({}, KEYED).catch(() => undefined);
    await isDead;
    const held = new HeldClock();
    const early = (await process({ clock: held })).start({}, KEYED);
    while (held.slept.length === 0) await new Promise(setImmediate);
    expect(tavus.active()).toEqual(['c1']);
    clock.advance(60_000);
    const reply = await (await process()).start({}, KEYED);
    expect([...typeOf(reply), tavus.active()]).toEqual([410, 'start-abandoned', []]);
    held.pass(500);
    expect(typeOf(await early)).toEqual([410, 'start-abandoned']);
    expect(tavus.paid).toHaveLength(1);
  });

  test('abandoned while it was paused: it delivers nothing later', async () => {
    const { store, tavus, clock, process } = processes();
    const slow = new ProbedStore(store);
    let goOn = (): void => undefined;
    const isStill = new Promise<void>((still) => {
      slow.before = (call) =>
        call === 'write idem' && tavus.paid.length > 0
          ? new Promise<void>((resolve) => ((goOn = resolve), still()))
          : undefined;
    });
    const first = (await process({ store: slow })).start({}, KEYED);
    await isStill;
    slow.before = () => undefined;
    clock.advance(60_000);
    expect(typeOf(await (await process()).start({}, KEYED))).toEqual([410, 'start-abandoned']);
    goOn();
    const reply = await first;
    expect([...typeOf(reply), reply.text]).toEqual([
      503,
      'start-abandoned',
      expect.not.stringContaining('daily.co'),
    ]);
    expect([tavus.paid.length, tavus.active()]).toEqual([1, []]);
  });

  test('interrupted before the first write: it starts anew after a minute', async () => {
    const { store, tavus, clock, process } = processes();
    const dying = new ProbedStore(store);
    const isDead = new Promise<void>((dead) => {
      dying.after = (call) => (call === 'write idem' ? (dead(), never()) : undefined);
    });
    void (await process({ store: dying })).start({}, KEYED).catch(() => undefined);
    await isDead;
    expect(typeOf(await (await process()).start({}, KEYED))).toEqual([409, 'start-in-progress']);
    clock.advance(25_000);
    expect((await (await process()).start({}, KEYED)).status).toBe(200);
    expect(tavus.paid).toHaveLength(1);
  });
});

describe('the stored responses', () => {
  test('contain no secret in plain text, and not the key', async () => {
    const { store, process } = processes();
    await (await process()).start({ consent: CONSENT }, KEYED);
    const rows = JSON.stringify(await readAll(store, 'idem'));
    for (const secret of ['daily.co', 'token-of', 'c1"', KEYED['idempotency-key']]) {
      expect(rows).not.toContain(secret);
    }
  });

  test('can be read after a rotation of the secret', async () => {
    const { process } = processes();
    const before = await process({ env: { ...ON, CALLBACK_SECRETS: PREVIOUS_SECRET } });
    const first = await before.start({}, KEYED);
    const after = await process({ env: { ...ON, CALLBACK_SECRETS: `${SECRET},${PREVIOUS_SECRET}` } });
    expect((await after.start({}, KEYED)).json).toEqual(first.json);
  });

  test('are lost with the secret: the conversation continues, and nothing is started', async () => {
    const { tavus, process } = processes();
    await (await process({ env: { ...ON, CALLBACK_SECRETS: PREVIOUS_SECRET } })).start({}, KEYED);
    const reply = await (await process()).start({}, KEYED);
    expect([...typeOf(reply), reply.json['detail']]).toEqual([
      410,
      'start-abandoned',
      expect.stringContaining('CALLBACK_SECRETS'),
    ]);
    expect([tavus.paid.length, tavus.active()]).toEqual([1, ['c1']]);
  });
});

describe('a caller disconnected from one replica', () => {
  interface Lost {
    readonly clock: HeldClock;
    readonly one: LedgerReplica;
    readonly answer: () => void;
  }

  async function lost({ tavus, process }: Processes, store?: Store): Promise<Lost> {
    let answer = (): void => undefined;
    const isMade = new Promise<void>((made) => {
      tavus.after = () => new Promise<void>((resolve) => ((answer = resolve), made()));
    });
    const clock = new HeldClock();
    const one = await process(store === undefined ? { clock } : { clock, store });
    const caller = new AbortController();
    const isGone = new Promise<void>((resolve) =>
      one.backend.app.server.once('request', (_request, response) => void response.once('close', resolve)),
    );
    const init = {
      method: 'POST',
      signal: caller.signal,
      headers: { ...KEYED, 'content-type': 'application/json' },
      body: '{}',
    };
    const sent = fetch(`${one.url}/tavus/start`, init).catch(() => undefined);
    await isMade;
    caller.abort();
    await Promise.all([sent, isGone]);
    while (clock.slept.length === 0) await new Promise(setImmediate);
    tavus.after = () => undefined;
    return { clock, one, answer: () => answer() };
  }

  test('gets its conversation at another, which is then not ended', async () => {
    const all = processes();
    const { clock, one, answer } = await lost(all);
    const second = (await all.process()).start({}, KEYED);
    answer();
    expect((await second).json).toMatchObject({ conversation_id: 'c1' });
    clock.pass(30_000);
    await one.backend.workDone();
    expect([all.tavus.paid.length, all.tavus.active()]).toEqual([1, ['c1']]);
  });

  test('that comes too late to another gets the response that it was ended', async () => {
    const all = processes();
    const { clock, one, answer } = await lost(all);
    answer();
    clock.pass(30_000);
    await one.backend.workDone();
    expect(all.tavus.active()).toEqual([]);
    const reply = await (await all.process()).start({}, KEYED);
    expect([...typeOf(reply), all.tavus.paid.length]).toEqual([410, 'conversation-ended', 1]);
    expect((await onlyStart(all.store)).facts).toContainEqual(
      expect.objectContaining({ kind: 'page', event: 'ended' }),
    );
  });

  test('keeps the conversation while the ledger cannot say whether another replica delivered it', async () => {
    const all = processes();
    const store = new ProbedStore(all.store);
    const { clock, one, answer } = await lost(all, store);
    answer();
    // All rows are written.
    while (one.log.find('📹 Recording enabled with S3 bucket: acme-recordings') === undefined) {
      await new Promise(setImmediate);
    }
    store.before = isAway;
    clock.pass(30_000);
    await one.backend.workDone();
    expect(all.tavus.active()).toEqual(['c1']);
  });

  test('does not delay a shutdown', async () => {
    const all = processes();
    const { one, answer } = await lost(all);
    const stopped = stop(one.backend);
    answer();
    expect(await stopped).toBe(true);
    expect([all.tavus.paid.length, all.tavus.active()]).toEqual([1, []]);
  });
});
