import { readConfig } from '../../app/config';
import { Registry } from '../../app/conversations/registry';
import { Slots } from '../../app/conversations/slots';
import { NothingStarted, startConversation, type StartDependencies } from '../../app/conversations/start';
import { LineSink } from '../../app/log/line-sink';
import { tavusClient } from '../../app/tavus/client';
import { cannedTavus } from './canned-tavus';
import { ON, silentLog, TestClock } from './helpers';

const CAPPED = { ...ON, TAVUS_MAX_CONCURRENT_CONVERSATIONS: '1' };

function dependencies(over: Partial<StartDependencies>) {
  const clock = new TestClock();
  const config = readConfig({ ...CAPPED, TAVUS_API_BASE_URL: 'https://tavus.example/v2' });
  const tavus = tavusClient(config.tavus, { dispatcher: cannedTavus() });
  const ended: string[] = [];
  const context: StartDependencies = {
    config,
    clock,
    lines: new LineSink({ write: () => undefined }),
    mask: (text) => text,
    pageTokens: { make: () => 'token', read: () => undefined },
    callbackTokens: undefined,
    newStartId: () => 'a'.repeat(32),
    bucket: undefined,
    slots: new Slots(1, clock),
    now: () => clock.now(),
    unknownTypes: 0,
    registry: new Registry(),
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
const OPTIONS = { name: undefined, recording: undefined, consent: undefined };
const fails = (): never => {
  throw new Error('a bug');
};

test('an error of our own before anything was sent frees slot and registry, and may be tried again', async () => {
  const { context, ended } = dependencies({ callbackTokens: { make: fails, isOurs: () => false } });
  const error: unknown = await startConversation(context, OPTIONS, silentLog).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NothingStarted);
  expect(error).toMatchObject({ parts: { status: 500, type: 'internal' } });
  expect(context.registry.findStart('a'.repeat(32))).toBeUndefined();
  expect(context.slots.take('b', 1000)).toBe(true);
  expect(ended).toEqual([]);
});

test('an error of our own after the create ends the conversation, and is remembered', async () => {
  const { context, ended } = dependencies({ pageTokens: { make: fails, read: () => undefined } });
  const error: unknown = await startConversation(context, OPTIONS, silentLog).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).not.toBeInstanceOf(NothingStarted);
  expect(String(error)).toContain('The conversation had been started; it was found and ended.');
  expect(ended).toEqual(['c1']);
  expect(context.slots.take('b', 1000)).toBe(true);
});
