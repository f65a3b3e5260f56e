import type { Proxy } from '../../contract/proxy';
import { BUCKET_LINES } from '../../contract/watch-lines';
import type { BucketAccessConfig } from '../config';
import { evidence, type Log } from '../log/logger';
import { awsHttp } from './aws-http';
import {
  BucketUnreadable,
  type Bucket,
  type CurrentObject,
  type PresignOptions,
  type ObjectHead,
  type ObjectLink,
  type ObjectVersion,
  type OpenUpload,
  type UnreadableReason,
} from './bucket';

/** A bucket that remembers whether it can be read. */
export interface MonitoredBucket extends Bucket {
  /** Since when it cannot be read, epoch ms. Undefined: it is readable, or was never used. */
  readonly unreadableSinceMs: number | undefined;
}

export interface OpenBucketOptions {
  readonly log: Log;
  /** Epoch ms. */
  readonly now: () => number;
  /** @default opens the S3 bucket with AWS's packages */
  readonly open?: OpenWith;
  /** Proxy for requests to AWS. Undefined: no proxy. */
  readonly proxy?: Proxy | undefined;
}

interface OpenContext {
  readonly warn: (text: string) => void;
  readonly proxy: Proxy | undefined;
}

type OpenWith = (access: BucketAccessConfig, context: OpenContext) => Promise<Bucket>;

/** Opens the configured bucket. Loads AWS's packages at the first request. */
export const openBucket = (access: BucketAccessConfig, options: OpenBucketOptions): MonitoredBucket =>
  new LazyBucket(access, options);

const openReal: OpenWith = async (access, { warn, proxy }) => {
  const [{ openS3Bucket }, { credentialsFor }] = await Promise.all([
    import('./s3-bucket.js'),
    import('./credentials.js'),
  ]);
  const requestHandler = awsHttp(proxy);
  const credentials = credentialsFor(access, { warn, requestHandler });
  return openS3Bucket({ ...access, credentials, requestHandler });
};

/** How long AWS may be unreachable before it is logged as an error. */
const PASSING_MS = 5 * 60_000;

type Call = 'versions' | 'objects' | 'uploads' | 'head' | 'read' | 'link';

interface Failure {
  readonly error: BucketUnreadable;
  readonly sinceMs: number;
}

class LazyBucket implements MonitoredBucket {
  readonly #access: BucketAccessConfig;
  readonly #options: OpenBucketOptions;
  #opening: Promise<Bucket> | undefined;
  /** Calls whose last attempt failed. Per call, because each needs its own permission. */
  readonly #failures = new Map<Call, Failure>();
  /** The last line in the log. Undefined: there was none. */
  #told: UnreadableReason | 'readable' | undefined;

  constructor(access: BucketAccessConfig, options: OpenBucketOptions) {
    this.#access = access;
    this.#options = options;
  }

  get unreadableSinceMs(): number | undefined {
    const since = [...this.#failures.values()].map(({ sinceMs }) => sinceMs);
    return since.length === 0 ? undefined : Math.min(...since);
  }

  versions(prefix: string): AsyncIterable<readonly ObjectVersion[]> {
    return this.#pages('versions', (bucket) => bucket.versions(prefix));
  }

  objects(prefix: string): AsyncIterable<readonly CurrentObject[]> {
    return this.#pages('objects', (bucket) => bucket.objects(prefix));
  }

  async uploads(prefix: string): Promise<readonly OpenUpload[]> {
    return this.#ask('uploads', (bucket) => bucket.uploads(prefix));
  }

  async head(key: string, versionId?: string): Promise<ObjectHead | undefined> {
    return this.#ask('head', (bucket) => bucket.head(key, versionId));
  }

  async read(key: string, versionId: string, from: number, to: number): Promise<Uint8Array> {
    return this.#ask('read', (bucket) => bucket.read(key, versionId, from, to));
  }

  async link(key: string, options?: PresignOptions): Promise<ObjectLink> {
    return this.#ask('link', (bucket) => bucket.link(key, options));
  }

  close(): void {
    // If opening failed, there is nothing to close.
    this.#opening?.then((bucket) => bucket.close()).catch(() => undefined);
  }

  #open(): Promise<Bucket> {
    const { log, open = openReal, proxy } = this.#options;
    this.#opening ??= open(this.#access, { warn: (text) => log.warn(text), proxy });
    return this.#opening;
  }

  async #ask<T>(call: Call, ask: (bucket: Bucket) => Promise<T>): Promise<T> {
    try {
      const answer = await ask(await this.#open());
      this.#note(call, undefined);
      return answer;
    } catch (error) {
      if (error instanceof BucketUnreadable) this.#note(call, error);
      throw error;
    }
  }

  async *#pages<T>(call: Call, ask: (bucket: Bucket) => AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* ask(await this.#open());
      this.#note(call, undefined);
    } catch (error) {
      if (error instanceof BucketUnreadable) this.#note(call, error);
      throw error;
    }
  }

  #note(call: Call, error: BucketUnreadable | undefined): void {
    if (error === undefined) {
      // Making a link sends no request, so success proves no permission.
      if (!this.#failures.delete(call) && call === 'link') return;
    } else {
      const sinceMs = this.#failures.get(call)?.sinceMs ?? this.#options.now();
      this.#failures.set(call, { error, sinceMs });
    }
    this.#tell();
  }

  /** A short outage is not logged: the next check tries again. */
  #isPassing(failure: Failure | undefined): boolean {
    return failure?.error.reason === 'unreachable' && this.#options.now() - failure.sinceMs < PASSING_MS;
  }

  #tell(): void {
    const [failure] = this.#failures.values();
    const state = failure?.error.reason ?? 'readable';
    if (state === this.#told || this.#isPassing(failure)) return;
    this.#told = state;
    // An alert looks for the line, whatever the log's level is.
    const log = evidence(this.#options.log);
    const { bucket, kind } = this.#access;
    if (failure === undefined) {
      log.info({ bucket, access: kind }, BUCKET_LINES.readable);
      return;
    }
    const { error, sinceMs } = failure;
    log.error(
      { bucket, access: kind, reason: error.reason, since: new Date(sinceMs).toISOString(), err: error },
      BUCKET_LINES.unreadable,
    );
  }
}
