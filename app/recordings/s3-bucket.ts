import {
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  S3Client,
  type HeadObjectCommandOutput,
  type ListMultipartUploadsCommandOutput,
  type ListObjectsV2CommandOutput,
  type ListObjectVersionsCommandOutput,
  type ListPartsCommandOutput,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { defined } from '../../contract/defined';
import { failureOf, nameOf, statusOf } from './aws-failure';
import { awsHttp } from './aws-http';
import type {
  Bucket,
  CurrentObject,
  PresignOptions,
  ObjectHead,
  ObjectLink,
  ObjectVersion,
  OpenUpload,
} from './bucket';
import { decodeKey, toHead, toObjects, toUpload, toVersions, type ListedUpload } from './s3-answers';
import { unreadable } from './unreadable';

export interface S3BucketOptions {
  readonly bucket: string;
  readonly region: string;
  /** Owner of the bucket: S3 refuses requests if another account owns it. */
  readonly account: string;
  readonly credentials: NonNullable<S3ClientConfig['credentials']>;
  /** @default S3's endpoint of the region */
  readonly endpoint?: string;
  /** @default {@link awsHttp} without a proxy */
  readonly requestHandler?: NonNullable<S3ClientConfig['requestHandler']>;
}

/** Validity of a link. The credentials that sign it must be valid as long: see `credentials.ts`. */
const LINK_SEC = 15 * 60;

/** Opens an S3 bucket. Import this file lazily, because it loads AWS's packages. */
export function openS3Bucket(options: S3BucketOptions): Bucket {
  const { region, credentials, endpoint, requestHandler = awsHttp() } = options;
  const client = new S3Client({
    region,
    credentials,
    requestHandler,
    // Otherwise links contain checksum parameters, which browsers do not support.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // An emulator's host name has no subdomains.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
  return new S3Bucket(client, options);
}

class S3Bucket implements Bucket {
  readonly #client: S3Client;
  /** Parameters of every request. */
  readonly #which: { readonly Bucket: string; readonly ExpectedBucketOwner: string };

  constructor(client: S3Client, { bucket, account }: S3BucketOptions) {
    this.#client = client;
    this.#which = { Bucket: bucket, ExpectedBucketOwner: account };
  }

  async *versions(prefix: string): AsyncGenerator<readonly ObjectVersion[]> {
    let from = {};
    for (;;) {
      const page: ListObjectVersionsCommandOutput = await this.#ask('ListObjectVersions', () =>
        this.#client.send(
          new ListObjectVersionsCommand({ ...this.#which, ...IN_XML, Prefix: prefix, ...from }),
        ),
      );
      yield toVersions(page);
      if (page.IsTruncated !== true) return;
      const KeyMarker = decodeKey(this.#next('ListObjectVersions', page.NextKeyMarker), page.EncodingType);
      from = defined({ KeyMarker, VersionIdMarker: page.NextVersionIdMarker });
    }
  }

  async *objects(prefix: string): AsyncGenerator<readonly CurrentObject[]> {
    let from = {};
    for (;;) {
      const page: ListObjectsV2CommandOutput = await this.#ask('ListObjectsV2', () =>
        this.#client.send(new ListObjectsV2Command({ ...this.#which, ...IN_XML, Prefix: prefix, ...from })),
      );
      yield toObjects(page);
      if (page.IsTruncated !== true) return;
      from = { ContinuationToken: this.#next('ListObjectsV2', page.NextContinuationToken) };
    }
  }

  async uploads(prefix: string): Promise<readonly OpenUpload[]> {
    const found: OpenUpload[] = [];
    let from = {};
    for (;;) {
      const page: ListMultipartUploadsCommandOutput = await this.#ask('ListMultipartUploads', () =>
        this.#client.send(
          new ListMultipartUploadsCommand({ ...this.#which, ...IN_XML, Prefix: prefix, ...from }),
        ),
      );
      for (const one of page.Uploads ?? []) {
        const upload = toUpload(page, one);
        const lastPartMs = await this.#lastPart(upload);
        if (lastPartMs !== 'ended') found.push({ ...upload, lastPartMs });
      }
      if (page.IsTruncated !== true) return found;
      const KeyMarker = decodeKey(this.#next('ListMultipartUploads', page.NextKeyMarker), page.EncodingType);
      from = defined({ KeyMarker, UploadIdMarker: page.NextUploadIdMarker });
    }
  }

  async head(key: string, versionId?: string): Promise<ObjectHead | undefined> {
    try {
      return toHead(await this.#head(key, versionId));
    } catch (error) {
      // 405: a delete marker.
      if (statusOf(error) === 404 || statusOf(error) === 405) return undefined;
      throw failureOf(error, this.#which.Bucket, 'HeadObject');
    }
  }

  async read(key: string, versionId: string, from: number, to: number): Promise<Uint8Array> {
    const bytes = await this.#ask('GetObject', async () => {
      const command = new GetObjectCommand({
        ...this.#which,
        Key: key,
        VersionId: versionId,
        Range: `bytes=${from}-${to - 1}`,
      });
      const { Body } = await this.#client.send(command);
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    });
    if (bytes.byteLength === to - from) return bytes;
    throw this.#broken('GetObject', `${bytes.byteLength} bytes instead of ${to - from}`);
  }

  async link(key: string, { versionId, fileName }: PresignOptions = {}): Promise<ObjectLink> {
    const signedMs = Date.now();
    const command = new GetObjectCommand({
      ...this.#which,
      Key: key,
      ...defined({ VersionId: versionId }),
      ResponseContentType: 'video/mp4',
      ResponseCacheControl: 'private, no-store',
      ...(fileName !== undefined && { ResponseContentDisposition: disposition(fileName) }),
    });
    // The SDK moves the expected owner into the query, in lower case, which S3 requires there
    // (github.com/aws/aws-sdk-go-v2/issues/2508, read 2026-11-28).
    const url = await this.#ask('GetObject', () =>
      getSignedUrl(this.#client, command, { expiresIn: LINK_SEC }),
    );
    return { url, expiresMs: signedMs + LINK_SEC * 1000 };
  }

  close(): void {
    this.#client.destroy();
  }

  async #head(Key: string, versionId: string | undefined): Promise<HeadObjectCommandOutput> {
    const which = { ...this.#which, Key, ...defined({ VersionId: versionId }) };
    try {
      return await this.#client.send(new HeadObjectCommand({ ...which, ChecksumMode: 'ENABLED' }));
    } catch (error) {
      // Only the checksum needs the permission to decrypt (docs.aws.amazon.com, HeadObject, read 2026-11-28). Without it,
      // an object encrypted with a foreign key can still be described.
      if (statusOf(error) !== 403) throw error;
      return this.#client.send(new HeadObjectCommand(which));
    }
  }

  /** When an upload's newest part was written. `ended`: the upload was completed or aborted meanwhile. */
  async #lastPart({ key, uploadId }: ListedUpload): Promise<number | 'ended' | undefined> {
    let newest: number | undefined;
    let from = {};
    for (;;) {
      const page: ListPartsCommandOutput | 'ended' = await this.#ask('ListParts', async () => {
        const which = { ...this.#which, Key: key, UploadId: uploadId, ...from };
        return this.#client.send(new ListPartsCommand(which)).catch((error: unknown) => {
          if (nameOf(error) === 'NoSuchUpload') return 'ended' as const;
          throw error;
        });
      });
      if (page === 'ended') return page;
      for (const { LastModified } of page.Parts ?? []) {
        const ms = LastModified?.getTime();
        if (ms !== undefined) newest = Math.max(ms, newest ?? ms);
      }
      if (page.IsTruncated !== true) return newest;
      from = { PartNumberMarker: this.#next('ListParts', page.NextPartNumberMarker) };
    }
  }

  async #ask<T>(call: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw failureOf(error, this.#which.Bucket, call);
    }
  }

  /** Where the next page begins. @throws when a truncated page does not tell, because the listing would be incomplete */
  #next(call: string, marker: string | undefined): string {
    if (marker !== undefined && marker !== '') return marker;
    throw this.#broken(call, 'a truncated page without the marker of the next one');
  }

  #broken(call: string, got: string): Error {
    return unreadable('unreachable', this.#which.Bucket, `${call}: ${got}`);
  }
}

/** Keys may contain characters that XML cannot. */
const IN_XML = { EncodingType: 'url' } as const;

/** Names a download: in ASCII for old browsers, and in UTF-8 (RFC 6266). */
const disposition = (fileName: string): string =>
  `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(fileName)}`;
