/** One version of an object, or a marker that hides the versions before it. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  /** A delete marker: it has no bytes. */
  readonly isMarker: boolean;
  readonly bytes: number;
  /** When it was written, epoch ms by the clock of S3. */
  readonly modifiedMs: number;
}

/** A current version as a listing without versions shows it. */
export type CurrentObject = Pick<ObjectVersion, 'key' | 'bytes' | 'modifiedMs'>;

/** An upload that was neither completed nor aborted. No list of objects shows it. */
export interface OpenUpload {
  readonly key: string;
  readonly uploadId: string;
  /** Epoch ms by the clock of S3. */
  readonly startedMs: number;
  /** When its newest part was written; undefined: it has none. */
  readonly lastPartMs: number | undefined;
}

/** What S3 says of one version without sending it. */
export interface ObjectHead {
  readonly versionId: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** `s3`, `kms`, or S3's own word for another one. */
  readonly encryption: string;
  readonly keyArn: string | undefined;
  /** Such as `CRC64NVME:<base64>`. S3 adds one to an object that came without. */
  readonly checksum: string | undefined;
  readonly contentType: string | undefined;
  /** When a lifecycle rule expires it, epoch ms (`x-amz-expiration`). */
  readonly expiresMs: number | undefined;
}

/** An address under which one version can be fetched without credentials. */
export interface ObjectLink {
  readonly url: string;
  /** Epoch ms. */
  readonly expiresMs: number;
}

export interface LinkOptions {
  /** Undefined: the current one. */
  readonly versionId?: string;
  /** Makes it a download under this name. @default it plays in the page */
  readonly fileName?: string;
}

/** Why a bucket cannot be read. `denied` is also what S3 answers for a bucket of another account. */
export type UnreadableReason = 'no-token' | 'role-refused' | 'denied' | 'no-bucket' | 'unreachable';

/** Says nothing about what is in the bucket. */
export class BucketUnreadable extends Error {
  override readonly name = 'BucketUnreadable';
  constructor(
    readonly reason: UnreadableReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * What may be asked of a bucket; nothing changes it. Each call names the bucket's account, and rejects with
 * {@link BucketUnreadable} when it is not answered: a listing that breaks off half-way is no listing.
 */
export interface Bucket {
  /** All versions and markers below a prefix, by key, newest first, some at a time. */
  versions(prefix: string): AsyncIterable<readonly ObjectVersion[]>;
  /** The current objects below a prefix, by key, some at a time. */
  objects(prefix: string): AsyncIterable<readonly CurrentObject[]>;
  uploads(prefix: string): Promise<readonly OpenUpload[]>;
  /** Undefined: there is no such object, or version. */
  head(key: string, versionId?: string): Promise<ObjectHead | undefined>;
  /** Bytes from `from` up to, and without, `to`. */
  read(key: string, versionId: string, from: number, to: number): Promise<Uint8Array>;
  /** Lives for 15 minutes. Making one is no request to S3. */
  link(key: string, options?: LinkOptions): Promise<ObjectLink>;
  close(): void;
}
