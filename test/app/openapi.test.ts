import { Pool } from 'undici';
import { openApiDocument } from '../../app/openapi';
import { newStartId } from '../../app/security/start-id';
import openapi from '../../docs/openapi.json';
import { fakeTavus } from './fake-tavus';
import { fuzzRequest } from './fuzz';
import { closeEverything, ON, open } from './helpers';
import { Random } from './random';

afterEach(closeEverything);

test('docs/openapi.json matches the routes; `node --import tsx app/openapi.ts` writes it', async () => {
  expect(await openApiDocument()).toEqual(openapi);
});

test('names every route', () => {
  expect(Object.keys(openapi.paths)).toEqual([
    '/healthz',
    '/readyz',
    '/tavus/start',
    '/tavus/end/{conversation_id}',
    '/tavus/recording-events/{conversation_id}',
    '/tavus/status/{conversation_id}',
    '/tavus/callback/{start_id}/{token}',
    '/qa/config',
    '/qa/access',
    '/recordings/api/access',
    '/recordings/api/conversations',
    '/recordings/api/conversations/{id}',
    '/recordings/api/conversations/{id}/link',
    '/recordings/api/conversations/{id}/captions.vtt',
  ]);
});

test('500 random requests cause no server error', async () => {
  const startId = 'e'.repeat(32);
  const ids = [startId];
  const backend = await open('https://tavus.example/v2', ON, {
    dispatcher: fakeTavus(),
    assetsDir: 'none',
    newStartId: () => ids.shift() ?? newStartId(),
  });
  const first = (await backend.post('/tavus/start')).json;
  const known = {
    id: String(first['conversation_id']),
    token: String(first['page_token']),
    startId,
    nowMs: backend.clock.now(),
  };
  const pool = new Pool(backend.url);
  const random = new Random(7);
  const strange: string[] = [];
  const statuses: Record<number, number> = {};
  for (let count = 0; count < 500; count += 1) {
    const { method, path, headers, body } = fuzzRequest(random, known);
    const answer = await pool.request({
      method,
      path,
      headers,
      body: body ?? null,
    });
    await answer.body.dump();
    statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
    const type = answer.headers['content-type'];
    const isProblem = type === 'application/problem+json';
    if (isProblem !== answer.statusCode >= 400)
      strange.push(`${method} ${path} ${answer.statusCode} ${String(type)}`);
  }
  await pool.close();
  expect(strange).toEqual([]);
  expect(Object.keys(statuses).filter((status) => Number(status) >= 500)).toEqual([]);
  expect(statuses[200]).toBeGreaterThan(100);
});
