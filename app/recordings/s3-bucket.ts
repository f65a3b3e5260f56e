import type { Bucket } from './bucket';
import type { CredentialsProvider } from './credentials';

export interface S3BucketOptions {
  readonly bucket: string;
  readonly region: string;
  /** Of the bucket: S3 refuses if it belongs to another one. */
  readonly account: string;
  readonly credentials: CredentialsProvider;
  /** @default S3's own in the region */
  readonly endpoint?: string;
}

export function openS3Bucket(_options: S3BucketOptions): Bucket {
  throw new Error('Not there yet.');
}
