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
import { abortReason, basicEnvironment, tail } from './child-process';
import { ensureVenv } from './python';

/** Maximum for a start. Measured: 0.5 s on two cores. */
const START_TIMEOUT_MS = 60_000;
/** Time to end after SIGTERM; then SIGKILL follows. */
const STOP_TIMEOUT_MS = 5_000;
const POLL_INTERVAL_MS = 25;

/** The services that the laptop cloud calls. No others, because Lambda, for example, would run code on this computer. */
const SERVICES = ['cloudformation', 'iam', 'kms', 's3', 'ssm', 'sts'] as const;

/** A running AWS emulator. */
export interface Emulator {
  /** `https://localhost:P` */
  readonly endpoint: string;
  /** `http://localhost:P2`, to test that requests without TLS are refused. */
  readonly plainEndpoint: string;
  readonly account: string;
  readonly region: string;
  /** Secret of this run, from which the root secrets of accounts are derived (`rootOf`). */
  readonly runKey: string;
  readonly certificateFile: string;
  readonly certificatePem: string;
  readonly pid: number;
  /** Stops the emulator and waits for its end. May be called again. */
  readonly stop: () => Promise<void>;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<EmulatorExit>;
}

/** End of the emulator, with its log. */
interface EmulatorExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly log: string;
}

export interface EmulatorProps {
  /** Folder of this run, for the certificate and its key. */
  readonly directory: string;
  /** Folder shared by all runs, for the Python packages. */
  readonly cacheDirectory: string;
  readonly account: string;
  readonly region: string;
  /** Issuers whose tokens AssumeRoleWithWebIdentity accepts, with their keys. @default - none */
  readonly issuerKeys?: IssuerKeys;
  /** Port of the S3 pass-through; clients sign requests for it. @default - none */
  readonly frontPort?: number;
  /** Proxy variables, for the installation only. @default - those of this process */
  readonly proxies?: NodeJS.ProcessEnv;
  readonly report: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** JSON Web Key Set of each issuer. AWS would fetch it from the issuer. */
type IssuerKeys = Readonly<Record<string, { readonly keys: readonly JsonWebKey[] }>>;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;
const PORTS = z.object({ tls: z.number(), plain: z.number() });
type Ports = z.infer<typeof PORTS>;

/**
 * Starts MiniStack with our rules on two free ports of 127.0.0.1, and waits until it is ready. The first call installs it.
 * It stores everything in memory, and ends with this process, even after `kill -9`. Clients need this run's key
 * (`emulator/guard.py`).
 *
 * @throws when it cannot be installed or started, with its last output
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
  // -I ignores PYTHON* variables and user packages; -B writes no __pycache__ into the sources.
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

/** Only these variables, because MiniStack would read dozens of others. */
function environment(props: EmulatorProps, certificate: Certificate, runKey: string): NodeJS.ProcessEnv {
  return {
    ...basicEnvironment(),
    AUTH: 'true',
    SERVICES: SERVICES.join(','),
    // Not an argument, because all users of the computer can read arguments.
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
  // Ignored: an error here means that the process has ended, and its exit is reported.
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
      throw new Error(startFailure(exit.signal ?? `exit code ${exit.code}`, exit.log));
    }),
    timeout.then(() => {
      throw new Error(startFailure(`no answer within ${START_TIMEOUT_MS / 1000} s`, ''));
    }),
  ]);
  // Avoids an unhandled rejection when the start succeeds.
  failed.catch(() => undefined);
  try {
    const ports = await Promise.race([readPorts(child), failed]);
    while (!(await Promise.race([isReady(ports.tls, ca), failed]))) await sleep(POLL_INTERVAL_MS);
    return ports;
  } finally {
    overdue.abort();
    timeout.catch(() => undefined);
  }
}

/** Reads the ports from the first line. The emulator binds them itself, so no other program can take them before. */
function readPorts(child: Child): Promise<Ports> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => {
      try {
        resolve(PORTS.parse(JSON.parse(line)));
      } catch (error) {
        reject(new Error(startFailure(`the output ${line}`, ''), { cause: error }));
      }
    });
  });
}

function isReady(port: number, ca: string): Promise<boolean> {
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
    name: 'AWS emulator',
    wrong: 'did not start',
    got,
    why: 'Nothing can be deployed without it.',
    fix: 'See its last lines. If they name a missing module, delete `.local` and run the command again:',
  });
  return `${what}\n${tail(log)}`;
}
