import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { buildApp } from '../../../app/app';
import { buildPages } from '../../../app/build-pages';
import { readConfig } from '../../../app/config';
import { memoryStore } from '../../../app/ledger/memory';
import type { UnreadableReason } from '../../../app/recordings/bucket';
import { freePort } from '../../../local/free-port';
import type { SimulatorClock } from '../../../local/tavus/simulator-clock';
import type { FaultOverrides } from '../../../local/tavus/fault-config';
import { LogMemory, ON } from '../../app/helpers';
import { ServedBucket } from '../../app/recordings-page/served-bucket';
import { OPERATOR_KEY, START_KEY } from '../../app/routes/recordings/opened';
import { ROOT } from '../../local/aws/support';
import { bench, closeAll, type Bench } from '../../local/tavus/helpers';
import type { UploadedObject } from '../../local/tavus/fake-cloud';

/** The system clock, which a test can advance. */
class MovableClock implements SimulatorClock {
  #aheadMs = 0;
  #tasks: { readonly due: number; readonly task: () => void }[] = [];
  readonly #timer = setInterval(() => this.#run(), 20);

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  after(ms: number, task: () => void): () => void {
    const entry = { due: this.now() + ms, task };
    this.#tasks.push(entry);
    return () => (this.#tasks = this.#tasks.filter((one) => one !== entry));
  }

  putForward(ms: number): void {
    this.#aheadMs += ms;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #run(): void {
    const due = this.#tasks.filter((one) => one.due <= this.now());
    this.#tasks = this.#tasks.filter((one) => !due.includes(one));
    for (const { task } of due) task();
  }
}

/** The fields of the report; they are part of the interface, so any other is refused. */
const REPORT = z.strictObject({
  passed: z.boolean(),
  exitCode: z.number(),
  at: z.iso.datetime(),
  backend: z.url(),
  conversationId: z.string().nullable(),
  state: z.string().nullable(),
  cause: z.string().nullable(),
  recordings: z.array(z.object({ key: z.string(), verified: z.boolean() })),
  steps: z.array(
    z.strictObject({
      id: z.string(),
      about: z.string(),
      status: z.enum(['passed', 'failed', 'skipped', 'not-tried']),
      expected: z.string(),
      found: z.string(),
      fix: z.string().nullable(),
      seconds: z.number(),
    }),
  ),
  doctor: z.array(z.object({ id: z.string() })),
});
export type ProofJson = z.output<typeof REPORT>;

export interface FinishedProof {
  readonly code: number | null;
  readonly report: ProofJson;
  readonly stdout: string;
  readonly stderr: string;
  /** Each step with its result. */
  readonly statuses: Readonly<Record<string, string>>;
}

/** A running proof. */
export interface RunningProof {
  /** Resolves once it has written this to standard error. @throws if it ends before */
  readonly until: (text: string) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly done: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  /** Programs started by it that are still running. */
  readonly left: () => Promise<readonly string[]>;
}

/** A backend with pages, ledger and bucket, and the Tavus simulator that sends it callbacks. */
export interface ProofScene {
  readonly url: string;
  readonly tavus: Bench;
  readonly bucket: ServedBucket;
  readonly clock: MovableClock;
  readonly log: LogMemory;
  /** Starts `recordings prove`. */
  readonly begin: (options?: ProveRunOptions) => RunningProof;
  /** Runs it to its end. */
  readonly prove: (options?: ProveRunOptions) => Promise<FinishedProof>;
  /** Ids of the conversations that Tavus is billing now. */
  readonly active: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

export interface ProveRunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly args?: readonly string[];
}

export interface SceneOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly faults?: FaultOverrides;
  /** @default true */
  readonly looks?: boolean;
  /** Storage refuses every upload. */
  readonly deniesUploads?: true;
  /** Uploads do not reach the bucket. */
  readonly losesUploads?: true;
  /** The backend's requests to the bucket are refused. */
  readonly denies?: UnreadableReason;
  /** Changes the built pages. */
  readonly changePages?: (directory: string) => Promise<void>;
}

/** Shorter than a vendor would deliver, which the simulator allows. */
const TALK_SEC = 5;

