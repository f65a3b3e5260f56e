import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { Pool } from 'undici';
import { listen } from './fixtures/listen';
import { pairs, readRuns, report } from './median';

/**
 * CPU of the server process per `POST /tavus/start`, with logging, limits, validation, tokens and consent, against a bare
 * `node:http` proxy that makes the same kind of call to the same upstream.
 */
const BAR = 1.35;
const REQUESTS = 1000;
const WARM_UPS = 10;
/** One after the other: at saturation the two would differ in how often their neighbours sleep, not in what they do. */
const AT_A_TIME = 1;

const BODY = JSON.stringify({
  conversation_name: 'Interview',
  consent: { text_version: '2026-11', accepted_at: '2026-11-22T10:00:00.000Z', locale: 'en-GB' },
});

const folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-bench-'));

interface Message {
  readonly url?: string;
  readonly cpuUs?: number;
}

async function messageOf(child: ChildProcess): Promise<Message> {
  const [message]: Message[] = await once(child, 'message');
  return message ?? {};
}

interface Server {
  readonly child: ChildProcess;
  readonly pool: Pool;
}

async function serve(fixture: string, apiBaseUrl: string): Promise<Server> {
  // Bundled as the product is: tsx, which runs this file, wraps each function and makes closures dear.
  const outfile = path.join(folder, `${fixture}.cjs`);
  const entryPoints = [path.join(__dirname, 'fixtures', `${fixture}.ts`)];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', target: 'node22' });
  const child = fork(outfile, {
    execArgv: [],
    // The log is written, and nobody reads it.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      TAVUS_API_KEY: 'tvsk_bench',
      TAVUS_API_BASE_URL: apiBaseUrl,
      TAVUS_REPLICA_ID: 'r1',
      TAVUS_ENABLE_RECORDING: 'true',
      TAVUS_RECORDING_S3_BUCKET_NAME: 'acme-recordings',
      TAVUS_RECORDING_S3_BUCKET_REGION: 'us-east-1',
      TAVUS_AWS_ASSUME_ROLE_ARN: 'arn:aws:iam::111122223333:role/recordings',
      PUBLIC_BASE_URL: 'http://localhost:8080',
      CALLBACK_SECRETS: 'a-callback-secret-of-some-length',
    },
  });
  const { url } = await messageOf(child);
  return { child, pool: new Pool(url ?? '', { connections: AT_A_TIME }) };
}

async function cpuUs({ child }: Server): Promise<number> {
  child.send('cpu');
  return (await messageOf(child)).cpuUs ?? NaN;
}

/** Microseconds of CPU per request. */
async function measure(server: Server): Promise<number> {
  const before = await cpuUs(server);
  let left = REQUESTS;
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const headers = { 'content-type': 'application/json' };
      const answer = await server.pool.request({ method: 'POST', path: '/tavus/start', headers, body: BODY });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`A start was answered by ${answer.statusCode}.`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
  return ((await cpuUs(server)) - before) / REQUESTS;
}

async function main(): Promise<void> {
  const runs = readRuns(11);
  let created = 0;
  const upstream = createServer((request, response) => {
    request.resume().on('end', () => {
      created += 1;
      const id = `c${created.toString(16).padStart(15, '0')}`;
      const answer = {
        conversation_id: id,
        conversation_name: 'n',
        conversation_url: `https://tavus.daily.co/${id}`,
        status: 'active',
        callback_url: '',
        created_at: '2026-06-01T10:00:00.000000Z',
      };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    });
  });
  const apiBaseUrl = `${await listen(upstream)}/v2`;
  const ours = await serve('start-ours', apiBaseUrl);
  const bare = await serve('start-bare', apiBaseUrl);
  try {
    // Until the compilers have settled: the whole path is optimised after some ten thousand requests.
    for (let round = 0; round < WARM_UPS; round += 1) {
      await measure(ours);
      await measure(bare);
    }
    const all = await pairs(runs, { ours: () => measure(ours), bare: () => measure(bare) });
    report('CPU of the server per POST /tavus/start', 'us', 'bare node:http proxy', all, BAR);
  } finally {
    for (const { child, pool } of [ours, bare]) {
      await pool.destroy();
      child.kill();
    }
    upstream.closeAllConnections();
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
