import { randomBytes } from 'node:crypto';
import type { Proxy } from '../../contract/proxy';
import type { Log } from '../log/logger';
import { openPool } from '../tavus/pool';

/** What somebody who has not signed in gets from our own public address. */
export interface StrangersAnswer {
  readonly status: number;
  readonly location: string | undefined;
}

/** Asks an address without signing in, following no redirect. Undefined, or a rejection: nothing answered. */
export type AskAsStranger = (url: string) => Promise<StrangersAnswer | undefined>;

const ANSWER_MS = 5_000;

/** Over the network, by a connection of its own: the way of everybody else. */
export const askAsStranger =
  (proxy: Proxy | undefined): AskAsStranger =>
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

/** How often it is looked at while it is there. */
const EVERY_MS = 300_000;

/** How often it is looked for: a first deployment makes the app before its sign-in. */
export const MISSING_EVERY_SEC = 15;

/** Redirects that are meant for one request. A permanent one says that the address has moved. */
const REDIRECTS: ReadonlySet<number> = new Set([302, 303, 307]);

export interface SignInWatchOptions {
  readonly publicBaseUrl: string;
  readonly ask: AskAsStranger;
  readonly log: Pick<Log, 'info' | 'error'>;
}

/**
 * Sees for itself whether Container Apps authentication stands in front of the backend. Its headers say who is calling and
 * carry no signature: they are worth something only because the platform takes away what callers send under these names.
 * The sign-in is a resource of its own, made after the app, and can be deleted or switched off without a new revision.
 *
 * So a request for an address that nobody can guess is sent to our own public address, without signing in. Only the answer
 * of a sign-in counts: 401, or a redirect to `/.auth/` or to another origin. A request that arrives here, no answer, and
 * every other answer mean that it is missing.
 */
export class SignInWatch {
  private inFront: boolean | undefined;
  private probe = '';
  private hasArrived = false;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly options: SignInWatchOptions) {}

  /** False until it was seen. */
  get isInFront(): boolean {
    return this.inFront === true;
  }

  /** Looks now, and from then on until {@link stop}. */
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

  /** Takes note of each request that has arrived. */
  note(url: string): void {
    if (this.probe !== '' && url.includes(this.probe)) this.hasArrived = true;
  }

  /** Never rejects. */
  async check(): Promise<void> {
    const { publicBaseUrl, ask, log } = this.options;
    this.probe = randomBytes(16).toString('hex');
    this.hasArrived = false;
    const answer = await ask(`${publicBaseUrl}/${this.probe}`).catch(() => undefined);
    const reason = this.reason(answer);
    const isInFront = reason === undefined;
    if (this.inFront === isInFront) return;
    this.inFront = isInFront;
    if (isInFront) log.info('Sign-in is in front of the backend');
    else log.error({ reason }, 'Sign-in missing: all starts are refused');
  }

  /** Why an answer shows no sign-in; undefined when it shows one. */
  private reason(answer: StrangersAnswer | undefined): string | undefined {
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
