import {
  BucketUnreadable,
  type ObjectHead,
  type ObjectLink,
  type ObjectVersion,
  type OpenUpload,
  type UnreadableReason,
} from '../../../app/recordings/bucket';
import type { MonitoredBucket } from '../../../app/recordings/open-bucket';

/** Requests that a bucket can refuse. */
export type BucketCall = 'versions' | 'objects' | 'uploads' | 'head' | 'read';

export interface StoredVersion {
  readonly key: string;
  readonly versionId: string;
  /** Undefined: a delete marker. */
  readonly body: Uint8Array | undefined;
  readonly head: Omit<ObjectHead, 'versionId' | 'bytes' | 'modifiedMs'>;
  readonly modifiedMs: number;
}

export type PutOptions = Partial<StoredVersion['head'] & Pick<StoredVersion, 'modifiedMs' | 'versionId'>>;

const LINK_MS = 15 * 60_000;

/** A versioned bucket in memory. It lists in S3's order: by key in bytes, newest version first. */
export class MemoryBucket implements MonitoredBucket {
  unreadableSinceMs: number | undefined;
  /** Every request, in order: `read tavus/c1/1 v1 0-64`. */
  readonly requests: string[] = [];
  /** Versions of one page of a listing. */
  pageSize = 1000;
  readonly #now: () => number;
  /** Oldest first. */
  readonly #stored: StoredVersion[] = [];
  readonly #uploads = new Map<string, OpenUpload>();
  readonly #denied = new Map<BucketCall, UnreadableReason>();
  #cutAfter: number | undefined;
  #count = 0;

  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  /** Adds a version, SSE-S3 unless told otherwise. Returns its id. */
  put(key: string, body: Uint8Array, options: PutOptions = {}): string {
    this.#count += 1;
    const { versionId = `v${this.#count}`, modifiedMs = this.#now(), ...head } = options;
    const promised = { encryption: 's3', keyArn: undefined, checksum: undefined, expiresMs: undefined };
    this.#stored.push({
      key,
      versionId,
      body,
      head: { ...promised, contentType: undefined, ...head },
      modifiedMs,
    });
    return versionId;
  }

  /** Deletes as S3 does in a versioned bucket: adds a marker. */
  mark(key: string): string {
    this.#count += 1;
    const versionId = `v${this.#count}`;
    const head = { encryption: 's3', keyArn: undefined, checksum: undefined, contentType: undefined };
    this.#stored.push({
      key,
      versionId,
      body: undefined,
      head: { ...head, expiresMs: undefined },
      modifiedMs: this.#now(),
    });
    return versionId;
  }

  /** Removes one version, or marker, for good. */
  remove(key: string, versionId: string): void {
    const index = this.#stored.findIndex((one) => one.key === key && one.versionId === versionId);
    if (index === -1) throw new Error(`The test removes ${key} ${versionId}, which is not there.`);
    this.#stored.splice(index, 1);
  }

  addUpload(upload: OpenUpload): void {
    this.#uploads.set(upload.uploadId, upload);
  }

  endUpload(uploadId: string): void {
    if (!this.#uploads.delete(uploadId))
      throw new Error(`The test ends upload ${uploadId}, which is not there.`);
  }

  /** Refuses these requests from now on; undefined: none. */
  deny(reason: UnreadableReason | undefined, ...calls: readonly BucketCall[]): void {
    const all: readonly BucketCall[] = ['versions', 'objects', 'uploads', 'head', 'read'];
    for (const call of calls.length === 0 ? all : calls) {
      if (reason === undefined) this.#denied.delete(call);
      else this.#denied.set(call, reason);
    }
  }

  /** Breaks off listings after this number of pages from now on; undefined: never. */
  cutListings(afterPages: number | undefined): void {
    this.#cutAfter = afterPages;
  }

  async *versions(prefix: string): AsyncGenerator<readonly ObjectVersion[]> {
    yield* this.#pages('versions', prefix, () => true);
  }

  async *objects(prefix: string): AsyncGenerator<readonly ObjectVersion[]> {
    yield* this.#pages('objects', prefix, ({ isLatest, isMarker }) => isLatest && !isMarker);
  }

  async uploads(prefix: string): Promise<readonly OpenUpload[]> {
    this.#ask('uploads', prefix);
    return [...this.#uploads.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .toSorted((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));
  }

  async head(key: string, versionId?: string): Promise<ObjectHead | undefined> {
    this.#ask('head', key, versionId);
    const found = this.#find(key, versionId);
    if (found?.body === undefined) return undefined;
    return {
      ...found.head,
      versionId: found.versionId,
      bytes: found.body.byteLength,
      modifiedMs: found.modifiedMs,
    };
  }

  async read(key: string, versionId: string, from: number, to: number): Promise<Uint8Array> {
    this.#ask('read', key, versionId, `${from}-${to}`);
    const body = this.#find(key, versionId)?.body;
    if (body === undefined || from < 0 || from >= to || to > body.byteLength) {
      throw new Error(`S3 would not answer a range ${from}-${to} of ${key} ${versionId}.`);
    }
    return body.slice(from, to);
  }

  async link(
    key: string,
    { versionId, fileName }: { readonly versionId?: string; readonly fileName?: string } = {},
  ): Promise<ObjectLink> {
    const url = new URL(`https://bucket.example/${key}`);
    if (versionId !== undefined) url.searchParams.set('versionId', versionId);
    if (fileName !== undefined) url.searchParams.set('fileName', fileName);
    return { url: url.href, expiresMs: this.#now() + LINK_MS };
  }

  close(): void {
    // It holds nothing open.
  }

  #ask(call: BucketCall, ...words: readonly (string | undefined)[]): void {
    this.requests.push([call, ...words.filter((word) => word !== undefined)].join(' '));
    const reason = this.#denied.get(call);
    if (reason !== undefined) throw new BucketUnreadable(reason, `The test refuses ${call}.`);
  }

  #find(key: string, versionId: string | undefined): StoredVersion | undefined {
    return this.#stored.findLast(
      (one) => one.key === key && (versionId === undefined || one.versionId === versionId),
    );
  }

  #all(prefix: string): readonly ObjectVersion[] {
    const latest = new Map(this.#stored.map((one) => [one.key, one]));
    return this.#stored
      .toReversed()
      .filter(({ key }) => key.startsWith(prefix))
      .map((one) => ({
        key: one.key,
        versionId: one.versionId,
        isLatest: latest.get(one.key) === one,
        isMarker: one.body === undefined,
        bytes: one.body?.byteLength ?? 0,
        modifiedMs: one.modifiedMs,
      }))
      .toSorted((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));
  }

  async *#pages(
    call: 'versions' | 'objects',
    prefix: string,
    isListed: (one: ObjectVersion) => boolean,
  ): AsyncGenerator<readonly ObjectVersion[]> {
    this.#ask(call, prefix);
    const all = this.#all(prefix).filter(isListed);
    for (let page = 0; page * this.pageSize < all.length || page === this.#cutAfter; page += 1) {
      if (page === this.#cutAfter) throw new BucketUnreadable('unreachable', 'The test cuts this listing.');
      yield all.slice(page * this.pageSize, (page + 1) * this.pageSize);
    }
  }
}
