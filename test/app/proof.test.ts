import { factOf } from '../../app/ledger/facts';
import { Ledger } from '../../app/ledger/ledger';
import { memoryStore } from '../../app/ledger/memory';
import {
  CALLBACKS,
  closeEverything,
  CONSENT,
  ON,
  openBoth,
  SIGN_IN,
  type Both,
  type HttpReply,
} from './helpers';

afterEach(closeEverything);

const START_ID = 'a'.repeat(32);
const OPERATOR_KEY = 'the-operator-key-of-a-test';
const WITH_KEY = { ...ON, OPERATOR_KEY };
const SIGNED_IN = { ...ON, ...CALLBACKS, EASY_AUTH: 'true' };

const signedIn = (...roles: readonly string[]) => ({
  'x-ms-client-principal-id': 'someone',
  'x-ms-client-principal': Buffer.from(
    JSON.stringify({ claims: roles.map((val) => ({ typ: 'roles', val })) }),
  ).toString('base64'),
});

interface Tried {
  readonly both: Both;
  readonly reply: HttpReply;
  /** Whether it is marked as a proof in the ledger. */
  readonly isProof: boolean | undefined;
}

async function start(env: NodeJS.ProcessEnv, headers: Record<string, string>, body: object): Promise<Tried> {
  const store = memoryStore();
  const both = await openBoth(env, { store, newStartId: () => START_ID, ...SIGN_IN });
  const reply = await both.post('/tavus/start', { recording: true, consent: CONSENT, ...body }, headers);
  return { both, reply, isProof: factOf(await new Ledger(store).facts(START_ID), 'expected')?.proof };
}

test.each([
  ['the operator key', WITH_KEY, { 'x-operator-key': OPERATOR_KEY }],
  ['the role of a proof, signed in', SIGNED_IN, signedIn('Recordings.Prove')],
])('a start is marked as a proof with %s', async (_who, env, headers) => {
  const { reply, isProof } = await start(env, headers, { proof: true });
  expect([reply.status, isProof]).toEqual([200, true]);
});

test.each([
  ['without a key', WITH_KEY, {}],
  ['with another key', WITH_KEY, { 'x-operator-key': `${OPERATOR_KEY}s` }],
  ['where there is no operator key', ON, { 'x-operator-key': 'undefined' }],
  ['with the role for watching recordings', SIGNED_IN, signedIn('Recordings.Read')],
])('a proof %s is refused, and nothing is started', async (_who, env, headers) => {
  const { both, reply } = await start(env, headers, { proof: true });
  expect([reply.status, reply.json['title']]).toEqual([403, 'Not allowed to make a proof']);
  expect(await both.created()).toEqual([]);
});

test('the operator key alone does not mark a start as a proof', async () => {
  const { reply, isProof } = await start(WITH_KEY, { 'x-operator-key': OPERATOR_KEY }, {});
  expect([reply.status, isProof]).toEqual([200, undefined]);
});
