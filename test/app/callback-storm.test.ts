import { isCallbackToken, makeCallbackToken } from './tokens';
import { receiveCallback, type ReceiverDependencies } from '../../app/callbacks/receive';
import type { CallbackPayload } from '../../app/callbacks/payload';
import { Ledger } from '../../app/ledger/ledger';
import { Slots } from '../../app/ledger/slots';
import { memoryStore } from '../../app/ledger/memory';
import { stateOf } from '../../app/ledger/states';
import type { Store } from '../../app/ledger/store';
import type { TavusClient } from '../../app/tavus/client';
import { BUCKET, PREVIOUS_SECRET, SECRET, silentLog, TestClock } from './helpers';
import { Random } from './random';

const COUNT = 10_000;
const CONVERSATIONS = 50;
const LIFE_SEC = 3600;

const startIdOf = (n: number): string => n.toString(16).padStart(32, '0');
const idOf = (n: number): string => `c${n.toString(16).padStart(15, '0')}`;

const neverCalled = (): Promise<never> => Promise.reject(new Error('It was not to be called.'));

/** A fake Tavus that stores all conversations with their callback addresses. */
const tavus: TavusClient = {
  createConversation: neverCalled,
  endConversation: neverCalled,
  getTranscript: neverCalled,
  listConversations: neverCalled,
  close: neverCalled,
  getConversation: async (id: string) => {
    const n = Number.parseInt(id.slice(1), 16);
    const isKnown = /^c[0-9a-f]{15}$/.test(id) && n < CONVERSATIONS;
    const url = `http://localhost:8080/tavus/callback/${startIdOf(n)}/token`;
    const body = isKnown ? { conversation_id: id, callback_url: url } : { error: 'Invalid conversation_id' };
    return { kind: 'answered', status: isKnown ? 200 : 400, retryAfter: undefined, body } as const;
  },
};

/** A backend process; its state is in the store. */
function freshProcess(clock: TestClock, store: Store): ReceiverDependencies {
  return {
    bucket: BUCKET,
    ledger: new Ledger(store),
    slots: new Slots(store, undefined, clock),
    now: () => clock.now(),
    lookNow: () => Promise.resolve(),
    unknownTypes: 0,
    tavus,
  };
}

const TYPES = [
  'system.replica_joined',
  'system.shutdown',
  'application.recording_ready',
  'application.transcription_ready',
  'unheard.of',
] as const;

interface Sent {
  readonly startId: string;
  readonly token: string;
  readonly payload: CallbackPayload;
  readonly isGood: boolean;
}

/** Valid callbacks, and each kind of invalid one. */
function anyCallback(random: Random, clock: TestClock): Sent {
  const n = random.below(CONVERSATIONS);
  const startId = startIdOf(n);
  const payload: CallbackPayload = {
    conversation_id: idOf(n),
    event_type: random.pick(TYPES),
    timestamp: new Date(clock.now() - random.below(60) * 1000).toISOString(),
    properties: { bucket_name: BUCKET, s3_key: `tavus/${idOf(n)}/1780307900000`, duration: 63 },
  };
  const secret = random.pick([SECRET, PREVIOUS_SECRET]);
  const token = makeCallbackToken(secret, startId, clock.now(), LIFE_SEC);
  const good = { startId, token, payload, isGood: true };
  const other = startIdOf((n + 1) % CONVERSATIONS);
  const bad: readonly Partial<Sent>[] = [
    { token: random.text(60) },
    { token: makeCallbackToken(random.text(40), startId, clock.now(), LIFE_SEC) },
    { token: makeCallbackToken(SECRET, other, clock.now(), LIFE_SEC) },
    {
      token: makeCallbackToken(
        SECRET,
        startId,
        clock.now() - (LIFE_SEC + random.below(9999)) * 1000,
        LIFE_SEC,
      ),
    },
    { token: flipped(token, random) },
    { startId: other },
    { payload: { ...payload, conversation_id: idOf((n + 1) % CONVERSATIONS) } },
    { payload: { ...payload, conversation_id: random.text(20) || 'x' } },
  ];
  return random.chance(0.6) ? good : { ...good, ...random.pick(bad), isGood: false };
}

/** The token with one letter changed. */
function flipped(token: string, random: Random): string {
  // The last letter of a MAC has two unused bits, so two letters can mean the same bytes, but not the same text.
  const at = random.below(token.length);
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}

test('10,000 forged, expired, foreign, replayed and reordered callbacks, over two replicas and restarts, are all judged correctly', async () => {
  const random = new Random(20_261_122);
  const clock = new TestClock();
  const secrets = [SECRET, PREVIOUS_SECRET];
  const earlier: Sent[] = [];
  const store = memoryStore();
  const processes = [freshProcess(clock, store), freshProcess(clock, store)];
  const wrong: Sent[] = [];
  let good = 0;
  for (let count = 0; count < COUNT; count += 1) {
    if (count % 2000 === 0) processes[random.below(2)] = freshProcess(clock, store);
    const context = random.pick(processes);
    const replayed = random.chance(0.2) ? earlier[random.below(earlier.length)] : undefined;
    const sent = replayed ?? anyCallback(random, clock);
    if (earlier.length < 500) earlier.push(sent);
    const isOurs = isCallbackToken(secrets, sent.startId, sent.token, clock.now());
    const reception = isOurs
      ? await receiveCallback(context, sent.startId, sent.payload, silentLog)
      : 'foreign';
    if ((reception === 'accepted') !== sent.isGood) wrong.push(sent);
    if (sent.isGood) good += 1;
  }
  expect(wrong).toEqual([]);
  expect(good).toBeGreaterThan(COUNT / 2);

  // In any order and with repetitions, an announced recording is announced, with its own key.
  const ledger = new Ledger(store);
  for (let n = 0; n < CONVERSATIONS; n += 1) {
    const { state, recordings, conversationId } = stateOf(await ledger.facts(startIdOf(n)));
    expect({ state, conversationId, keys: recordings.map(({ key }) => key) }).toEqual({
      state: 'announced',
      conversationId: idOf(n),
      keys: [`tavus/${idOf(n)}/1780307900000`],
    });
    expect(await ledger.startOf(idOf(n))).toBe(startIdOf(n));
  }
});
