import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { Pool } from 'undici';
import { CONSENT_TEXT_VERSIONS } from '../contract/consent-text';
import { listen } from '../test/ops/listen';
import { reference, report, runsIn, type Pair } from './median';

/**
 * CPU of the server process per `POST /tavus/start`, with logging, limits, validation, tokens, consent and ledger.
 *
 * Measured with the ledger in memory and in a file. `--against <commit>` compares with the build of another commit, alternating
 * in one run, because results of different runs are not comparable. A second server of that commit shows the noise. Without the
 * option the baselines are a bare `node:http` proxy that sends the same bytes, and a bare Fastify route; these have no limit.
 */
const MAX_RATIOS = { memory: 1.2, file: 1.6 };
/** Many short measurements: the median ignores those that other load disturbs. */
const REQUESTS = 200;
const WARM_UPS = 50;

/**
 * The servers have one CPU and their clients another, as on separate machines. Without pinning the ratio depends on
 * the load: 1.71 to 1.78 on separate CPUs, 1.99 to 2.04 on one (measured 2026-11 with Node 24 on two cores). On
 * separate CPUs the system time per request is higher for both.
 */
const SERVERS_CPU = 1;
const CLIENTS_CPU = 0;

const BODY = JSON.stringify({
  conversation_name: 'Interview',
  consent: { text_version: CONSENT_TEXT_VERSIONS[0], accepted_at: new Date().toISOString(), locale: 'en-GB' },
});

const ROOT = path.join(__dirname, '..');
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

/** Evaluated before pinning, which reduces the visible CPUs to one. */
const CAN_PIN = process.platform === 'linux' && availableParallelism() > 1;

function pin(pid: number | undefined, cpu: number): void {
  if (!CAN_PIN) return;
  execFileSync('taskset', ['-a', '-p', '-c', String(cpu), String(pid)], { stdio: 'ignore' });
}

interface ServerOptions {
  readonly apiBaseUrl: string;
  /** Body that a comparison server sends to Tavus. */
  readonly createBody?: string;
  readonly ledgerUrl?: string;
  /** Checkout to build from. @default this one */
  readonly root?: string;
}

async function serve(
  fixture: string,
  { apiBaseUrl, createBody = '', ledgerUrl = '', root = ROOT }: ServerOptions,
): Promise<Server> {
  // Bundled like the product: tsx wraps each function, which makes closures slow.
  const outfile = path.join(mkdtempSync(path.join(folder, 'server-')), `${fixture}.cjs`);
  const entryPoints = [path.join(root, 'bench', 'fixtures', `${fixture}.ts`)];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', target: 'node22' });
  const child = fork(outfile, {
    execArgv: [],
    // The log is written and discarded.
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
      LEDGER_URL: ledgerUrl,
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
 * CPU microseconds per request. Requests are sequential: under saturation the result would depend on the scheduling of
 * the clients.
 */
async function measure(server: Server, requests = REQUESTS): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const before = await cpuUs(server);
  for (let sent = 0; sent < requests; sent += 1) {
    const answer = await server.pool.request({ method: 'POST', path: '/tavus/start', headers, body: BODY });
    await answer.body.dump();
    if (answer.statusCode !== 200)
      throw new Error(`POST /tavus/start: failed, got status ${answer.statusCode}.`);
  }
  return ((await cpuUs(server)) - before) / requests;
}

type Round = readonly number[];

/** Measures every server once. Each round starts with another one, because the speed of a shared machine drifts. */
async function measureRound(servers: readonly Server[], run: number): Promise<Round> {
  const round: number[] = [];
  for (let turn = 0; turn < servers.length; turn += 1) {
    const which = (run + turn) % servers.length;
    const server = servers[which];
    if (server !== undefined) round[which] = await measure(server);
  }
  return round;
}

/** Checks out another commit with its packages. */
function checkOut(commit: string): string {
  const root = path.join(folder, 'against');
  const run = (command: string, args: readonly string[], cwd: string): void =>
    void execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  run('git', ['worktree', 'add', '--detach', '--force', root, commit], ROOT);
  const lock = (of: string): string => readFileSync(path.join(of, 'package-lock.json'), 'utf8');
  if (lock(root) === lock(ROOT)) {
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  } else {
    run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], root);
  }
  return root;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { runs: { type: 'string' }, against: { type: 'string' } } });
  const { against } = values;
  const runs = runsIn(values.runs, 101);
  pin(process.pid, CLIENTS_CPU);
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
  const memory = await serve('start-ours', { apiBaseUrl });
  const ledgerUrl = `file:${path.join(folder, 'ledger.sqlite')}`;
  const file = await serve('start-ours', { apiBaseUrl, ledgerUrl });
  // The comparison servers send the same body as ours.
  await measure(memory, 1);
  const baseline = { apiBaseUrl, createBody: lastBody };
  const root = against === undefined ? undefined : checkOut(against);
  const baselines =
    root === undefined
      ? [
          await serve('start-bare', baseline),
          await serve('start-bare', baseline),
          await serve('start-fastify', baseline),
        ]
      : [await serve('start-ours', { apiBaseUrl, root }), await serve('start-ours', { apiBaseUrl, root })];
  const servers = [...baselines, memory, file];
  try {
    // Warm up: the whole path is optimised after some ten thousand requests.
    for (let round = 0; round < WARM_UPS; round += 1) for (const server of servers) await measure(server);
    const rounds: Round[] = [];
    for (let run = 0; run < runs; run += 1) rounds.push(await measureRound(servers, run));
    const pairsOf = (server: Server): Pair[] =>
      rounds.map((round) => ({ ours: round[servers.indexOf(server)] ?? NaN, bare: round[0] ?? NaN }));
    const [, again, framework] = baselines;
    const name = against ?? 'bare node:http proxy';
    if (again !== undefined) reference('a second one', name, pairsOf(again));
    if (framework !== undefined) reference('a bare Fastify route', name, pairsOf(framework));
    for (const [storage, server] of [
      ['memory', memory],
      ['file', file],
    ] as const) {
      const title = `CPU of the server per POST /tavus/start, ledger in ${storage}`;
      if (against === undefined) reference(title, name, pairsOf(server));
      else report(title, 'us', name, pairsOf(server), MAX_RATIOS[storage]);
    }
  } finally {
    for (const { child, pool } of servers) {
      await pool.destroy();
      child.kill();
    }
    upstream.closeAllConnections();
    upstream.close();
    if (root !== undefined) execFileSync('git', ['worktree', 'remove', '--force', root], { cwd: ROOT });
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
