import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Pool } from 'undici';
import { fakeTavus } from '../test/app/fake-tavus';
import { fuzzRequest } from '../test/app/fuzz';
import { closeEverything, ON, open } from '../test/app/helpers';
import { Random } from '../test/app/random';

/**
 * Random requests to all documented routes, without limits: the server must not fail and its heap must not grow.
 * Server, clients and a fake Tavus share this process, so the heap is that of all three.
 */
const REQUESTS = 10_000;
const FIRST = 1_000;
const CONCURRENCY = 16;
const MAX_HEAP_RATIO = 1.2;
const MAPPED: ReadonlySet<number> = new Set([502, 503, 504]);

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapMb(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

async function main(): Promise<void> {
  const startId = 'e'.repeat(32);
  let firstId: string | undefined = startId;
  const newStartId = (): string => {
    const id = firstId ?? Math.random().toString(16).slice(2).padEnd(32, '0').slice(0, 32);
    firstId = undefined;
    return id;
  };
  // The helper keeps the log in memory by default, which is too much for this many requests.
  const backend = await open('https://tavus.example/v2', ON, {
    dispatcher: fakeTavus(),
    newStartId,
    assetsDir: 'none',
    logStream: { write: () => undefined },
  });
  const { conversation_id: id, page_token: token } = (await backend.post('/tavus/start')).json;
  const known = { id: String(id), token: String(token), startId, nowMs: backend.clock.now() };
  const pool = new Pool(backend.url, { connections: CONCURRENCY });
  const random = new Random(20_261_122);
  const statuses: Record<number, number> = {};

  const send = async (count: number): Promise<void> => {
    let left = count;
    const one = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const { method, path, headers, body } = fuzzRequest(random, known);
        const reply = await pool.request({ method, path, headers, body: body ?? null });
        await reply.body.dump();
        statuses[reply.statusCode] = (statuses[reply.statusCode] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, one));
  };

  const started = performance.now();
  await send(FIRST);
  const early = heapMb();
  await send(REQUESTS - FIRST);
  const late = heapMb();
  const seconds = (performance.now() - started) / 1000;
  await pool.destroy();
  await closeEverything();

  const failures = Object.entries(statuses).filter(
    ([status]) => Number(status) >= 500 && !MAPPED.has(Number(status)),
  );
  const growth = late / early;
  console.log(`${REQUESTS} requests to all documented routes in ${seconds.toFixed(1)} s`);
  console.log(`  responses by status    ${JSON.stringify(statuses)}`);
  console.log(`  unmapped failures      ${failures.length === 0 ? 'none' : JSON.stringify(failures)}`);
  console.log(`  heap at ${FIRST}           ${early.toFixed(1)} MB`);
  console.log(`  heap at the end        ${late.toFixed(1)} MB`);
  console.log(
    `  growth                 ${growth.toFixed(2)} (limit ${MAX_HEAP_RATIO}): ${growth <= MAX_HEAP_RATIO ? 'passed' : 'FAILED'}`,
  );
  if (failures.length > 0 || growth > MAX_HEAP_RATIO) process.exitCode = 1;
}

void main();
