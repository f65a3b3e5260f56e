import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { randomBytes, type JsonWebKey } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { problem } from '../../contract/problem';
import { makeCertificate } from './certificate';
import type { Certificate } from './certificate';
import { abortReason, tail } from './child-process';
import { ensureVenv } from './python';

/** How long a start may take; measured 0.5 s on two cores, so this only ends a start that hangs. */
const START_TIMEOUT_MS = 60_000;
/** How long it may take to end by itself before it is killed. */
const STOP_TIMEOUT_MS = 5_000;
const POLL_INTERVAL_MS = 25;

/** What `cdk bootstrap`, `cdk deploy`, the doctor and the access tests call. Lambda would run code on this computer. */
const SERVICES = ['cloudformation', 'iam', 'kms', 's3', 'ssm', 'sts'] as const;

/** A running AWS on this laptop. */
export interface Emulator {
  /** `https://localhost:P` */
  readonly endpoint: string;
  /** `http://localhost:P2`: there to see requests without TLS being refused. */
  readonly plainEndpoint: string;
  readonly account: string;
  readonly region: string;
  /** Secret of this run: the accounts' root secrets follow from it (`rootOf`). */
  readonly runKey: string;
  readonly certificateFile: string;
  readonly certificatePem: string;
  readonly pid: number;
  /** Ends it and waits until it is gone. May be called again. */
  readonly stop: () => Promise<void>;
  /** Settles when the process has ended, for whatever reason; never rejects. */
  readonly exited: Promise<EmulatorExit>;
}

/** How the emulator ended, with everything it had to say. */
interface EmulatorExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly log: string;
}

/** Where the emulator keeps its files, and whose account it stands for. */
export interface EmulatorProps {
  /** This run's own directory; the certificate and its key go there. */
  readonly directory: string;
  /** Shared by all runs; the Python packages go there. */
  readonly cacheDirectory: string;
  readonly account: string;
  readonly region: string;
  /** Whose tokens AssumeRoleWithWebIdentity may take, and the keys that they are checked with. @default - of no issuer */
  readonly issuerKeys?: IssuerKeys;
  /** Port of a pass-through before it, for which requests may be signed. @default - there is none */
  readonly frontPort?: number;
  /** Variables that name proxies, for the installation alone. @default - as this process has them */
  readonly proxies?: NodeJS.ProcessEnv;
  readonly report: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What each issuer publishes as its JSON Web Key Set: AWS would fetch it. */
type IssuerKeys = Readonly<Record<string, { readonly keys: readonly JsonWebKey[] }>>;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;
const PORTS = z.object({ tls: z.number(), plain: z.number() });
type Ports = z.infer<typeof PORTS>;

/**
 * Starts MiniStack with our rules on two free ports of 127.0.0.1, installing it on first use, and waits until it
 * answers. It keeps everything in memory, and ends with this process whatever happens to that. Only the holder of its
 * run key may use it (`emulator/guard.py`).
 *
 * @throws when it cannot be installed or does not come up; the message carries its last words.
 */
export async function startEmulator(props: EmulatorProps): Promise<Emulator> {
  const python = await ensureVenv({
    name: 'aws',
    requirementsFile: join(__dirname, 'requirements.txt'),
    cacheDirectory: props.cacheDirectory,
    proxies: props.proxies,
    report: props.report,
    signal: props.signal,
  });
  await mkdir(props.directory, { recursive: true });
  const certificate = await makeCertificate(props.directory);
  props.signal?.throwIfAborted();
  const runKey = randomBytes(32).toString('base64url');
  // -I: no PYTHON* variable and no user packages; -B: no __pycache__ in the sources.
  const child = spawn(python, ['-I', '-B', join(__dirname, 'emulator')], {
    cwd: props.directory,
    env: environment(props, certificate, runKey),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const exited = watchExit(child);
  const stop = stopper(child, exited);
  const onAbort = (): void => void stop();
  props.signal?.addEventListener('abort', onAbort, { once: true });
  void exited.then(() => props.signal?.removeEventListener('abort', onAbort));
  try {
    const ports = await untilReady(child, exited, certificate.certificatePem);
    return {
      endpoint: `https://localhost:${ports.tls}`,
      plainEndpoint: `http://localhost:${ports.plain}`,
      account: props.account,
      region: props.region,
      runKey,
      certificateFile: certificate.certificateFile,
      certificatePem: certificate.certificatePem,
      pid: child.pid ?? 0,
      stop,
      exited,
    };
  } catch (error) {
    await stop();
    throw props.signal?.aborted === true ? abortReason(props.signal) : error;
  }
}

/** A list of what passes, not of what doesn't: MiniStack reads dozens of variables. */
function environment(props: EmulatorProps, certificate: Certificate, runKey: string): NodeJS.ProcessEnv {
  const passed = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG'];
  return {
    ...Object.fromEntries(passed.map((name) => [name, process.env[name]])),
    AUTH: 'true',
    SERVICES: SERVICES.join(','),
    // Not an argument: every user of the machine can read those.
    EMULATOR_RUN_KEY: runKey,
    EMULATOR_ISSUER_KEYS: JSON.stringify(props.issuerKeys ?? {}),
    ...(props.frontPort === undefined ? {} : { EMULATOR_FRONT_PORT: String(props.frontPort) }),
    MINISTACK_ACCOUNT_ID: props.account,
    MINISTACK_REGION: props.region,
    MINISTACK_SSL_CERT: certificate.certificateFile,
    MINISTACK_SSL_KEY: certificate.keyFile,
    USE_SSL: '1',
    IOT_MTLS_ENABLED: '0',
    LOG_LEVEL: 'WARNING',
  };
}

function watchExit(child: Child): Promise<EmulatorExit> {
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  // A write to a process that is gone: its exit says more.
  child.stdin.on('error', () => undefined);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, log: `${log}${error.message}` }));
    child.once('close', (code, signal) => resolve({ code, signal, log }));
  });
}

