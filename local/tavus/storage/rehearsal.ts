import { keyPrefix } from '../vendor';
import { CloudRefusal, type ObjectStore } from './cloud';
import { withAction } from './action-refused';

/**
 * Uses each of the eight rights once before a recording is written, so that a missing one shows at its start.
 *
 * Assumption: in what order, and when, the vendor needs its rights is not documented, only that all eight are
 * mandatory. S3 judges the right before it looks for the object, so reading a key that is not there yet tells
 * "allowed" (absent) from "refused" and leaves nothing behind.
 */
export async function rehearse(store: ObjectStore, conversationId: string, key: string): Promise<void> {
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
 * Reads back what was written, by key and by version. A bucket without versioning calls its only version `null`.
 *
 * Rights that were lost since the rehearsal show here: then the object is there, and yet nobody is told.
 */
export async function readBack(store: ObjectStore, key: string, versionId = 'null'): Promise<void> {
  await withAction('s3:GetObject', async () => requireFound(await store.getObject(key)));
  await withAction('s3:GetObjectVersion', async () => requireFound(await store.getObject(key, versionId)));
}

function requireFound(answer: 'found' | 'absent'): void {
  if (answer === 'absent')
    throw new CloudRefusal('NoSuchKey', 'The object that was just written is not there.');
}
