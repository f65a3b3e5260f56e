import { bench, closeAll, KEY, RECORDED } from './helpers';
import { ROLE_ARN, SESSION_SECRET } from './fake-cloud';

afterEach(closeAll);

test('callbacks and room events contain no media URL, credentials, role ARN or API key', async () => {
  const it = await bench();
  const id = await it.create();
  await it.clock.advance(3_000);
  await it.recordOnce(id);
  it.cloud.denied.set('s3:PutObject', `User ${ROLE_ARN} may not`);
  await it.recordOnce(id);
  await it.api('POST', `/conversations/${id}/end`);
  await it.clock.advance(400_000);
  const { events, recordings } = await it.room(id);
  const texts = [...it.callbacks.map(({ body }) => body), JSON.stringify([events, recordings])].join('\n');
  expect(it.callbacks.length).toBeGreaterThan(4);
  for (const secret of [ROLE_ARN, SESSION_SECRET, KEY]) expect(texts).not.toContain(secret);
  const urls = texts.match(/https?:\/\/[^"\\]+/g) ?? [];
  expect([...new Set(urls)]).toEqual([RECORDED.callback_url]);
});

test('no response contains the recording configuration', async () => {
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

test('all objects have the prefix tavus/<conversation_id>/', async () => {
  const it = await bench();
  const ids = [await it.create(), await it.create()];
  for (const id of ids) await it.recordOnce(id);
  expect([...it.cloud.objects.keys()].map((key) => key.replace(/\d{13}$/, ''))).toEqual(
    ids.map((id) => `tavus/${id}/`),
  );
});

test('/sim/requests contains no API key', async () => {
  const it = await bench();
  await it.create();
  await it.api('POST', '/conversations', 'not json');
  const { text, json } = await it.sim('/requests');
  expect(text).not.toContain(KEY);
  expect(json).toMatchObject({ requests: [{ body: RECORDED }, { body: 'not json', status: 400 }] });
});
