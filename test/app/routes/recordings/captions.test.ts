import { Readable } from 'node:stream';
import type { RequestSender } from '../../../../app/tavus/exchange';
import { closeEverything, openBoth } from '../../helpers';
import { AS_OPERATOR, keyOf, OPERATED, openOperated, seed, seen, START_KEY } from './opened';
import { MemoryBucket } from '../../recordings/memory-bucket';

afterEach(closeEverything);

/** A recorded call of the simulator that is over. */
async function recorded() {
  const both = await openBoth(OPERATED, { recordings: new MemoryBucket() });
  const { conversation_id: id } = await both.start({}, { authorization: `Bearer ${START_KEY}` });
  await both.tavus.recordOnce(id);
  await both.tavus.api('POST', `/conversations/${id}/end`);
  await both.tavus.clock.advance(10_000);
  const one = await both.get(`/recordings/api/conversations/${id}`, AS_OPERATOR);
  const [{ key } = { key: '' }]: { key: string }[] = JSON.parse(one.text).recordings;
  return { both, id, key };
}
const captions = (id: string, key: string) =>
  `/recordings/api/conversations/${id}/captions.vtt?key=${encodeURIComponent(key)}`;

test("are made from Tavus's transcript, without the prompt in it", async () => {
  const { both, id, key } = await recorded();
  const reply = await both.get(captions(id, key), AS_OPERATOR);
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/vtt; charset=utf-8']);
  // The first entry, before both, is the prompt.
  expect(reply.text).toBe(
    'WEBVTT\n\n00:00:01.500 --> 00:00:02.750\n<v Replica>Hello, can you hear me?\n\n' +
      '00:00:03.000 --> 00:00:04.250\n<v User>Yes, I can.\n',
  );
});

test('do not exist for a key of another conversation', async () => {
  const { both, id } = await recorded();
  expect((await both.get(captions(id, 'tavus/c2/1780304405000'), AS_OPERATOR)).status).toBe(404);
});

test('are an error while Tavus fails', async () => {
  const { both, id, key } = await recorded();
  await both.tavus.sim('/faults', { apiFault: 'html-500' });
  expect((await both.get(captions(id, key), AS_OPERATOR)).status).toBe(502);
});

describe('a conversation with a long log', () => {
  const START = { startId: 'a'.repeat(32), conversation: 'c1', at: Date.UTC(2026, 5, 1, 9) };

  /** A fake Tavus whose response has a prompt of this length. */
  const promptOf = (chars: number): RequestSender => {
    const transcript = [
      { role: 'system', content: 'x'.repeat(chars), seconds_from_start: 0, duration: 1 },
      { role: 'user', content: 'Hello', seconds_from_start: 6, duration: 1 },
    ];
    const event = { event_type: 'application.transcription_ready', properties: { transcript } };
    const text = JSON.stringify({ conversation_id: 'c1', events: [event] });
    const answer = { statusCode: 200, headers: {}, body: Readable.from([Buffer.from(text)]) };
    const sender: object = { request: () => Promise.resolve(answer) };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what the client uses is there
    return sender as RequestSender;
  };
  const ask = async (chars: number) => {
    const backend = await openOperated(OPERATED, { dispatcher: promptOf(chars) });
    await seed(backend.ledger, { ...START, facts: [seen(START, 'v1')] });
    return backend.get(captions('c1', keyOf(START)), AS_OPERATOR);
  };

  test('still has captions', async () => {
    expect((await ask(4_000_000)).text).toBe('WEBVTT\n\n00:00:06.000 --> 00:00:07.000\n<v User>Hello\n');
  });

  test('has none beyond 16 MB', async () => {
    expect((await ask(17_000_000)).status).toBe(404);
  });
});
