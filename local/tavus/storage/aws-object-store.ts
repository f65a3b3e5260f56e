import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { isAbsent, toRefusal } from './aws-errors';
import { CloudRefusal, type ObjectStore, type UploadedPart } from './cloud';

/** {@link ObjectStore} with the AWS SDK. Lists request a single entry, because they only test the permission. */
export class AwsObjectStore implements ObjectStore {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {}

  async listObjects(prefix: string): Promise<void> {
    await convertErrors(
      this.s3.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, MaxKeys: 1 })),
    );
  }

  async listVersions(prefix: string): Promise<void> {
    await convertErrors(
      this.s3.send(new ListObjectVersionsCommand({ Bucket: this.bucket, Prefix: prefix, MaxKeys: 1 })),
    );
  }

  async listUploads(prefix: string): Promise<void> {
    const list = new ListMultipartUploadsCommand({ Bucket: this.bucket, Prefix: prefix, MaxUploads: 1 });
    await convertErrors(this.s3.send(list));
  }

  async getObject(key: string, versionId?: string): Promise<'found' | 'absent'> {
    const version = versionId === undefined ? {} : { VersionId: versionId };
    const get = new GetObjectCommand({ Bucket: this.bucket, Key: key, Range: 'bytes=0-0', ...version });
    try {
      const answer = await this.s3.send(get);
      await answer.Body?.transformToByteArray();
      return 'found';
    } catch (error) {
      if (isAbsent(error)) return 'absent';
      throw toRefusal(error);
    }
  }

  async createUpload(key: string, contentType: string | undefined): Promise<string> {
    const type = contentType === undefined ? {} : { ContentType: contentType };
    const create = new CreateMultipartUploadCommand({ Bucket: this.bucket, Key: key, ...type });
    const { UploadId } = await convertErrors(this.s3.send(create));
    return required(UploadId, 'UploadId');
  }

  async uploadPart(key: string, uploadId: string, partNumber: number, body: Uint8Array): Promise<string> {
    const part = { Bucket: this.bucket, Key: key, UploadId: uploadId, PartNumber: partNumber, Body: body };
    const { ETag } = await convertErrors(this.s3.send(new UploadPartCommand(part)));
    return required(ETag, 'ETag');
  }

  async listParts(key: string, uploadId: string): Promise<number> {
    const list = new ListPartsCommand({ Bucket: this.bucket, Key: key, UploadId: uploadId });
    const { Parts } = await convertErrors(this.s3.send(list));
    return Parts?.length ?? 0;
  }

  async completeUpload(
    key: string,
    uploadId: string,
    parts: readonly UploadedPart[],
  ): Promise<string | undefined> {
    const Parts = parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag }));
    const complete = new CompleteMultipartUploadCommand({
      Bucket: this.bucket,
      Key: key,
      UploadId: uploadId,
      MultipartUpload: { Parts },
    });
    const { VersionId } = await convertErrors(this.s3.send(complete));
    return VersionId;
  }

  async abortUpload(key: string, uploadId: string): Promise<void> {
    const abort = new AbortMultipartUploadCommand({ Bucket: this.bucket, Key: key, UploadId: uploadId });
    await convertErrors(this.s3.send(abort));
  }

  close(): void {
    this.s3.destroy();
  }
}

async function convertErrors<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw toRefusal(error);
  }
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw new CloudRefusal('MissingAnswer', `S3 answered without ${name}.`);
  return value;
}
