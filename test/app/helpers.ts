import { Writable } from 'node:stream';
import { buildApp, type BackendServer, type Deps } from '../../app/app';
import type { Clock } from '../../app/clock';
import { readConfig } from '../../app/config';
import type { Log } from '../../app/log/logger';
import { CONSENT_TEXT_VERSIONS } from '../../contract/consent-text';
import type { SimulatorOptions } from '../../local/tavus/options';
import { bench, closeAll, KEY, type Bench } from '../local/tavus/helpers';
import { BUCKET, REGION, ROLE_ARN } from '../local/tavus/fake-cloud';

export { BUCKET, KEY, REGION, ROLE_ARN };
export const PUBLIC_BASE_URL = 'http://localhost:8080';
export const SECRET = 'a-callback-secret-of-some-length';
export const PREVIOUS_SECRET = 'the-callback-secret-before-it';

export const OFF: NodeJS.ProcessEnv = {
  TAVUS_API_KEY: KEY,
  TAVUS_REPLICA_ID: 'r_laptop',
  LOG_LEVEL: 'debug',
  HOST: '127.0.0.1',
  PORT: '0',
};
export const CALLBACKS: NodeJS.ProcessEnv = { PUBLIC_BASE_URL, CALLBACK_SECRETS: SECRET };
export const ON: NodeJS.ProcessEnv = {
  ...OFF,
  ...CALLBACKS,
  TAVUS_ENABLE_RECORDING: 'true',
  TAVUS_RECORDING_S3_BUCKET_NAME: BUCKET,
  TAVUS_RECORDING_S3_BUCKET_REGION: REGION,
  TAVUS_AWS_ASSUME_ROLE_ARN: ROLE_ARN,
};
/** Given half a minute before {@link TestClock} begins. */
export const CONSENT = {
  text_version: CONSENT_TEXT_VERSIONS[0],
  accepted_at: '2026-06-01T09:59:30.000Z',
  locale: 'en-GB',
};

/** A fake clock: a wait ends at once and moves the clock. */
export class TestClock implements Clock {
  readonly slept: number[] = [];
  private at = Date.UTC(2026, 5, 1, 10, 0, 0);

  now(): number {
    return this.at;
  }

  sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.at += ms;
    return Promise.resolve();
  }

  advance(ms: number): void {
    this.at += ms;
  }
}

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A log in memory. */
export class LogMemory extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }

  lines(): LogLine[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): LogLine => JSON.parse(line));
  }

  messages(): string[] {
    return this.lines().map(({ msg }) => msg);
  }

  find(msg: string): LogLine | undefined {
    return this.lines().find((line) => line.msg === msg);
  }
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

type SomeHeaders = Readonly<Record<string, string>>;

/** The backend, listening on a free port of the loopback address. */
export interface RunningBackend {
  readonly url: string;
  readonly backend: BackendServer;
  readonly log: LogMemory;
  readonly clock: TestClock;
  /** A string is sent unchanged; `undefined` sends no body. */
  post(path: string, body?: unknown, headers?: SomeHeaders): Promise<HttpReply>;
  get(path: string, headers?: SomeHeaders): Promise<HttpReply>;
  close(): Promise<void>;
}

const opened: RunningBackend[] = [];

/** For `afterEach`: closes everything that a test opened. */
export async function closeEverything(): Promise<void> {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await closeAll();
}

/** Starts a backend whose Tavus is at `apiBaseUrl`. */
export async function open(
  apiBaseUrl: string,
  env: NodeJS.ProcessEnv,
  deps: Deps = {},
): Promise<RunningBackend> {
  const log = new LogMemory();
  const clock = new TestClock();
  const config = readConfig({ TAVUS_API_BASE_URL: apiBaseUrl, ...env });
  const backend = await buildApp(config, { clock, logStream: log, limits: null, ...deps });
  const url = await backend.app.listen({ host: '127.0.0.1', port: 0 });
  const send = async (
    method: string,
    path: string,
    body: unknown,
    headers: SomeHeaders,
  ): Promise<HttpReply> => readReply(await fetch(`${url}${path}`, { method, ...bodyOf(body, headers) }));
  const self: RunningBackend = {
    url,
    backend,
    log,
    clock,
    post: (path, body, headers = {}) => send('POST', path, body, headers),
    get: (path, headers = {}) => send('GET', path, undefined, headers),
    async close() {
      backend.app.server.closeAllConnections();
      await backend.app.close();
    },
  };
  opened.push(self);
  return self;
}

function bodyOf(body: unknown, headers: SomeHeaders): RequestInit {
  if (body === undefined) return { headers: { ...headers } };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { headers: { 'content-type': 'application/json', ...headers }, body: text };
}

export async function readReply(reply: Response): Promise<HttpReply> {
  const text = await reply.text();
  const isJson = (reply.headers.get('content-type') ?? '').includes('json');
  return { status: reply.status, headers: reply.headers, text, json: isJson ? JSON.parse(text) : {} };
}

export interface Both extends RunningBackend {
  readonly tavus: Bench;
  /** Bodies of the create requests, oldest first. */
  created(): Promise<Record<string, unknown>[]>;
  /** Starts a conversation or fails. */
  start(body?: object, headers?: SomeHeaders): Promise<StartedReply>;
  /** The backend after a restart, with empty memory. */
  restart(env?: NodeJS.ProcessEnv): Promise<RunningBackend>;
}

export interface StartedReply {
  readonly conversation_id: string;
  readonly conversation_url: string;
  readonly page_token: string;
  readonly meeting_token?: string;
  readonly recording: { readonly enabled: boolean; readonly reason?: string };
}

/** A backend and its Tavus simulator, which sends callbacks over HTTP. */
export async function openBoth(
  env: NodeJS.ProcessEnv = ON,
  deps: Deps = {},
  simulator: Partial<SimulatorOptions> = {},
): Promise<Both> {
  let receiver = '';
  const deliver = async (url: string, body: string): Promise<number> => {
    const { status } = await fetch(url.replace(PUBLIC_BASE_URL, receiver), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return status;
  };
  const tavus = await bench({ deliver, ...simulator });
  const { apiBaseUrl } = tavus.simulator;
  const one = await open(apiBaseUrl, env, deps);
  receiver = one.url;
  return {
    ...one,
    tavus,
    async created() {
      const { requests }: { requests: { body: Record<string, unknown> }[] } = JSON.parse(
        (await tavus.sim('/requests')).text,
      );
      return requests.map(({ body }) => body);
    },
    async start(body = {}, headers = {}) {
      const reply = await one.post('/tavus/start', body, headers);
      if (reply.status !== 200) throw new Error(`start: ${reply.status} ${reply.text}`);
      return JSON.parse(reply.text);
    },
    async restart(newEnv = env) {
      await one.close();
      const next = await open(apiBaseUrl, newEnv, deps);
      receiver = next.url;
      return next;
    },
  };
}

/** A log that is discarded. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
  level: 'silent',
};

/** A sign-in in front of the backend. */
export const SIGN_IN: Deps = {
  askUnauthenticated: () => Promise.resolve({ status: 401, location: undefined }),
};
