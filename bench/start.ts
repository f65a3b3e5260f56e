import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { Pool } from 'undici';
import { CONSENT_TEXT_VERSIONS } from '../contract/consent-text';
import { listen } from '../test/ops/listen';
import { readRuns, reference, report, type Pair } from './median';

/**
 * CPU of the server process per `POST /tavus/start`, with logging, limits, validation, tokens and consent, against a bare
 * `node:http` proxy that sends the same bytes to the same upstream.
 *
 * Two more ratios say how far to trust it: a second bare proxy, which is the noise, and a bare Fastify route, which is
 * the framework's share.
 */
const BAR = 1.35;
/** Many short windows: what else the machine does spoils some pairs, and the median leaves them out. */
const REQUESTS = 200;
const WARM_UPS = 50;

/**
 * The servers have one CPU to themselves and their neighbours another, as if these were other machines. Left to the
 * scheduler the ratio follows the load of the machine: 1.71 to 1.78 apart, 1.99 to 2.04 on one CPU (measured 2026-11
 * with Node 24 on two cores); apart, the system's time per request is higher for both.
 */
const SERVERS_CPU = 1;
const NEIGHBOURS_CPU = 0;

const BODY = JSON.stringify({
  conversation_name: 'Interview',
  consent: { text_version: CONSENT_TEXT_VERSIONS[0], accepted_at: new Date().toISOString(), locale: 'en-GB' },
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

/** Asked before anything is pinned: afterwards there is one CPU to be seen. Elsewhere the scheduler decides. */
const CAN_PIN = process.platform === 'linux' && availableParallelism() > 1;

function pin(pid: number | undefined, cpu: number): void {
  if (!CAN_PIN) return;
  execFileSync('taskset', ['-a', '-p', '-c', String(cpu), String(pid)], { stdio: 'ignore' });
}

async function serve(fixture: string, apiBaseUrl: string, createBody = ''): Promise<Server> {
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
      CREATE_BODY: createBody,
    },
  });
  const { url } = await messageOf(child);
  pin(child.pid, SERVERS_CPU);
  return { child, pool: new Pool(url ?? '', { connections: 1 }) };
}

async function cpuUs({ child }: Server): Promise<number> {
  child.send('cpu');
  return (await messageOf(child)).cpuUs ?? NaN;
}

/**
 * Microseconds of CPU per request, one after the other: at saturation the two would differ in how often their neighbours
 * sleep, not in what they do.
 */
async function measure(server: Server, requests = REQUESTS): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const before = await cpuUs(server);
  for (let sent = 0; sent < requests; sent += 1) {
    const answer = await server.pool.request({ method: 'POST', path: '/tavus/start', headers, body: BODY });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`A start was answered by ${answer.statusCode}.`);
  }
  return ((await cpuUs(server)) - before) / requests;
}

type Round = readonly number[];

/** Every server once, each round beginning with another: a shared machine drifts, and all stay equally warm. */
async function measureRound(servers: readonly Server[], run: number): Promise<Round> {
  const round: number[] = [];
  for (let turn = 0; turn < servers.length; turn += 1) {
    const which = (run + turn) % servers.length;
    const server = servers[which];
    if (server !== undefined) round[which] = await measure(server);
  }
  return round;
}

async function main(): Promise<void> {
  const runs = readRuns(101);
  pin(process.pid, NEIGHBOURS_CPU);
  let created = 0;
  let lastBody = '';
  const upstream = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      lastBody = Buffer.concat(chunks).toString();
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
  const apiBaseUrl = `http://127.0.0.1:${await listen(upstream)}/v2`;
  const ours = await serve('start-ours', apiBaseUrl);
  // The rivals send what ours was seen to send.
  await measure(ours, 1);
  const bare = await serve('start-bare', apiBaseUrl, lastBody);
  const again = await serve('start-bare', apiBaseUrl, lastBody);
  const framework = await serve('start-fastify', apiBaseUrl, lastBody);
  const servers = [bare, again, framework, ours];
  try {
    // Until the compilers have settled: the whole path is optimised after some ten thousand requests.
    for (let round = 0; round < WARM_UPS; round += 1) for (const server of servers) await measure(server);
    const rounds: Round[] = [];
    for (let run = 0; run < runs; run += 1) rounds.push(await measureRound(servers, run));
    const against = (which: number): Pair[] =>
      rounds.map((round) => ({ ours: round[which] ?? NaN, bare: round[0] ?? NaN }));
    reference('a second bare proxy', 'the bare one', against(1));
    reference('a bare Fastify route', 'the bare one', against(2));
    report('CPU of the server per POST /tavus/start', 'us', 'bare node:http proxy', against(3), BAR);
  } finally {
    for (const { child, pool } of servers) {
      await pool.destroy();
      child.kill();
    }
    upstream.closeAllConnections();
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
