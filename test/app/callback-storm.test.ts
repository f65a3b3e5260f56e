import { isCallbackToken, makeCallbackToken } from './tokens';
import { Registry } from '../../app/conversations/registry';
import { Slots } from '../../app/conversations/slots';
import { receiveCallback, type ReceiverDependencies } from '../../app/callbacks/receive';
import type { CallbackPayload } from '../../app/callbacks/payload';
import type { TavusClient } from '../../app/tavus/client';
import { BUCKET, PREVIOUS_SECRET, SECRET, silentLog, TestClock } from './helpers';
import { Random } from './random';

const COUNT = 10_000;
const CONVERSATIONS = 50;
const LIFE_SEC = 3600;

const startIdOf = (n: number): string => n.toString(16).padStart(32, '0');
const idOf = (n: number): string => `c${n.toString(16).padStart(15, '0')}`;

const neverCalled = (): Promise<never> => Promise.reject(new Error('It was not to be called.'));

/** A Tavus that remembers all conversations with their callback addresses. */
const tavus: TavusClient = {
  createConversation: neverCalled,
  endConversation: neverCalled,
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

/** A process with an empty memory. */
function freshProcess(clock: TestClock): ReceiverDependencies {
  const slots = new Slots(undefined, clock);
  return { bucket: BUCKET, slots, now: () => clock.now(), unknownTypes: 0, tavus, registry: new Registry() };
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

/** Good ones, and all the ways in which one can be bad. */
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
  // The last letter of a mac holds two spare bits, so two of them may mean the same bytes, but not the same text.
  const at = random.below(token.length);
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}

test('10,000 callbacks, forged, expired, foreign, replayed, in disorder and across restarts: none judged wrongly', async () => {
  const random = new Random(20_261_122);
  const clock = new TestClock();
  const secrets = [SECRET, PREVIOUS_SECRET];
  const earlier: Sent[] = [];
  let context = freshProcess(clock);
  const wrong: Sent[] = [];
  let good = 0;
  for (let count = 0; count < COUNT; count += 1) {
    if (count % 2000 === 0 && count < 8000) context = freshProcess(clock);
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

  // Whatever the order and however often: what landed has landed, with its own key.
  const facts = Array.from({ length: CONVERSATIONS }, (_, n) =>
    context.registry.find(idOf(n))?.facts.recordings?.map(({ key, hasLanded }) => [key, hasLanded]),
  );
  expect(facts).toEqual(
    Array.from({ length: CONVERSATIONS }, (_, n) => [[`tavus/${idOf(n)}/1780307900000`, true]]),
  );
});
