import { createHash } from 'node:crypto';
import type { ObjectStore, UploadedPart } from './cloud';
import { withAction } from './action-refused';

/** The smallest part S3 takes, save for the last. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const PART_BYTES = 5 * 1024 * 1024;

/** What was written, so that a reader of the bucket can compare. */
export interface UploadResult {
  readonly bytes: number;
  readonly parts: number;
  readonly sha256: string;
  readonly versionId: string | undefined;
}

/** One multipart upload under way. One call at a time: await each before the next. */
export interface Upload {
  readonly uploadId: string;
  write(chunk: Uint8Array): Promise<void>;
  complete(): Promise<UploadResult>;
  /** Leaves nothing behind, unless the right to abort is missing too: then an incomplete upload stays. */
  abort(): Promise<void>;
}

/**
 * Opens the upload of one recording; its data may come from a file or from a browser.
 *
 * No ACL, encryption or tag header is sent, so the bucket's defaults apply, and no Content-Type unless one is
 * given (assumption: what the vendor stores is not documented). Size of the parts: assumption, the smallest.
 */
export async function openUpload(store: ObjectStore, key: string, contentType?: string): Promise<Upload> {
  const uploadId = await withAction('s3:PutObject', () => store.createUpload(key, contentType));
  const hash = createHash('sha256');
  const parts: UploadedPart[] = [];
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let bytes = 0;

  async function sendPart(body: Uint8Array): Promise<void> {
    const partNumber = parts.length + 1;
    const etag = await withAction('s3:PutObject', () => store.uploadPart(key, uploadId, partNumber, body));
    parts.push({ partNumber, etag });
  }

  async function sendFullParts(): Promise<void> {
    const body = Buffer.concat(waiting, waitingBytes);
    let sent = 0;
    for (; body.byteLength - sent >= PART_BYTES; sent += PART_BYTES) {
      await sendPart(body.subarray(sent, sent + PART_BYTES));
    }
    const rest = body.subarray(sent);
    waiting = [rest];
    waitingBytes = rest.byteLength;
  }

  return {
    uploadId,
    async write(chunk) {
      // A copy: the caller may reuse its buffer while the bytes wait for their part to fill.
      waiting.push(Uint8Array.from(chunk));
      waitingBytes += chunk.byteLength;
      bytes += chunk.byteLength;
      hash.update(chunk);
      if (waitingBytes >= PART_BYTES) await sendFullParts();
    },
    async complete() {
      if (waitingBytes > 0) await sendPart(Buffer.concat(waiting, waitingBytes));
      await withAction('s3:ListMultipartUploadParts', () => store.listParts(key, uploadId));
      const versionId = await withAction('s3:PutObject', () => store.completeUpload(key, uploadId, parts));
      return { bytes, parts: parts.length, sha256: hash.digest('hex'), versionId };
    },
    abort: () => withAction('s3:AbortMultipartUpload', () => store.abortUpload(key, uploadId)),
  };
}
