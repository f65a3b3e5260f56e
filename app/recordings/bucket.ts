/** A version of an object, or a delete marker, which hides the versions before it. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  /** A delete marker: it has no bytes. */
  readonly isMarker: boolean;
  readonly bytes: number;
  /** When it was written, epoch ms by S3's clock. */
  readonly modifiedMs: number;
}

/** A current version, as in a listing without versions. */
export type CurrentObject = Pick<ObjectVersion, 'key' | 'bytes' | 'modifiedMs'>;

/** A multipart upload that was neither completed nor aborted. Object listings do not show it. */
export interface OpenUpload {
  readonly key: string;
  readonly uploadId: string;
  /** Epoch ms by S3's clock. */
  readonly startedMs: number;
  /** When its newest part was written; undefined without parts. */
  readonly lastPartMs: number | undefined;
}

/** Metadata of one version. */
export interface ObjectHead {
  readonly versionId: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** `s3`, `kms`, or S3's name for another kind. */
  readonly encryption: string;
  readonly keyArn: string | undefined;
  /** Such as `CRC64NVME:<base64>`. S3 adds one to an object uploaded without. */
  readonly checksum: string | undefined;
  readonly contentType: string | undefined;
  /** When a lifecycle rule expires it, epoch ms (`x-amz-expiration`). */
  readonly expiresMs: number | undefined;
}

/** A presigned URL of one version. */
export interface ObjectLink {
  readonly url: string;
  /** Epoch ms. */
  readonly expiresMs: number;
}

export interface PresignOptions {
  /** @default the current version */
  readonly versionId?: string;
  /** Makes the link a download with this name. @default it plays in the page */
  readonly fileName?: string;
}

/** Why a bucket cannot be read. `denied` includes a bucket in another account. */
export type UnreadableReason = 'no-token' | 'role-refused' | 'denied' | 'no-bucket' | 'unreachable';

/** A request to the bucket failed, so its content is unknown. */
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
 * Read access to a bucket. Each call names the bucket's account and rejects with {@link BucketUnreadable} when it fails. An
 * incomplete listing fails, too.
 */
export interface Bucket {
  /** All versions and delete markers below a prefix, by key, newest first, in pages. */
  versions(prefix: string): AsyncIterable<readonly ObjectVersion[]>;
  /** The current objects below a prefix, by key, in pages. */
  objects(prefix: string): AsyncIterable<readonly CurrentObject[]>;
  uploads(prefix: string): Promise<readonly OpenUpload[]>;
  /** Undefined: the object or version does not exist. */
  head(key: string, versionId?: string): Promise<ObjectHead | undefined>;
  /** Bytes from `from` (inclusive) to `to` (exclusive). */
  read(key: string, versionId: string, from: number, to: number): Promise<Uint8Array>;
  /** Valid for 15 minutes. Sends no request to S3. */
  link(key: string, options?: PresignOptions): Promise<ObjectLink>;
  close(): void;
}