function stopper(child: Child, exited: Promise<EmulatorExit>): () => Promise<void> {
  return async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.stdin.end();
      child.kill('SIGTERM');
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  };
}

async function untilReady(child: Child, exited: Promise<EmulatorExit>, ca: string): Promise<Ports> {
  const overdue = new AbortController();
  const timeout = sleep(START_TIMEOUT_MS, undefined, { signal: overdue.signal, ref: false });
  const failed = Promise.race([
    exited.then((exit) => {
      throw new Error(startFailure(`it ended with ${exit.signal ?? `exit code ${exit.code}`}`, exit.log));
    }),
    timeout.then(() => {
      throw new Error(startFailure(`nothing within ${START_TIMEOUT_MS / 1000} s`, ''));
    }),
  ]);
  // Whoever loses the race below must not be an unhandled rejection.
  failed.catch(() => undefined);
  try {
    const ports = await Promise.race([firstLine(child), failed]);
    while (!(await Promise.race([answersReady(ports.tls, ca), failed]))) await sleep(POLL_INTERVAL_MS);
    return ports;
  } finally {
    overdue.abort();
    timeout.catch(() => undefined);
  }
}

/** The emulator chooses its ports itself, so none is lost to another program in between, and prints them. */
function firstLine(child: Child): Promise<Ports> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => {
      try {
        resolve(PORTS.parse(JSON.parse(line)));
      } catch (error) {
        reject(new Error(startFailure(`the line ${line}`, ''), { cause: error }));
      }
    });
  });
}

function answersReady(port: number, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/_ministack/ready', ca, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.on('error', () => resolve(false));
  });
}

function startFailure(got: string, log: string): string {
  const what = problem({
    name: 'The AWS on this laptop',
    wrong: 'did not start',
    got,
    why: 'Nothing can be deployed without it.',
    fix: 'Its last words are below; when they name a missing module, delete `.local` and run the command again.',
  });
  return `${what}\n${tail(log)}`;
}
