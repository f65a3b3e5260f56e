import { RECORDING_KEY_PREFIX } from './vendor-facts';

/** S3 actions by the kind of ARN that AWS checks them against. */
export interface BucketRights {
  /** Against the bucket's ARN. */
  readonly bucket: readonly string[];
  /** Against the objects' ARNs. */
  readonly objects: readonly string[];
}

const LIST = ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions'] as const;
const READ = ['s3:GetObject', 's3:GetObjectVersion'] as const;

/** Rights of the backend on recordings and their hold copies: list and read only. */
export const READER_RIGHTS: BucketRights = {
  bucket: LIST,
  objects: [...READ, 's3:ListMultipartUploadParts'],
};

/** Keys that may be erased. Other objects of the bucket do not belong to this project. */
export const ERASABLE_KEYS = `${RECORDING_KEY_PREFIX}*`;

/** Rights of `recordings erase` on the recordings: to delete them, and to find what remains. */
export const ERASE_RIGHTS: BucketRights = {
  bucket: [
    's3:GetBucketLogging',
    's3:GetBucketObjectLockConfiguration',
    's3:GetInventoryConfiguration',
    's3:GetReplicationConfiguration',
    ...LIST,
  ],
  objects: [
    's3:AbortMultipartUpload',
    's3:DeleteObject',
    's3:DeleteObjectVersion',
    's3:GetObjectLegalHold',
    's3:GetObjectRetention',
  ],
};

/** Rights of `recordings erase` on the access log bucket: to read when the logs expire. */
export const ACCESS_LOG_RIGHTS: BucketRights = { bucket: ['s3:GetLifecycleConfiguration'], objects: [] };

/** Right of `recordings erase` to find backups. AWS defines no resource type for it, so it cannot be limited to a bucket. */
export const BACKUP_RIGHT = 'backup:ListRecoveryPointsByResource';

/** Rights of `recordings hold` on the recordings, the source of a copy. */
export const HOLD_SOURCE_RIGHTS: BucketRights = { bucket: [], objects: READ };

/** Rights of `recordings hold` and `release` on the copies. */
export const HOLD_COPY_RIGHTS: BucketRights = {
  bucket: LIST,
  objects: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:DeleteObjectVersion', ...READ, 's3:PutObject'],
};

/** To read objects encrypted with a customer key, only through S3. */
export const READ_WITH_KEY = ['kms:Decrypt'] as const;

/** To copy them. A multipart upload needs GenerateDataKey to begin and Decrypt to complete. */
export const COPY_WITH_KEY = ['kms:Decrypt', 'kms:GenerateDataKey'] as const;

/** Stack output with the role for `recordings erase`, `hold` and `release`. */
export const ERASER_ROLE_OUTPUT = 'EraserRoleArn';
