import { closeEverything, ON, openBoth, open, LogMemory, type Both } from './helpers';
import { createLogger } from '../../app/log/logger';
import { readConfig } from '../../app/config';
import { closeRawServers, http, rawServer } from './tavus/raw-server';

afterEach(async () => {
  await closeEverything();
  await closeRawServers();
});

/** Characters that control a terminal, or change the direction of text. */
const UNSEEN = [
  ['C1 control characters', '\u0080\u0085\u009b\u009f'],
  ['the delete character', '\u007f'],
  [
    'bidirectional control characters',
    '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069',
  ],
  ['separators of lines', '\u2028\u2029'],
] as const;

const escapedIn = (text: string): string =>
  text
    .split('')
    .map((one) => `\\u${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)
    .join('');

async function reported(both: Both, message: string): Promise<unknown> {
  const { conversation_id: id, page_token: token } = await both.start();
  const body = { event: 'recording-error', at: '2026-06-01T10:00:00Z', message };
  const reply = await both.post(`/tavus/recording-events/${id}`, body, { 'x-page-token': token });
  expect(reply.status).toBe(200);
  return both.log.find('Recording refused or broken off')?.['message'];
}

describe.each(UNSEEN)('%s are escaped', (_name, characters) => {
  test("in a page's report", async () => {
    const both = await openBoth();
    expect(await reported(both, `a${characters}b`)).toBe(`a${escapedIn(characters)}b`);
    expect(characters.split('').filter((one) => both.log.text.includes(one))).toEqual([]);
  });

  test("in Tavus's messages and ids", async () => {
    const create = http(200, JSON.stringify({ error: `a${characters}b` }));
    const list = { data: [{ conversation_id: `c${characters}`, conversation_name: 'f'.repeat(32) }] };
    const end = http(500, JSON.stringify({ error: `a${characters}b` }));
    const tavus = await rawServer(({ method, path }, socket) => {
      const isList = method === 'GET';
      socket.end(isList ? http(200, JSON.stringify(list)) : path.endsWith('/end') ? end : create);
    });
    const backend = await open(tavus.apiBaseUrl, ON, { newStartId: () => 'f'.repeat(32) });
    await backend.post('/tavus/start', {});
    expect(backend.log.find('Start with an unknown outcome')).toMatchObject({
      orphan: { conversationId: `c${escapedIn(characters)}` },
    });
    expect(characters.split('').filter((one) => backend.log.text.includes(one))).toEqual([]);
  });

  test('in an error and its cause', () => {
    const stream = new LogMemory();
    const error = new Error(`a${characters}b`, { cause: new Error(characters) });
    createLogger(readConfig(ON), stream).error({ err: error }, 'It broke');
    expect(characters.split('').filter((one) => stream.text.includes(one))).toEqual([]);
    expect(stream.lines()).toMatchObject([{ err: { message: `a${escapedIn(characters)}b` } }]);
  });
});

test('letters of all languages, and emoji, are not changed', async () => {
  const both = await openBoth();
  const message = 'Aufnahme “läuft” 📹 録画 تسجيل הקלטה';
  expect(await reported(both, message)).toBe(message);
});

test.each([
  ['write to jane.roe+1@mail.example.com, please', 'write to [hidden], please'],
  ['<jane@example.com>', '<[hidden]>'],
  ['mailto:jane@example.com?subject=x', 'mailto:[hidden]?subject=x'],
  ['jane%40example.com', '[hidden]'],
  ['jörg@müller.example', '[hidden]'],
  ['user=jane@example.com;', 'user=[hidden];'],
  ['a@b@example.com', 'a@[hidden]'],
  ['daily-js@0.92.2 failed @ 10:00', 'daily-js@0.92.2 failed @ 10:00'],
  ['@daily-co/daily-js', '@daily-co/daily-js'],
])("an e-mail address in a page's report is redacted: %s", async (message, shown) => {
  const both = await openBoth();
  expect(await reported(both, message)).toBe(shown);
});