export async function openScene({
  env = {},
  faults,
  looks = true,
  deniesUploads,
  losesUploads,
  denies,
  changePages,
}: SceneOptions = {}): Promise<ProofScene> {
  const assetsDir = await mkdtemp(path.join(tmpdir(), 'prove-'));
  await buildPages(assetsDir);
  await changePages?.(assetsDir);
  const clock = new MovableClock();
  const bucket = await new ServedBucket(() => Date.now()).listen();
  const [port, tavusPort] = [await freePort(), await freePort()];
  // Without TLS daily-js frames only rooms on localhost.
  const roomOrigin = `http://localhost:${tavusPort}`;
  const tavus = await bench({
    clock,
    port: tavusPort,
    roomBaseUrl: `${roomOrigin}/rooms`,
    deliver: async (address, body) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch(address, { method: 'POST', headers, body })).status;
    },
    faults: { recordingReadyMs: 100, replicaJoinedMs: 100, perceptionMs: 100, ...faults },
  });
  bucket.deny(denies);
  if (losesUploads !== true) copyInto(bucket, tavus.cloud.objects);
  if (deniesUploads === true) tavus.cloud.denied.set('s3:PutObject', 'The test refuses PutObject.');
  const url = `http://127.0.0.1:${port}`;
  const log = new LogMemory();
  const config = readConfig({
    ...ON,
    TAVUS_API_BASE_URL: tavus.simulator.apiBaseUrl,
    ROOM_ORIGIN: roomOrigin,
    PUBLIC_BASE_URL: url,
    PORT: String(port),
    START_API_KEY: START_KEY,
    OPERATOR_KEY,
    // As deployed.
    TAVUS_PARTICIPANT_LEFT_TIMEOUT_SEC: '30',
    TAVUS_PARTICIPANT_ABSENT_TIMEOUT_SEC: '120',
    RECORDING_DEADLINE_MIN: '0.05',
    ...(looks && { RECORDINGS_ACCESS: 'default-chain' }),
    ...env,
  });
  const backend = await buildApp(config, {
    logStream: log,
    store: memoryStore(),
    // A test sends more requests than a person.
    limits: null,
    assetsDir,
    ...(looks && { recordings: bucket }),
  });
  await backend.app.listen({ host: '127.0.0.1', port });
  backend.watch.start();
  const begin = (options: ProveRunOptions = {}): RunningProof => start(url, options);
  return {
    url,
    tavus,
    bucket,
    clock,
    log,
    begin,
    prove: async (options) => readProof(await begin(options).done),
    active: async () => {
      const { json } = await tavus.api('GET', '/conversations?status=active&limit=100');
      return z
        .object({ data: z.array(z.object({ conversation_id: z.string(), status: z.string() })) })
        .parse(json)
        .data.filter(({ status }) => status === 'active')
        .map(({ conversation_id: id }) => id);
    },
    close: async () => {
      backend.app.server.closeAllConnections();
      await backend.app.close();
      bucket.close();
      clock.stop();
      await closeAll();
      await rm(assetsDir, { recursive: true });
    },
  };
}

/** Objects written by the simulator are in the backend's bucket. */
function copyInto(bucket: ServedBucket, objects: Map<string, UploadedObject>): void {
  const set = objects.set.bind(objects);
  objects.set = (key, object) => {
    bucket.put(key, object.body);
    return set(key, object);
  };
}

/** Statuses of all steps before the erasure, when each passes. */
export const PROVEN = {
  backend: 'passed',
  browser: 'passed',
  page: 'passed',
  start: 'passed',
  talk: 'passed',
  landed: 'passed',
  seen: 'passed',
  plays: 'passed',
  'picture-and-sound': 'passed',
} as const;

let count = 0;

/** Starts the command line without the user's AWS, Azure and settings. */
export function start(url: string, { env = {}, args = [] }: ProveRunOptions): RunningProof {
  count += 1;
  const mark = `PROOF_OF_TEST=${process.pid}-${count}`;
  const talk = args.includes('--talk') ? [] : ['--talk', String(TALK_SEC)];
  const words = ['--url', url, ...talk, '--wait', '1', '--yes', '--json', ...args];
  const child = spawn(process.execPath, ['--', path.join(ROOT, 'ops', 'bin.mjs'), 'prove', ...words], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      CHROME_PATH: process.env['CHROME_PATH'],
      START_API_KEY: START_KEY,
      OPERATOR_KEY,
      [mark.split('=')[0] ?? '']: mark.split('=')[1],
      ...env,
    },
  });
  let stdout = '';
  let stderr = '';
  let isOver = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const done = new Promise<number | null>((resolve) => child.once('close', resolve)).then((code) => {
    isOver = true;
    return { code, stdout, stderr };
  });
  return {
    done,
    kill: (signal) => void child.kill(signal),
    until: async (text) => {
      while (!stderr.includes(text)) {
        if (isOver) throw new Error(`It ended without "${text}":\n${stderr}`);
        await pause(20);
      }
    },
    left: async () => (isOver ? programsWith(mark) : []),
  };
}

/** Running programs with this in their environment. */
async function programsWith(mark: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
    if ((await read('environ')).split('\0').includes(mark)) found.push((await read('cmdline')).slice(0, 120));
  }
  return found;
}

export function readProof({ code, stdout, stderr }: Awaited<RunningProof['done']>): FinishedProof {
  if (stdout === '') throw new Error(`No report, exit code ${code}:\n${stderr}`);
  const report = REPORT.parse(JSON.parse(stdout));
  const statuses = Object.fromEntries(report.steps.map(({ id, status }) => [id, status]));
  return { code, report, stdout, stderr, statuses };
}
