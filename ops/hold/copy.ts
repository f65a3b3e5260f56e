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

/** One request copies no more (docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html, read 2026-11-28). */
const MAX_COPY_BYTES = 5 * 1024 * MIB;

/** S3 takes parts of up to 5 GiB, 10,000 of them; half a gibibyte is copied within a minute. */
const PART_BYTES = 512 * MIB;

/** A part to copy: its first and its last byte. */
export interface CopyPart {
  readonly from: number;
  readonly to: number;
}

/** Parts in which so many bytes are copied. Empty: in one request. */
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
  /** Undefined: the current one. */
  readonly versionId?: string | undefined;
}

export interface Copied {
  readonly versionId: string;
  readonly bytes: number;
  /** By what both were found to be the same. */
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
  /** Of the whole object. S3 adds one to an object that came without; one of another kind does not compare. */
  readonly crc64: string | undefined;
}

async function headOf(place: VersionLocation): Promise<Head> {
  const answer = await place.own.s3.send(new HeadObjectCommand({ ...named(place), ChecksumMode: 'ENABLED' }));
  return {
    versionId: answer.VersionId ?? '',
    bytes: answer.ContentLength ?? 0,
    crc64: answer.ChecksumCRC64NVME,
  };
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && ['NotFound', 'NoSuchKey', 'NoSuchVersion'].includes(error.name);

/**
 * Copies one version, unless the same is there already, and compares both: by S3's own CRC-64/NVME, else by all their bytes.
 *
 * @returns undefined: they are not the same
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

/** By what both are the same; undefined: they are not. */
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

/** What the copy is, by parts of it: whether it can be played. */
export async function inspectCopy(place: VersionLocation, bytes: number): Promise<Inspection> {
  const read = async (from: number, to: number): Promise<Uint8Array> => {
    const Range = `bytes=${from}-${to - 1}`;
    const { Body } = await place.own.s3.send(new GetObjectCommand({ ...named(place), Range }));
    return Body === undefined ? new Uint8Array() : Body.transformToByteArray();
  };
  return inspect({ bytes, read });
}

async function sha256Of(place: VersionLocation): Promise<string> {
  const { Body } = await place.own.s3.send(new GetObjectCommand(named(place)));
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
    // Its parts are paid for; if this fails, the bucket's own rule aborts it.
    await s3.send(new AbortMultipartUploadCommand({ ...to, UploadId })).catch(() => undefined);
    throw error;
  }
}
