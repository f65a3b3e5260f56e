import { bench, closeAll, KEY, RECORDED } from './helpers';
import { ROLE_ARN, SESSION_SECRET } from './fake-cloud';

afterEach(closeAll);

test('never a media URL, a secret, the role or the API key in a callback or in what the room hears', async () => {
  const it = await bench();
  const id = await it.create();
  await it.clock.advance(3_000);
  await it.recordOnce(id);
  it.cloud.denied.set('s3:PutObject', `User ${ROLE_ARN} may not`);
  await it.recordOnce(id);
  await it.api('POST', `/conversations/${id}/end`);
  await it.clock.advance(400_000);
  const { events, recordings } = await it.room(id);
  const said = [...it.callbacks.map(({ body }) => body), JSON.stringify([events, recordings])].join('\n');
  expect(it.callbacks.length).toBeGreaterThan(4);
  for (const secret of [ROLE_ARN, SESSION_SECRET, KEY]) expect(said).not.toContain(secret);
  const urls = said.match(/https?:\/\/[^"\\]+/g) ?? [];
  expect([...new Set(urls)]).toEqual([RECORDED.callback_url]);
});

test('never echoes the recording configuration', async () => {
  const it = await bench();
  const created = await it.api('POST', '/conversations', RECORDED);
  const id = String(created.json['conversation_id']);
  const answers = [
    created,
    await it.api('GET', `/conversations/${id}`),
    await it.api('GET', `/conversations/${id}?verbose=true`),
    await it.api('GET', '/conversations'),
  ];
  for (const { text } of answers) expect(text).not.toMatch(/properties"|recording|bucket|arn:aws/);
});

test('never writes under another prefix than tavus/<conversation_id>/', async () => {
  const it = await bench();
  const ids = [await it.create(), await it.create()];
  for (const id of ids) await it.recordOnce(id);
  expect([...it.cloud.objects.keys()].map((key) => key.replace(/\d{13}$/, ''))).toEqual(
    ids.map((id) => `tavus/${id}/`),
  );
});

test('the record of requests never holds an API key', async () => {
  const it = await bench();
  await it.create();
  await it.api('POST', '/conversations', 'not json');
  const { text, json } = await it.sim('/requests');
  expect(text).not.toContain(KEY);
  expect(json).toMatchObject({ requests: [{ body: RECORDED }, { body: 'not json', status: 400 }] });
});
