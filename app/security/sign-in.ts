import { randomBytes } from 'node:crypto';
import type { Proxy } from '../../contract/proxy';
import type { Log } from '../log/logger';
import { openPool } from '../tavus/pool';

/** The answer of our own public address to a request without sign-in. */
export interface UnauthenticatedAnswer {
  readonly status: number;
  readonly location: string | undefined;
}

/** Requests an address without signing in, and follows no redirect. Undefined or a rejection: no answer came. */
export type AskUnauthenticated = (url: string) => Promise<UnauthenticatedAnswer | undefined>;

const ANSWER_MS = 5_000;

/** Over the network and a new connection, as any outside client does. */
export const askUnauthenticated =
  (proxy: Proxy | undefined): AskUnauthenticated =>
  async (url) => {
    const { origin, pathname } = new URL(url);
    const connections = await openPool(origin, ANSWER_MS, proxy);
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const { statusCode, headers, body } = await connections.request({
        method: 'GET',
        path: pathname,
        signal,
      });
      await body.dump();
      const { location } = headers;
      return { status: statusCode, location: typeof location === 'string' ? location : undefined };
    } finally {
      await connections.destroy();
    }
  };

/** Check interval while the sign-in is present. */
const EVERY_MS = 300_000;

/** Check interval while it is missing. Short, because a first deployment creates the app before its sign-in. */
export const MISSING_EVERY_SEC = 15;

/** Temporary redirects. A permanent one means that the address has moved. */
const REDIRECTS: ReadonlySet<number> = new Set([302, 303, 307]);

export interface SignInWatchOptions {
  readonly publicBaseUrl: string;
  readonly ask: AskUnauthenticated;
  readonly log: Pick<Log, 'info' | 'error'>;
}

/**
 * Checks whether Container Apps authentication is in front of the backend. Its headers name the caller without a signature;
 * we can trust them only because the platform removes incoming headers of these names. The sign-in is a separate resource,
 * created after the app, and can be deleted or disabled without a new revision.
 *
 * The check requests a random path of our own public address without signing in. The sign-in is present when the answer
 * is 401, or a redirect to `/.auth/` or to another origin. It is missing when the request reaches this process, when no
 * answer comes, and for every other answer.
 */
export class SignInWatch {
  private inFront: boolean | undefined;
  private token = '';
  private hasArrived = false;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly options: SignInWatchOptions) {}

  /** False until the first successful check. */
  get isInFront(): boolean {
    return this.inFront === true;
  }

  /** Checks now and repeatedly until {@link stop}. */
  start(): void {
    void this.watch();
  }

  private async watch(): Promise<void> {
    await this.check();
    if (this.isStopped) return;
    this.timer = setTimeout(() => this.start(), this.isInFront ? EVERY_MS : MISSING_EVERY_SEC * 1000);
    this.timer.unref();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** Call for each incoming request. */
  note(url: string): void {
    if (this.token !== '' && url.includes(this.token)) this.hasArrived = true;
  }

  /** Never rejects. */
  async check(): Promise<void> {
    const { publicBaseUrl, ask, log } = this.options;
    this.token = randomBytes(16).toString('hex');
    this.hasArrived = false;
    const answer = await ask(`${publicBaseUrl}/${this.token}`).catch(() => undefined);
    const reason = this.reason(answer);
    const isInFront = reason === undefined;
    if (this.inFront === isInFront) return;
    this.inFront = isInFront;
    if (isInFront) log.info('Sign-in is in front of the backend');
    else log.error({ reason }, 'Sign-in missing: all starts are refused');
  }

  /** Why the sign-in counts as missing; undefined when it is present. */
  private reason(answer: UnauthenticatedAnswer | undefined): string | undefined {
    if (this.hasArrived) return 'a request without signing in reached the backend';
    if (answer === undefined) return 'nothing answered';
    const { status, location } = answer;
    if (status === 401 || (REDIRECTS.has(status) && this.isSignIn(location))) return undefined;
    return `the answer was ${status}, and no sign-in`;
  }

  private isSignIn(location: string | undefined): boolean {
    const { publicBaseUrl } = this.options;
    if (location === undefined || !URL.canParse(location, publicBaseUrl)) return false;
    const { origin, pathname } = new URL(location, publicBaseUrl);
    return origin !== publicBaseUrl || pathname.startsWith('/.auth/');
  }
}
