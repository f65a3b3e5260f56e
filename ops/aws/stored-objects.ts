import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ask, type AwsAnswer } from './answer';

/** A version, a delete marker, or an incomplete multipart upload. */
export interface StoredObject {
  readonly what: 'version' | 'marker' | 'upload';
  readonly key: string;
  /** Version id or upload id. */
  readonly id: string;
  readonly bytes: number;
  /** When it was written or the upload began, epoch ms by the clock of S3. */
  readonly modifiedMs: number;
}

/** An object that could not be deleted. */
export interface NotDeleted {
  readonly object: StoredObject;
  readonly code: string;
}

/** S3 accepts at most this many keys in one deletion (docs.aws.amazon.com, read 2026-11-28). */
const MAX_KEYS = 1_000;

/** Our bucket. Every request names the account, so that S3 refuses a bucket of the same name in another account. */
export interface OwnBucket {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly account: string;
}

const named = ({ bucket, account }: OwnBucket): { Bucket: string; ExpectedBucketOwner: string } => ({
  Bucket: bucket,
  ExpectedBucketOwner: account,
});

/** A key may have characters that XML cannot carry, so S3 is asked for URL encoding. */
const keyOf = (encoded: string): string => decodeURIComponent(encoded.replaceAll('+', ' '));

/** Lists all objects below a prefix. @param prefix ends in a slash, so that it matches only one conversation */
export async function listBelow(own: OwnBucket, prefix: string): Promise<AwsAnswer<readonly StoredObject[]>> {
  const versions = await ask('s3:ListBucketVersions', () => listVersions(own, prefix));
  if (versions.kind !== 'is') return versions;
  const uploads = await ask('s3:ListBucketMultipartUploads', () => listUploads(own, prefix));
  return uploads.kind === 'is' ? { kind: 'is', value: [...versions.value, ...uploads.value] } : uploads;
}

async function listVersions(own: OwnBucket, Prefix: string): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  let next: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await own.s3.send(
      new ListObjectVersionsCommand({ ...named(own), Prefix, EncodingType: 'url', ...next }),
    );
    const add = (what: 'version' | 'marker', list: typeof page.Versions = []): void => {
      for (const { Key, VersionId: id = '', Size: bytes = 0, LastModified } of list) {
        if (Key === undefined) continue;
        found.push({ what, key: keyOf(Key), id, bytes, modifiedMs: LastModified?.getTime() ?? 0 });
      }
    };
    add('version', page.Versions);
    add('marker', page.DeleteMarkers);
    if (page.IsTruncated !== true) return found;
    next = {
      KeyMarker: page.NextKeyMarker === undefined ? undefined : keyOf(page.NextKeyMarker),
      VersionIdMarker: page.NextVersionIdMarker,
    };
  }
}

async function listUploads(own: OwnBucket, Prefix: string): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  let next: { readonly KeyMarker?: string | undefined; readonly UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await own.s3.send(
      new ListMultipartUploadsCommand({ ...named(own), Prefix, EncodingType: 'url', ...next }),
    );
    for (const { Key, UploadId: id, Initiated } of page.Uploads ?? []) {
      if (Key === undefined || id === undefined) continue;
      found.push({ what: 'upload', key: keyOf(Key), id, bytes: 0, modifiedMs: Initiated?.getTime() ?? 0 });
    }
    if (page.IsTruncated !== true) return found;
    next = {
      KeyMarker: page.NextKeyMarker === undefined ? undefined : keyOf(page.NextKeyMarker),
      UploadIdMarker: page.NextUploadIdMarker,
    };
  }
}

/**
 * Aborts uploads and permanently deletes versions and markers. An object that no longer exists counts as deleted.
 *
 * @returns what could not be deleted
 */
export async function deleteObjects(
  own: OwnBucket,
  objects: readonly StoredObject[],
): Promise<readonly NotDeleted[]> {
  const left: NotDeleted[] = [];
  for (const object of objects.filter(({ what }) => what === 'upload')) {
    const answer = await ask('s3:AbortMultipartUpload', () => abort(own, object), ['NoSuchUpload']);
    if (answer.kind === 'denied') left.push({ object, code: 'AccessDenied' });
    if (answer.kind === 'unanswered') left.push({ object, code: answer.reason });
  }
  const versions = objects.filter(({ what }) => what !== 'upload');
  for (let from = 0; from < versions.length; from += MAX_KEYS) {
    left.push(...(await deleteBatch(own, versions.slice(from, from + MAX_KEYS))));
  }
  return left;
}

const abort = (own: OwnBucket, { key: Key, id: UploadId }: StoredObject): Promise<unknown> =>
  own.s3.send(new AbortMultipartUploadCommand({ ...named(own), Key, UploadId }));

const idOf = (key: string | undefined, id: string | undefined): string => [key, id].join('\n');

/** S3 answers 200 with a result for each key. A key without a result counts as not deleted. */
async function deleteBatch(own: OwnBucket, objects: readonly StoredObject[]): Promise<readonly NotDeleted[]> {
  const Objects = objects.map(({ key: Key, id: VersionId }) => ({ Key, VersionId }));
  const answer = await ask('s3:DeleteObjectVersion', () =>
    own.s3.send(new DeleteObjectsCommand({ ...named(own), Delete: { Objects } })),
  );
  if (answer.kind !== 'is') {
    const code = answer.kind === 'unanswered' ? answer.reason : 'AccessDenied';
    return objects.map((object) => ({ object, code }));
  }
  const { Deleted = [], Errors = [] } = answer.value;
  const deleted = new Set(Deleted.map(({ Key, VersionId }) => idOf(Key, VersionId)));
  const codes = new Map(Errors.map(({ Key, VersionId, Code }) => [idOf(Key, VersionId), Code]));
  return objects.flatMap((object) => {
    const id = idOf(object.key, object.id);
    return deleted.has(id) && !codes.has(id) ? [] : [{ object, code: codes.get(id) ?? 'no result from S3' }];
  });
}

/**
 * Tests the rights to delete versions and abort uploads below a prefix, with a version and an upload that do not
 * exist. S3 checks rights, including the bucket policy, before it looks for the object; so nothing changes.
 *
 * @returns missing rights, or why they could not be tested
 */
export async function missingDeleteRights(own: OwnBucket, prefix: string): Promise<readonly string[]> {
  const Key = `${prefix}no-such-key-${randomUUID()}`;
  const answers = await Promise.all([
    ask(
      's3:DeleteObjectVersion',
      () => own.s3.send(new DeleteObjectCommand({ ...named(own), Key, VersionId: 'null' })),
      ['NoSuchVersion', 'NoSuchKey', 'InvalidArgument'],
    ),
    ask(
      's3:AbortMultipartUpload',
      () => own.s3.send(new AbortMultipartUploadCommand({ ...named(own), Key, UploadId: 'no-such-upload' })),
      ['NoSuchUpload', 'InvalidArgument'],
    ),
  ]);
  return answers.flatMap((answer) => {
    if (answer.kind === 'denied') return [answer.right];
    return answer.kind === 'unanswered' ? [answer.reason] : [];
  });
}
