import { EXTERNAL_ID } from '../vendor';
import type { S3Storage } from '../create/storage-config';
import { parseRoleArn, type BucketDescription, type ObjectStore } from '../storage/cloud';
import { checkRole } from '../storage/role-check';
import { readBack, testAccess } from '../storage/access-test';
import { requireSameRegion, explainFailure } from '../storage/action-refused';
import { openUpload, type Upload } from '../storage/upload';
import { NotStored, RoleRefused, type Sink, type SinkParts } from './sink';

/**
 * Writes into the customer's bucket: assumes the role, tests its permissions, starts the upload.
 *
 * @throws NotStored if AWS refuses one of them. Nothing of the recording is then written.
 */
export async function openDirectSink(parts: SinkParts, storage: S3Storage): Promise<Sink> {
  const { cloud, conversation, recording, faults } = parts;
  const check = await checkRole(cloud, storage.assume_role_arn, storage.external_id ?? EXTERNAL_ID);
  if (!check.ok) throw new RoleRefused(check.sentence);

  const accountId = parseRoleArn(storage.assume_role_arn)?.accountId ?? '';
  const bucket = await cloud.describeBucket(accountId, storage.bucket_name);
  const store = cloud.store(check.session, storage.bucket_region, storage.bucket_name);
  const explained = <T>(work: () => Promise<T>): Promise<T> => explain(work, bucket);
  let upload: Upload;
  try {
    upload = await explained(async () => {
      requireSameRegion(bucket, storage.bucket_region);
      await testAccess(store, conversation.id, recording.key);
      return openUpload(store, recording.key, faults.contentType ?? undefined);
    });
  } catch (error) {
    store.close();
    throw error;
  }
  return sinkOf(upload, store, recording.key, explained);
}

function sinkOf(
  upload: Upload,
  store: ObjectStore,
  key: string,
  explained: <T>(work: () => Promise<T>) => Promise<T>,
): Sink {
  return {
    write: (chunk) => explained(() => upload.write(chunk)),
    async finish() {
      const stored = await explained(() => upload.complete());
      await explained(() => readBack(store, key, stored.versionId));
      store.close();
      return stored;
    },
    async abort() {
      try {
        await upload.abort();
      } finally {
        store.close();
      }
    },
  };
}

/** Converts errors to {@link NotStored} with their cause. */
async function explain<T>(work: () => Promise<T>, bucket: BucketDescription | undefined): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof NotStored ? error : new NotStored(explainFailure(error, bucket), { cause: error });
  }
}
