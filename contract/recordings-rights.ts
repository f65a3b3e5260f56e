import { RECORDING_KEY_PREFIX } from './vendor-facts';

/** S3 actions by the ARN against which AWS checks them. */
export interface BucketRights {
  /** Against the bucket's. */
  readonly bucket: readonly string[];
  /** Against those of its objects. */
  readonly objects: readonly string[];
}

const LIST = ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions'] as const;
const READ = ['s3:GetObject', 's3:GetObjectVersion'] as const;

/** The backend, on recordings and on their hold copies: see and play, nothing else. */
export const READER_RIGHTS: BucketRights = {
  bucket: LIST,
  objects: [...READ, 's3:ListMultipartUploadParts'],
};

/** Keys below which recordings may be erased; whatever else is in a bucket is not this project's to delete. */
export const ERASABLE_KEYS = `${RECORDING_KEY_PREFIX}*`;

/** `recordings erase`, on the recordings: what it deletes, and what it must know to say what remains. */
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

/** `recordings erase`, on the bucket with the access logs: the day on which they go. */
export const ACCESS_LOG_RIGHTS: BucketRights = { bucket: ['s3:GetLifecycleConfiguration'], objects: [] };

/** `recordings hold`, on the recordings: the source of a copy. */
export const HOLD_SOURCE_RIGHTS: BucketRights = { bucket: [], objects: READ };

/** `recordings hold` and `release`, on the copies. */
export const HOLD_COPY_RIGHTS: BucketRights = {
  bucket: LIST,
  objects: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:DeleteObjectVersion', ...READ, 's3:PutObject'],
};

/** To read what a customer key encrypted, through S3 alone. */
export const READ_WITH_KEY = ['kms:Decrypt'] as const;

/** To copy it, by a multipart upload too: GenerateDataKey to begin, Decrypt to put the parts together. */
export const COPY_WITH_KEY = ['kms:Decrypt', 'kms:GenerateDataKey'] as const;

/** Output of a stack with the role for `recordings erase`, `hold` and `release`. */
export const ERASER_ROLE_OUTPUT = 'EraserRoleArn';
