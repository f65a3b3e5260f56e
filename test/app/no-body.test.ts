import { closeEverything, OFF, openBoth, type Both } from './helpers';
import { closeRawConnections, openRawConnection } from './raw-connection';

afterEach(async () => {
  closeRawConnections();
  await closeEverything();
});

const JSON_TYPE = { 'content-type': 'application/json' };

/** Sends a request with only an empty chunk, as a proxy does that does not know whether there is a body. */
async function inChunks({ url }: Both, path: string, headers: readonly string[]): Promise<string> {
  const one = await openRawConnection(url);
  const head = [`POST ${path} HTTP/1.1`, 'host: localhost', 'transfer-encoding: chunked', ...headers];
  one.write(`${head.join('\r\n')}\r\nconnection: close\r\n\r\n0\r\n\r\n`);
  return one.closed;
}

describe('a request without a body is accepted with any content type', () => {
  test.each([
    ['JSON, as HTTP clients are set up', 'application/json; charset=utf-8'],
    ['a form, as curl -d "" and PowerShell send it', 'application/x-www-form-urlencoded'],
    ['text, as a beacon of no bytes', 'text/plain;charset=UTF-8'],
    ['no type at all', 'undefined'],
  ])('%s', async (_name, type) => {
    const both = await openBoth(OFF);
    const headers = { 'content-type': type };
    const { status, json } = await both.post('/tavus/start', undefined, headers);
    expect([status, json['conversation_id']]).toEqual([200, expect.any(String)]);
    const ended = await both.post(`/tavus/end/${String(json['conversation_id'])}`, undefined, {
      ...headers,
      'x-page-token': String(json['page_token']),
    });
    expect([ended.status, ended.json['status']]).toEqual([200, 'ended']);
  });

  test('JSON with chunked encoding and no chunks', async () => {
    const both = await openBoth(OFF);
    const { conversation_id: id, page_token: token } = await both.start();
    expect(
      await inChunks(both, `/tavus/end/${id}`, ['content-type: application/json', `x-page-token: ${token}`]),
    ).toMatch(/^HTTP\/1.1 200 /);
  });
});

test('where a body is required, the missing fields are named as without a content type', async () => {
  const both = await openBoth(OFF);
  const { conversation_id: id, page_token: token } = await both.start();
  const path = `/tavus/recording-events/${id}`;
  const bare = await both.post(path, undefined, { 'x-page-token': token });
  const typed = await both.post(path, undefined, { ...JSON_TYPE, 'x-page-token': token });
  expect([typed.status, typed.json['fields']]).toEqual([400, bare.json['fields']]);
});

test.each([
  ['a body of another type', { 'content-type': 'text/plain' }, 'recording=false', 415],
  ['a body that is not JSON', JSON_TYPE, ' ', 400],
  ['a body with a prototype', JSON_TYPE, '{"__proto__":{"a":1}}', 400],
])('%s is still refused', async (_name, headers, body, status) => {
  const both = await openBoth(OFF);
  expect((await both.post('/tavus/start', body, headers)).status).toBe(status);
  expect(await both.created()).toEqual([]);
});

test('an empty body does not allow ending a conversation', async () => {
  const both = await openBoth(OFF);
  const { conversation_id: id } = await both.start();
  expect((await both.post(`/tavus/end/${id}`, undefined, JSON_TYPE)).status).toBe(404);
  expect(await inChunks(both, `/tavus/end/${id}`, ['content-type: application/json'])).toMatch(
    /^HTTP\/1.1 404 /,
  );
});
