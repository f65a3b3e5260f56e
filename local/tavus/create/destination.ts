import { recordingKey } from '../vendor';
import { DEFAULT_KEY_TEMPLATE, keyFromTemplate } from './key-template';
import type { StorageConfig } from './storage-config';

/** The bucket's name, or the container's. */
export function bucketOf(storage: StorageConfig): string {
  return storage.provider === 'azure_blob' ? storage.container : storage.bucket_name;
}

/** Region of the bucket. Only S3 has one in the request. */
export function regionOf(storage: StorageConfig): string {
  return storage.provider === 's3' ? storage.bucket_region : '';
}

/** Key of a recording: fixed for S3, by template for the others. */
export function keyOf(storage: StorageConfig | undefined, conversationId: string, epochMs: number): string {
  return storage === undefined || storage.provider === 's3'
    ? recordingKey(conversationId, epochMs)
    : keyFromTemplate(storage.key_template ?? DEFAULT_KEY_TEMPLATE, conversationId, epochMs);
}

/** `s3://` and `gs://` are documented; how an Azure object is named is unknown (assumption). */
export function storageUri(storage: StorageConfig, key: string): string {
  if (storage.provider === 'azure_blob')
    return `azure://${storage.storage_account}/${storage.container}/${key}`;
  return `${storage.provider === 's3' ? 's3' : 'gs'}://${storage.bucket_name}/${key}`;
}
