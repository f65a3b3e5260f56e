import type {
  HeadObjectCommandOutput,
  ListMultipartUploadsCommandOutput,
  ListObjectsV2CommandOutput,
  ListObjectVersionsCommandOutput,
  MultipartUpload,
} from '@aws-sdk/client-s3';
import { Buffer } from 'node:buffer';
import type { CurrentObject, ObjectHead, ObjectVersion, OpenUpload } from './bucket';

/** Listings encode a space as `+`. */
export const decodeKey = (key: string | undefined, encoding: string | undefined): string =>
  encoding === 'url' ? decodeURIComponent((key ?? '').replaceAll('+', ' ')) : (key ?? '');

const timeOf = (date: Date | undefined): number => date?.getTime() ?? 0;

/** S3's order: by UTF-8 bytes. */
const byKey = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

/** Merges the SDK's two lists, versions and delete markers, into S3's order: by key, newest first. */
export function toVersions(page: ListObjectVersionsCommandOutput): readonly ObjectVersion[] {
  const { EncodingType, Versions = [], DeleteMarkers = [] } = page;
  const all = [
    ...Versions.map((one) => ({ ...one, isMarker: false, bytes: one.Size ?? 0 })),
    ...DeleteMarkers.map((one) => ({ ...one, isMarker: true, bytes: 0 })),
  ];
  return all
    .map(({ Key, VersionId = 'null', IsLatest, LastModified, isMarker, bytes }) => ({
      key: decodeKey(Key, EncodingType),
      versionId: VersionId,
      isLatest: IsLatest === true,
      isMarker,
      bytes,
      modifiedMs: timeOf(LastModified),
    }))
    .toSorted(
      (one, other) =>
        byKey(one.key, other.key) ||
        Number(other.isLatest) - Number(one.isLatest) ||
        other.modifiedMs - one.modifiedMs,
    );
}

export const toObjects = ({
  EncodingType,
  Contents = [],
}: ListObjectsV2CommandOutput): readonly CurrentObject[] =>
  Contents.map(({ Key, Size = 0, LastModified }) => ({
    key: decodeKey(Key, EncodingType),
    bytes: Size,
    modifiedMs: timeOf(LastModified),
  }));

/** An upload without its parts. */
export type ListedUpload = Omit<OpenUpload, 'lastPartMs'>;

export const toUpload = (
  { EncodingType }: ListMultipartUploadsCommandOutput,
  { Key, UploadId = '', Initiated }: MultipartUpload,
): ListedUpload => ({
  key: decodeKey(Key, EncodingType),
  uploadId: UploadId,
  startedMs: timeOf(Initiated),
});

const ENCRYPTIONS: Readonly<Record<string, string>> = { AES256: 's3', 'aws:kms': 'kms' };

/** The strongest checksum available. */
function checksumOf(head: HeadObjectCommandOutput): string | undefined {
  const all = {
    CRC64NVME: head.ChecksumCRC64NVME,
    SHA256: head.ChecksumSHA256,
    SHA1: head.ChecksumSHA1,
    CRC32C: head.ChecksumCRC32C,
    CRC32: head.ChecksumCRC32,
  };
  const found = Object.entries(all).find(([, value]) => value !== undefined);
  return found?.join(':');
}

/** `expiry-date="Fri, 23 Dec 2026 00:00:00 GMT", rule-id="..."` */
function expiryOf(expiration: string | undefined): number | undefined {
  const ms = Date.parse(/expiry-date="(?<date>[^"]+)"/.exec(expiration ?? '')?.groups?.['date'] ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

export function toHead(head: HeadObjectCommandOutput): ObjectHead {
  const encryption = head.ServerSideEncryption ?? 'none';
  return {
    versionId: head.VersionId ?? 'null',
    bytes: head.ContentLength ?? 0,
    modifiedMs: timeOf(head.LastModified),
    encryption: ENCRYPTIONS[encryption] ?? encryption,
    keyArn: head.SSEKMSKeyId,
    checksum: checksumOf(head),
    contentType: head.ContentType,
    expiresMs: expiryOf(head.Expiration),
  };
}
