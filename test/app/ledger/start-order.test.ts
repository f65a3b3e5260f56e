import { CONSENT_TEXT_VERSIONS } from '../../../contract/consent-text';
import { Ledger } from '../../../app/ledger/ledger';
import { readAll, type Store } from '../../../app/ledger/store';
import { memoryStore } from '../../../app/ledger/memory';
import { CONSENT, OFF, ON, SIGN_IN, TestClock, type HttpReply } from '../helpers';
import { isAway, ProbedStore } from './probed-store';
import { closeReplicas, MemoryTavus, onlyStart, replica, type LedgerReplica } from './replicas';

afterEach(closeReplicas);

const KEYED = { 'idempotency-key': '5d9a3c0e-7d0f-4e52-9d4b-3f0a6d2f8f10' };
const CAPPED = { TAVUS_MAX_CONCURRENT_CONVERSATIONS: '2' };
const AT = new TestClock().now();

interface Setup {
  readonly inner: Store;
  readonly store: ProbedStore;
  readonly tavus: MemoryTavus;
  readonly clock: TestClock;
  readonly backend: LedgerReplica;
}

async function setup(env: NodeJS.ProcessEnv = ON, deps = {}): Promise<Setup> {
  const inner = memoryStore();
  const store = new ProbedStore(inner);
  const tavus = new MemoryTavus();
  const clock = new TestClock();
  tavus.before = () => void store.calls.push('create');
  return { inner, store, tavus, clock, backend: await replica({ store, tavus, clock, env, deps }) };
}

/** Resolves when all tasks wait for the ledger. */
async function idle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
}

describe('the order of a start', () => {
  test('is key, slot, scheduled check, expectation, create, outcome, all other writes', async () => {
    const { store, backend } = await setup({ ...ON, ...CAPPED });
    expect((await backend.start({ consent: CONSENT }, KEYED)).status).toBe(200);
    const changes = store.calls.filter((call) => !/^(?:rows|get) /.test(call));
    expect(changes.slice(0, 6)).toEqual([
      'write idem',
      'write slot',
      'write open',
      'write s:',
      'create',
      'write s:',
    ]);
    expect(changes.slice(6).toSorted()).toEqual([
      'write c:',
      'write d:',
      'write idem',
      'write open',
      'write slot',
    ]);
  });

  test('waits for the ledger four times before the create request, and twice after it', async () => {
    const { store, tavus, backend } = await setup({ ...ON, ...CAPPED });
    const waiting: (() => void)[] = [];
    store.before = () => new Promise<void>((resolve) => waiting.push(resolve));
    let waits = 0;
    let waitsBefore = NaN;
    tavus.before = () => {
      waitsBefore = waits;
    };
    const replies: HttpReply[] = [];
    void backend.start({ consent: CONSENT }, KEYED).then((reply) => replies.push(reply));
    for (await idle(); replies.length === 0; await idle()) {
      if (waiting.length > 0) waits += 1;
      for (const goOn of waiting.splice(0)) goOn();
    }
    expect(replies.map(({ status }) => status)).toEqual([200]);
    expect([waitsBefore, waits - waitsBefore]).toEqual([4, 2]);
  });
});

describe('the expectation', () => {
  test('is in the ledger with the consent and the digest of a known text', async () => {
    const { inner, backend } = await setup();
    await backend.start({ conversation_name: 'Interview', consent: CONSENT });
    const { facts } = await onlyStart(inner);
    expect(facts).toEqual([
      {
        kind: 'expected',
        at: AT,
        isRecorded: true,
        consent: {
          textVersion: CONSENT_TEXT_VERSIONS[0],
          // printf of question, who, where, howLong and agreement, one per line, for us-east-1, piped to sha256sum.
          textSha256: '58896a1ebea25980d09230c17200f54350399ff4e4f6a9c6c970df502493d01b',
          acceptedAt: CONSENT.accepted_at,
        },
        storage: { bucket: 'acme-recordings', region: 'us-east-1' },
        longestCallSec: 3600,
        absentSec: 300,
        callsBack: true,
      },
      { kind: 'outcome', at: AT, result: 'created', conversationId: 'c1' },
      { kind: 'person', at: AT, of: 'start', name: 'Interview', locale: 'en-GB' },
    ]);
  });

  test('has no digest for a text of a custom front end, only its version', async () => {
    const { inner, backend } = await setup({ ...ON, TAVUS_RECORDING_CONSENT_VERSIONS: 'acme-1' });
    await backend.start({ consent: { ...CONSENT, text_version: 'acme-1' } });
    const { facts } = await onlyStart(inner);
    expect(facts[0]).toMatchObject({
      consent: { textVersion: 'acme-1', acceptedAt: CONSENT.accepted_at },
    });
    expect(JSON.stringify(facts)).not.toContain('textSha256');
  });

  test.each([
    ['with a consent', { consent: CONSENT }, { principal: 'ann', locale: 'en-GB' }],
    ['and not without one', { conversation_name: 'Interview' }, { name: 'Interview' }],
    ['without recording', { recording: false, consent: CONSENT }, undefined],
  ])('names the signed-in user %s', async (_case, body, who) => {
    const { inner, backend } = await setup({ ...ON, EASY_AUTH: 'true' }, SIGN_IN);
    const reply = await backend.start(body, { 'x-ms-client-principal-id': 'ann' });
    expect(reply.status).toBe(200);
    const { facts } = await onlyStart(inner);
    const person = who === undefined ? undefined : { kind: 'person', at: AT, of: 'start', ...who };
    expect(facts.find(({ kind }) => kind === 'person')).toEqual(person);
  });

  test('has a reason if the conversation is not recorded', async () => {
    const { inner, backend } = await setup(OFF);
    await backend.start();
    const { facts } = await onlyStart(inner);
    expect(facts[0]).toEqual({
      kind: 'expected',
      at: AT,
      isRecorded: false,
      reason: 'disabled',
      longestCallSec: 3600,
      absentSec: 300,
      callsBack: false,
    });
  });

  test('is checked after 5 minutes, and after the longest call', async () => {
    const { inner, backend } = await setup();
    await backend.start();
    const { startId } = await onlyStart(inner);
    const open = [];
    for await (const page of inner.rows('open')) open.push(...page.map(({ key }) => key));
    expect(open).toEqual([`${AT + 300_000}~${startId}`, `${AT + 3_600_000}~${startId}`]);
  });
});

