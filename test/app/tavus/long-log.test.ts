import { tavusClient } from '../../../app/tavus/client';
import { closeRawServers, http, rawServer } from './raw-server';

afterEach(closeRawServers);

const MB = 1024 * 1024;
const SPEECH = 'what was said, ';

/** A conversation whose log has this size because of its transcript. */
function log(bytes: number): string {
  const transcript = [{ role: 'user', content: SPEECH.repeat(Math.ceil(bytes / SPEECH.length)) }];
  const events = [
    { event_type: 'application.transcription_ready', properties: { transcript } },
    { event_type: 'system.shutdown', properties: { shutdown_reason: 'x' } },
  ];
  return JSON.stringify({ conversation_id: 'c1', status: 'ended', events });
}

async function read(body: string, isVerbose: boolean) {
  const { apiBaseUrl } = await rawServer((_request, socket) => socket.end(http(200, body)));
  const client = tavusClient({ apiKey: 'key', baseUrl: apiBaseUrl });
  const exchange = await client.getConversation('c1', isVerbose);
  await client.close();
  return exchange;
}

test.each([2, 15])('a log of %i MB is read, without the transcript', async (size) => {
  expect(await read(log(size * MB), true)).toMatchObject({
    kind: 'answered',
    body: {
      status: 'ended',
      events: [{ properties: { transcript: null } }, { properties: { shutdown_reason: 'x' } }],
    },
  });
});

test('a log of more than 16 MB is an error', async () => {
  expect(await read(log(17 * MB), true)).toMatchObject({ body: undefined, unreadable: 'too-large' });
});

test('any other response of more than 1 MB is an error', async () => {
  expect(await read(log(2 * MB), false)).toMatchObject({ body: undefined, unreadable: 'too-large' });
});
