import { createHash } from 'node:crypto';
import type { ObjectStore, UploadedPart } from './cloud';
import { withAction } from './action-refused';

/**
 * S3's minimum size of a part, except the last.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
export const PART_BYTES = 5 * 1024 * 1024;

/** What was written. Tests compare it with the object in the bucket. */
export interface UploadResult {
  readonly bytes: number;
  readonly parts: number;
  readonly sha256: string;
  readonly versionId: string | undefined;
}

/** A running multipart upload. Await each call before the next one. */
export interface Upload {
  readonly uploadId: string;
  write(chunk: Uint8Array): Promise<void>;
  complete(): Promise<UploadResult>;
  /** Deletes the parts. Without `s3:AbortMultipartUpload` the incomplete upload remains. */
  abort(): Promise<void>;
}

/**
 * Starts the upload of one recording.
 *
 * Sends no headers for ACL, encryption or tags, so that the bucket's defaults apply, and a Content-Type only if one
 * is given. What the vendor sends is not documented (assumption). The part size is S3's minimum (assumption).
 */
export async function openUpload(store: ObjectStore, key: string, contentType?: string): Promise<Upload> {
  const uploadId = await withAction('s3:PutObject', () => store.createUpload(key, contentType));
  const hash = createHash('sha256');
  const parts: UploadedPart[] = [];
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let bytes = 0;

  async function sendPart(body: Uint8Array): Promise<void> {
    const partNumber = parts.length + 1;
    const etag = await withAction('s3:PutObject', () => store.uploadPart(key, uploadId, partNumber, body));
    parts.push({ partNumber, etag });
  }

  async function sendFullParts(): Promise<void> {
    const body = Buffer.concat(pending, pendingBytes);
    let sent = 0;
    for (; body.byteLength - sent >= PART_BYTES; sent += PART_BYTES) {
      await sendPart(body.subarray(sent, sent + PART_BYTES));
    }
    const rest = body.subarray(sent);
    pending = [rest];
    pendingBytes = rest.byteLength;
  }

  return {
    uploadId,
    async write(chunk) {
      // Copied, because the caller may reuse its buffer before the part is sent.
      pending.push(Uint8Array.from(chunk));
      pendingBytes += chunk.byteLength;
      bytes += chunk.byteLength;
      hash.update(chunk);
      if (pendingBytes >= PART_BYTES) await sendFullParts();
    },
    async complete() {
      if (pendingBytes > 0) await sendPart(Buffer.concat(pending, pendingBytes));
      await withAction('s3:ListMultipartUploadParts', () => store.listParts(key, uploadId));
      const versionId = await withAction('s3:PutObject', () => store.completeUpload(key, uploadId, parts));
      return { bytes, parts: parts.length, sha256: hash.digest('hex'), versionId };
    },
    abort: () => withAction('s3:AbortMultipartUpload', () => store.abortUpload(key, uploadId)),
  };
}