describe('a start that the ledger cannot keep', () => {
  test.each([
    ['that is recorded', ON, {}, {}],
    ['that carries a key', OFF, {}, KEYED],
    ['where conversations are counted', { ...OFF, ...CAPPED }, {}, {}],
  ])('%s is refused, and nothing is sent', async (_case, env, body, headers) => {
    const { store, tavus, backend } = await setup(env);
    store.before = isAway;
    const reply = await backend.start(body, headers);
    expect([reply.status, reply.json['type'], reply.headers.get('retry-after')]).toEqual([
      503,
      'urn:problem-type:tavus-recordings:ledger-unavailable',
      '10',
    ]);
    expect(tavus.paid).toEqual([]);
    // It does not block the next one.
    store.before = () => undefined;
    expect((await backend.start(body, headers)).status).toBe(200);
  });

  test.each(['write open', 'write s:'])('continues after any other failed write: at %s', async (at) => {
    const { store, tavus, backend, inner } = await setup(OFF);
    // Executed or not: the outcome is unknown in both cases.
    store.after = (call) => (call === at ? isAway() : undefined);
    const reply = await backend.start();
    expect([reply.status, tavus.active()]).toEqual([200, ['c1']]);
    expect(backend.log.find('Started without the ledger, which cannot be reached')).toMatchObject({
      level: 'warn',
    });
    // The recovery of the start in the ledger does not find this conversation.
    const known = [];
    for await (const page of inner.rows('open')) known.push(...page.map(({ key }) => key.split('~')[1]));
    expect(known.filter((id) => tavus.paid[0]?.name.includes(String(id)))).toEqual([]);
  });

  test('at each step before the create: nothing is sent, and the same key starts once later', async () => {
    for (const when of ['before', 'after'] as const) {
      for (const at of ['write idem', 'rows slot', 'write slot', 'write open', 'write s:']) {
        const { store, tavus, clock, backend } = await setup({ ...ON, ...CAPPED });
        store[when] = (call) => (call === at ? isAway() : undefined);
        expect([at, when, (await backend.start({}, KEYED)).status]).toEqual([at, when, 503]);
        expect(tavus.paid).toEqual([]);
        store[when] = () => undefined;
        clock.advance(60_000);
        expect([at, when, (await backend.start({}, KEYED)).status]).toEqual([at, when, 200]);
        expect(tavus.paid).toHaveLength(1);
      }
    }
  });

  test.each([
    ['is there', 'after', ['expected', 'outcome']],
    ['was not written, which the backend cannot know,', 'before', ['outcome']],
  ] as const)('is closed if the expectation %s', async (_case, when, kinds) => {
    const { store, backend, inner } = await setup();
    let isLost = false;
    store[when] = (call) => {
      if (call !== 'write s:' || isLost) return;
      isLost = true;
      isAway();
    };
    expect((await backend.start({}, KEYED)).status).toBe(503);
    const { facts } = await onlyStart(inner);
    expect(facts.map(({ kind }) => kind)).toEqual(kinds);
    expect(facts).toContainEqual(expect.objectContaining({ kind: 'outcome', result: 'not-created' }));
    expect((await backend.start({}, KEYED)).status).toBe(200);
  });

  test('leaves no row if the scheduled check could not be written', async () => {
    const { store, backend, inner } = await setup();
    store.before = (call) => (call === 'write open' ? isAway() : undefined);
    expect((await backend.start({}, KEYED)).status).toBe(503);
    for (const partition of ['idem', 'open', 'slot']) expect(await readAll(inner, partition)).toEqual([]);
    expect((await onlyStart(inner)).facts).toEqual([]);
  });

  test('is abandoned if more than 30 s have passed before the create request', async () => {
    const { store, tavus, clock, backend, inner } = await setup();
    store.after = (call) => (call === 'write s:' ? clock.advance(30_001) : undefined);
    const reply = await backend.start();
    expect([reply.status, reply.json['type'], tavus.paid]).toEqual([
      503,
      'urn:problem-type:tavus-recordings:start-abandoned',
      [],
    ]);
    expect((await onlyStart(inner)).facts).toContainEqual(
      expect.objectContaining({ kind: 'outcome', result: 'not-created' }),
    );
  });
});

