import { BUCKET_LINES } from '../../contract/watch-lines';
import type { BucketAccess } from '../config';
import type { Log } from '../log/logger';
import {
  BucketUnreadable,
  type Bucket,
  type LinkOptions,
  type ObjectHead,
  type ObjectLink,
  type ObjectVersion,
  type OpenUpload,
  type UnreadableReason,
} from './bucket';

/** A bucket that remembers whether it can be read. */
export interface LookableBucket extends Bucket {
  /** Since when it cannot be read, epoch ms. Undefined: it can, or was never asked. */
  readonly unreadableSinceMs: number | undefined;
}

export interface OpenBucketOptions {
  readonly log: Log;
  /** Epoch ms. */
  readonly now: () => number;
  /** @default the real one, with AWS's packages */
  readonly open?: (access: BucketAccess, warn: (text: string) => void) => Promise<Bucket>;
}

/** What an operator can do about each reason. */
const FIXES: Readonly<Record<UnreadableReason, string>> = {
  'no-token': 'Run `npx recordings doctor`: it checks the managed identity and the audience application.',
  'role-refused': 'Run `npx recordings doctor`: it checks the identity provider and the reader role.',
  denied: 'Run `npx recordings doctor`: it checks the reader role, the bucket and its account.',
  'no-bucket':
    'Check TAVUS_RECORDING_S3_BUCKET_NAME and TAVUS_RECORDING_S3_BUCKET_REGION, or run `cdk deploy`.',
  unreachable: 'Check the way out to AWS: DNS, firewall, proxy. It is tried again at the next look.',
};

/** Opens the bucket as the configuration says. Nothing of AWS is loaded before the first request. */
export const openBucket = (access: BucketAccess, options: OpenBucketOptions): LookableBucket =>
  new LazyBucket(access, options);

async function openReal(access: BucketAccess, warn: (text: string) => void): Promise<Bucket> {
  const [{ openS3Bucket }, { credentialsFor }] = await Promise.all([
    import('./s3-bucket.js'),
    import('./credentials.js'),
  ]);
  return openS3Bucket({ ...access, credentials: credentialsFor(access, { warn }) });
}

type Call = 'versions' | 'objects' | 'uploads' | 'head' | 'read' | 'link';

interface Failure {
  readonly error: BucketUnreadable;
  readonly sinceMs: number;
}

class LazyBucket implements LookableBucket {
  readonly #access: BucketAccess;
  readonly #options: OpenBucketOptions;
  #opening: Promise<Bucket> | undefined;
  /** Calls that failed the last time: rights are given to each of its own. */
  readonly #failures = new Map<Call, Failure>();
  /** The last line in the log. Undefined: there was none. */
  #told: UnreadableReason | 'readable' | undefined;

  constructor(access: BucketAccess, options: OpenBucketOptions) {
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

  objects(prefix: string): AsyncIterable<readonly ObjectVersion[]> {
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

  async link(key: string, options?: LinkOptions): Promise<ObjectLink> {
    return this.#ask('link', (bucket) => bucket.link(key, options));
  }

  close(): void {
    // What cannot be opened has nothing to close.
    this.#opening?.then((bucket) => bucket.close()).catch(() => undefined);
  }

  #open(): Promise<Bucket> {
    const { log, open = openReal } = this.#options;
    this.#opening ??= open(this.#access, (text) => log.warn(text));
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
    // A link is made without a request, so that one could be made proves no right.
    if (error === undefined && call === 'link') return;
    if (error === undefined) this.#failures.delete(call);
    else {
      const sinceMs = this.#failures.get(call)?.sinceMs ?? this.#options.now();
      this.#failures.set(call, { error, sinceMs });
    }
    this.#tell();
  }

  #tell(): void {
    const [failure] = this.#failures.values();
    const reason = failure?.error.reason ?? 'readable';
    if (reason === this.#told) return;
    this.#told = reason;
    const { log } = this.#options;
    const { bucket, kind } = this.#access;
    if (failure === undefined) {
      log.info({ bucket, access: kind }, BUCKET_LINES.readable);
      return;
    }
    const { error, sinceMs } = failure;
    log.error(
      { bucket, access: kind, reason: error.reason, since: sinceMs, fix: FIXES[error.reason], err: error },
      BUCKET_LINES.unreadable,
    );
  }
}
