import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ask, type Answer } from './answer';

/** A version, a delete marker, or an upload that was neither completed nor aborted. */
export interface StoredObject {
  readonly what: 'version' | 'marker' | 'upload';
  readonly key: string;
  /** Of the version, or of the upload. */
  readonly id: string;
  readonly bytes: number;
  /** When it was written, or the upload begun, epoch ms by the clock of S3. */
  readonly modifiedMs: number;
}

/** What could not be deleted, and S3's code. */
export interface NotDeleted {
  readonly object: StoredObject;
  readonly code: string;
}

/** S3 takes no more keys at once (docs.aws.amazon.com, read 2026-11-28). */
const MOST_KEYS = 1_000;

/** A bucket of ours. Every request names its account, so that another's of the same name is never touched. */
export interface OwnBucket {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly account: string;
}

const named = ({ bucket, account }: OwnBucket): { Bucket: string; ExpectedBucketOwner: string } => ({
  Bucket: bucket,
  ExpectedBucketOwner: account,
});

/** XML cannot carry all characters that a key can have, so S3 sends them as in an address. */
const keyOf = (encoded: string): string => decodeURIComponent(encoded.replaceAll('+', ' '));

/** Everything below a prefix. @param prefix ends in a slash, so that it begins no other one's */
export async function listBelow(own: OwnBucket, prefix: string): Promise<Answer<readonly StoredObject[]>> {
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
 * Deletes for good: uploads are aborted, versions and markers deleted by their ids. What is gone already counts as deleted.
 *
 * @returns what is still there
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
  for (let from = 0; from < versions.length; from += MOST_KEYS) {
    left.push(...(await deleteBatch(own, versions.slice(from, from + MOST_KEYS))));
  }
  return left;
}

const abort = (own: OwnBucket, { key: Key, id: UploadId }: StoredObject): Promise<unknown> =>
  own.s3.send(new AbortMultipartUploadCommand({ ...named(own), Key, UploadId }));

const idOf = (key: string | undefined, id: string | undefined): string => [key, id].join('\n');

/** S3 answers 200 and says of each key what became of it. One of which it says nothing counts as still there. */
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
    return deleted.has(id) && !codes.has(id) ? [] : [{ object, code: codes.get(id) ?? 'no word from S3' }];
  });
}

/**
 * Whether versions below a prefix may be deleted, and uploads aborted: asks for a version and an upload that there are not,
 * so nothing changes. S3 looks at rights first, and a bucket's own policy counts as it would.
 *
 * @returns rights that are missing, or why it cannot be said
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