describe('no address is delivered without an outcome in the ledger:', () => {
  const isOutcome = (tavus: MemoryTavus, call: string): boolean =>
    call === 'write s:' && tavus.paid.length > 0;

  test('an outage of the ledger of 10 s ends the conversation', async () => {
    const { store, tavus, clock, backend } = await setup();
    store.before = (call) => (isOutcome(tavus, call) ? isAway() : undefined);
    const began = clock.now();
    const reply = await backend.start({}, KEYED);
    expect([reply.status, reply.json['type'], reply.text]).toEqual([
      503,
      'urn:problem-type:tavus-recordings:ledger-unavailable',
      expect.not.stringContaining('daily.co'),
    ]);
    expect(reply.json['detail']).toContain('The conversation had been started; it was found and ended.');
    expect([tavus.paid.length, tavus.active()]).toEqual([1, []]);
    expect(clock.now() - began).toBeLessThanOrEqual(10_000);
    // Its outcome is unknown, so its key starts nothing.
    expect((await backend.start({}, KEYED)).status).toBe(409);
  });

  test('a shorter outage does not', async () => {
    const { store, tavus, clock, backend } = await setup();
    const backAt = clock.now() + 9_000;
    store.before = (call) => (isOutcome(tavus, call) && clock.now() < backAt ? isAway() : undefined);
    expect((await backend.start()).status).toBe(200);
    expect(tavus.active()).toEqual(['c1']);
  });

  test('an outcome whose write lost its response is found on the retry', async () => {
    const { store, tavus, backend } = await setup();
    let isLost = true;
    store.after = (call) => {
      if (!isOutcome(tavus, call) || !isLost) return;
      isLost = false;
      isAway();
    };
    expect((await backend.start()).status).toBe(200);
    expect(tavus.active()).toEqual(['c1']);
  });

  test('a start that was abandoned meanwhile is ended', async () => {
    const { inner, tavus, backend } = await setup();
    tavus.after = async () => {
      const { startId } = await onlyStart(inner);
      await new Ledger(inner).decide(startId, { kind: 'outcome', at: AT, result: 'abandoned' });
    };
    const reply = await backend.start({}, KEYED);
    expect([reply.status, reply.json['type'], tavus.active()]).toEqual([
      503,
      'urn:problem-type:tavus-recordings:start-abandoned',
      [],
    ]);
    const again = await backend.start({}, KEYED);
    expect([again.status, again.json['type'], tavus.paid.length]).toEqual([
      410,
      'urn:problem-type:tavus-recordings:start-abandoned',
      1,
    ]);
  });

  test('a stored response whose write lost its response is found on the retry', async () => {
    const { store, tavus, backend } = await setup();
    let isLost = false;
    store.after = (call) => {
      if (call !== 'write idem' || tavus.paid.length === 0 || isLost) return;
      isLost = true;
      isAway();
    };
    expect([(await backend.start({}, KEYED)).status, isLost, tavus.active()]).toEqual([200, true, ['c1']]);
  });

  test('a start whose response cannot be stored for its key is ended', async () => {
    const { store, tavus, backend, inner } = await setup();
    store.before = (call) => (call === 'write idem' && tavus.paid.length > 0 ? isAway() : undefined);
    expect((await backend.start({}, KEYED)).status).toBe(503);
    expect([tavus.paid.length, tavus.active()]).toEqual([1, []]);
    // The ledger has this outcome, so the watch expects no recording.
    expect((await onlyStart(inner)).facts).toContainEqual(
      expect.objectContaining({ kind: 'page', event: 'ended' }),
    );
  });

  test.each(['write c:', 'write d:', 'write open'])(
    'a conversation runs without its index rows: %s is written again later',
    async (at) => {
      const { store, tavus, backend } = await setup();
      store.before = (call) => (call === at && tavus.paid.length > 0 ? isAway() : undefined);
      expect((await backend.start()).status).toBe(200);
      expect(backend.log.find('The ledger was away for a moment')).toMatchObject({ level: 'warn' });
    },
  );
});
