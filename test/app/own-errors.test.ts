import { readConfig } from '../../app/config';
import { RecentConversations } from '../../app/conversations/recent';
import { startConversation, type StartDependencies } from '../../app/conversations/start';
import { factOf } from '../../app/ledger/facts';
import { Ledger } from '../../app/ledger/ledger';
import { Slots } from '../../app/ledger/slots';
import { memoryStore } from '../../app/ledger/memory';
import { LineSink } from '../../app/log/line-sink';
import { tavusClient } from '../../app/tavus/client';
import { fakeTavus } from './fake-tavus';
import { ON, silentLog, TestClock } from './helpers';

const CAPPED = { ...ON, TAVUS_MAX_CONCURRENT_CONVERSATIONS: '1' };

function dependencies(over: Partial<StartDependencies>) {
  const clock = new TestClock();
  const config = readConfig({ ...CAPPED, TAVUS_API_BASE_URL: 'https://tavus.example/v2' });
  const tavus = tavusClient(config.tavus, { dispatcher: fakeTavus() });
  const ended: string[] = [];
  const store = memoryStore();
  const context: StartDependencies = {
    config,
    clock,
    ledger: new Ledger(store),
    lines: new LineSink({ write: () => undefined }),
    mask: (text) => text,
    pageTokens: { make: () => 'token', read: () => undefined },
    callbackTokens: undefined,
    newStartId: () => 'a'.repeat(32),
    slots: new Slots(store, 1, clock),
    recent: new RecentConversations(),
    tavus: {
      ...tavus,
      endConversation: (id) => {
        ended.push(id);
        return tavus.endConversation(id);
      },
    },
    ...over,
  };
  return { context, ended };
}
const START_ID = 'a'.repeat(32);
const REQUEST = {
  options: {
    name: undefined,
    recording: undefined,
    consent: undefined,
    principal: undefined,
    isProof: false,
  },
  claim: undefined,
};
const fails = (): never => {
  throw new Error('a bug');
};
const failureOf = (context: StartDependencies): Promise<unknown> =>
  startConversation(context, REQUEST, silentLog).catch((thrown: unknown) => thrown);

async function leftOf({ ledger, slots }: StartDependencies): Promise<[string | undefined, boolean]> {
  const outcome = factOf(await ledger.facts(START_ID), 'outcome');
  return [outcome?.result, await slots.take('b', 1000)];
}

test('an internal error before the create request leaves no state, so the key can be used again', async () => {
  const { context, ended } = dependencies({ callbackTokens: { make: fails, isOurs: () => false } });
  expect(await failureOf(context)).toMatchObject({ parts: { status: 500, type: 'internal' } });
  expect(await leftOf(context)).toEqual(['not-created', true]);
  expect(ended).toEqual([]);
});

test('an internal error after the create ends the conversation, and its key starts no other', async () => {
  const { context, ended } = dependencies({ pageTokens: { make: fails, read: () => undefined } });
  expect(String(await failureOf(context))).toContain(
    'The conversation had been started; it was found and ended.',
  );
  expect(await leftOf(context)).toEqual(['abandoned', true]);
  expect(ended).toEqual(['c1']);
});
