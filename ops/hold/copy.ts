import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { inspect, type Inspection } from '../../app/recordings/inspect';
import type { OwnBucket } from '../aws/stored-objects';

const MIB = 1_048_576;

/** Most that one request copies (docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html, read 2026-11-28). */
const MAX_COPY_BYTES = 5 * 1024 * MIB;

/** S3 accepts 10,000 parts of up to 5 GiB; half a gibibyte is copied within a minute. */
const PART_BYTES = 512 * MIB;

/** First and last byte of a part. */
export interface CopyPart {
  readonly from: number;
  readonly to: number;
}

/** Parts for a copy of this size; empty when one request is enough. */
export function partsOf(bytes: number): readonly CopyPart[] {
  if (bytes <= MAX_COPY_BYTES) return [];
  return Array.from({ length: Math.ceil(bytes / PART_BYTES) }, (_, n) => ({
    from: n * PART_BYTES,
    to: Math.min(bytes, (n + 1) * PART_BYTES) - 1,
  }));
}

/** One version of an object. */
export interface VersionLocation {
  readonly own: OwnBucket;
  readonly key: string;
  /** @default the current version */
  readonly versionId?: string | undefined;
}

export interface Copied {
  readonly versionId: string;
  readonly bytes: number;
  /** Checksum by which both are equal. */
  readonly checksum: string;
}

const named = ({ own: { bucket, account }, key, versionId }: VersionLocation) => ({
  Bucket: bucket,
  ExpectedBucketOwner: account,
  Key: key,
  ...(versionId === undefined ? {} : { VersionId: versionId }),
});

interface Head {
  readonly versionId: string;
  readonly bytes: number;
  /** Checksum of the whole object. S3 adds it to uploads without a checksum. */
  readonly crc64: string | undefined;
}

async function headOf(location: VersionLocation): Promise<Head> {
  const answer = await location.own.s3.send(
    new HeadObjectCommand({ ...named(location), ChecksumMode: 'ENABLED' }),
  );
  return {
    versionId: answer.VersionId ?? '',
    bytes: answer.ContentLength ?? 0,
    crc64: answer.ChecksumCRC64NVME,
  };
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && ['NotFound', 'NoSuchKey', 'NoSuchVersion'].includes(error.name);

/**
 * Copies one version unless an equal copy exists, and compares both by S3's CRC-64/NVME, or else by SHA-256 of all
 * bytes.
 *
 * @returns undefined when they differ
 */
export async function copyVersion(
  source: VersionLocation,
  own: OwnBucket,
  key: string,
): Promise<Copied | undefined> {
  const original = await headOf(source);
  const before = await headOf({ own, key }).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (before?.bytes === original.bytes) {
    const checksum = await sameChecksum(source, original, { own, key }, before);
    if (checksum !== undefined) return { ...before, checksum };
  }
  await copyBytes(source, original.bytes, own, key);
  const after = await headOf({ own, key });
  const checksum = await sameChecksum(source, original, { own, key }, after);
  return checksum === undefined ? undefined : { ...after, checksum };
}

/** Checksum by which both are equal; undefined when they differ. */
async function sameChecksum(
  source: VersionLocation,
  original: Head,
  target: VersionLocation,
  copy: Head,
): Promise<string | undefined> {
  if (original.bytes !== copy.bytes) return undefined;
  if (original.crc64 !== undefined && copy.crc64 !== undefined) {
    return original.crc64 === copy.crc64 ? `CRC64NVME:${copy.crc64}` : undefined;
  }
  const versions = [
    { ...source, versionId: original.versionId },
    { ...target, versionId: copy.versionId },
  ];
  const [one, other] = await Promise.all(versions.map(sha256Of));
  return one === other ? `SHA256:${one}` : undefined;
}

/** Reads parts of the copy to find out whether it can be played. */
export async function inspectCopy(location: VersionLocation, bytes: number): Promise<Inspection> {
  const read = async (from: number, to: number): Promise<Uint8Array> => {
    const Range = `bytes=${from}-${to - 1}`;
    const { Body } = await location.own.s3.send(new GetObjectCommand({ ...named(location), Range }));
    return Body === undefined ? new Uint8Array() : Body.transformToByteArray();
  };
  return inspect({ bytes, read });
}

async function sha256Of(location: VersionLocation): Promise<string> {
  const { Body } = await location.own.s3.send(new GetObjectCommand(named(location)));
  if (!(Body instanceof Readable)) throw new Error('S3 sent no body.');
  const hash = createHash('sha256');
  for await (const chunk of Body) hash.update(chunk);
  return hash.digest('hex');
}

async function copyBytes(
  { own: { bucket, account }, key, versionId = '' }: VersionLocation,
  bytes: number,
  target: OwnBucket,
  targetKey: string,
): Promise<void> {
  const { s3 } = target;
  const CopySource = `${bucket}/${encodeURIComponent(key)}?versionId=${encodeURIComponent(versionId)}`;
  const from = { CopySource, ExpectedSourceBucketOwner: account };
  const to = { Bucket: target.bucket, ExpectedBucketOwner: target.account, Key: targetKey };
  const parts = partsOf(bytes);
  if (parts.length === 0) {
    await s3.send(new CopyObjectCommand({ ...from, ...to, ChecksumAlgorithm: 'CRC64NVME' }));
    return;
  }
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      ...to,
      ChecksumAlgorithm: 'CRC64NVME',
      ChecksumType: 'FULL_OBJECT',
      ContentType: 'video/mp4',
    }),
  );
  try {
    const Parts: { PartNumber: number; ETag: string | undefined; ChecksumCRC64NVME: string | undefined }[] =
      [];
    for (const [n, range] of parts.entries()) {
      const PartNumber = n + 1;
      const { CopyPartResult: part } = await s3.send(
        new UploadPartCopyCommand({
          ...from,
          ...to,
          UploadId,
          PartNumber,
          CopySourceRange: `bytes=${range.from}-${range.to}`,
        }),
      );
      Parts.push({ PartNumber, ETag: part?.ETag, ChecksumCRC64NVME: part?.ChecksumCRC64NVME });
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...to, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    // Parts cost money. If this fails, the bucket's lifecycle aborts the upload.
    await s3.send(new AbortMultipartUploadCommand({ ...to, UploadId })).catch(() => undefined);
    throw error;
  }
}
