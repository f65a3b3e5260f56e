import { keyPrefix } from '../vendor';
import { CloudRefusal, type ObjectStore } from './cloud';
import { withAction } from './action-refused';

/**
 * Uses each of the eight permissions once before a recording is written, so that a missing one fails at the start.
 *
 * The vendor requires all eight; when it uses them is not documented (assumption). S3 checks the permission before
 * it looks for the object, so reading a key that does not exist yet tests the permission and writes nothing.
 */
export async function testAccess(store: ObjectStore, conversationId: string, key: string): Promise<void> {
  const prefix = keyPrefix(conversationId);
  await withAction('s3:ListBucket', () => store.listObjects(prefix));
  await withAction('s3:ListBucketVersions', () => store.listVersions(prefix));
  await withAction('s3:ListBucketMultipartUploads', () => store.listUploads(prefix));
  await withAction('s3:GetObject', () => store.getObject(key));
  await withAction('s3:GetObjectVersion', () => store.getObject(key, 'null'));
  const uploadId = await withAction('s3:PutObject', () => store.createUpload(key, undefined));
  try {
    await withAction('s3:ListMultipartUploadParts', () => store.listParts(key, uploadId));
  } finally {
    await withAction('s3:AbortMultipartUpload', () => store.abortUpload(key, uploadId));
  }
}

/**
 * Reads the written object by key and by version. In a bucket without versioning the version is `null`.
 *
 * Fails if a permission was removed since {@link testAccess}. The object then exists, but no callback reports it.
 */
export async function readBack(store: ObjectStore, key: string, versionId = 'null'): Promise<void> {
  await withAction('s3:GetObject', async () => requireFound(await store.getObject(key)));
  await withAction('s3:GetObjectVersion', async () => requireFound(await store.getObject(key, versionId)));
}

function requireFound(result: 'found' | 'absent'): void {
  if (result === 'absent') throw new CloudRefusal('NoSuchKey', 'The written object does not exist.');
}
