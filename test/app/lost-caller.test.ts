import { stop } from '../../app/lifecycle';
import { HeldClock } from './held-clock';
import { closeEverything, ON, open, type RunningBackend } from './helpers';
import { paidTavus, type PaidTavus } from './tavus/paid-tavus';
import { closeRawServers } from './tavus/raw-server';

afterEach(async () => {
  await closeEverything();
  await closeRawServers();
});

const KEYED = { 'idempotency-key': '5d9a3c0e-7d0f-4e52-9d4b-3f0a6d2f8f10' };
const CAPPED = { ...ON, TAVUS_MAX_CONCURRENT_CONVERSATIONS: '1' };

describe('a caller that disconnects while the room is prepared', () => {
  interface Lost {
    readonly tavus: PaidTavus;
    readonly backend: RunningBackend;
    readonly clock: HeldClock;
    /** Sends Tavus's response. */
    readonly answer: () => void;
    /** Another request, whose caller then disconnects. */
    readonly loseOne: () => Promise<void>;
  }

  /** A start whose caller disconnected before Tavus's response. */
  async function lost(headers: Readonly<Record<string, string>>): Promise<Lost> {
    const tavus = await paidTavus();
    const answers: (() => void)[] = [];
    tavus.onCreate = (socket, made) => void answers.push(() => socket.end(made));
    const clock = new HeldClock();
    const backend = await open(tavus.apiBaseUrl, CAPPED, { clock });
    const loseOne = async (): Promise<void> => {
      const caller = new AbortController();
      const came = new Promise<void>((resolve) =>
        backend.backend.app.server.once('request', (_request, response) => {
          response.once('close', resolve);
          setTimeout(() => caller.abort(), 50);
        }),
      );
      const init = { method: 'POST', signal: caller.signal, headers };
      await Promise.all([came, fetch(`${backend.url}/tavus/start`, init).catch(() => undefined)]);
    };
    await loseOne();
    await tavus.untilCreates(1);
    return { tavus, backend, clock, loseOne, answer: () => answers.shift()?.() };
  }

  test('without a key: the conversation is ended at once', async () => {
    const { tavus, backend, clock, answer } = await lost({});
    answer();
    await tavus.untilEnded();
    expect([tavus.paid.length, clock.slept]).toEqual([1, []]);
    await backend.backend.workDone();
    expect(backend.log.find('Conversation whose caller hung up')).toMatchObject({
      orphan: { kind: 'ended', conversationId: 'c1' },
    });
    tavus.onCreate = (socket, made) => void socket.end(made);
    expect((await backend.post('/tavus/start')).status).toBe(200);
  });

  test('with a key: its retry gets the conversation', async () => {
    const { tavus, backend, clock, answer } = await lost(KEYED);
    answer();
    const reply = await backend.post('/tavus/start', undefined, KEYED);
    expect([reply.status, reply.json['conversation_id'], clock.slept]).toEqual([200, 'c1', [30_000]]);
    clock.pass(30_000);
    await backend.backend.workDone();
    expect([tavus.paid.length, tavus.active()]).toEqual([1, ['c1']]);
  });

  test('with a key and without a retry for 30 s: the conversation is ended, and the key reports that', async () => {
    const { tavus, backend, clock, answer } = await lost(KEYED);
    answer();
    clock.pass(30_000);
    await tavus.untilEnded();
    const reply = await backend.post('/tavus/start', undefined, KEYED);
    expect([reply.status, reply.json]).toEqual([
      410,
      expect.objectContaining({
        type: 'urn:problem-type:tavus-recordings:conversation-ended',
        detail:
          'The connection broke before this start was answered, and no repeated request came in time, so its conversation was ended. ' +
          'If that failed, Tavus ends it after 300 s without participants. Start again with a new key.',
      }),
    ]);
    expect(tavus.paid).toHaveLength(1);
    // Its slot is free.
    tavus.onCreate = (socket, made) => void socket.end(made);
    expect((await backend.post('/tavus/start')).status).toBe(200);
  });

  test('a retry that disconnects, too, has its own 30 s', async () => {
    const { tavus, backend, clock, answer, loseOne } = await lost(KEYED);
    await loseOne();
    answer();
    expect(clock.slept).toEqual([30_000, 30_000]);
    clock.pass(30_000);
    await tavus.untilEnded();
    await backend.backend.workDone();
    expect(tavus.requests.filter(({ path }) => path.endsWith('/end'))).toHaveLength(1);
  });

  test('a shutdown does not wait for the retry', async () => {
    const { tavus, backend, answer } = await lost(KEYED);
    const stopped = stop(backend.backend);
    answer();
    expect(await stopped).toBe(true);
    expect([tavus.paid.length, tavus.active()]).toEqual([1, []]);
  });
});
