import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { clientOptions } from '../../../local/aws/clients';
import { BUCKET, recordingsStack } from './recordings-template';
import { assume, outcome, Stacks, startTestEmulator } from './support';
import type { TestEmulator } from './support';

const MIB = 1024 * 1024;
const Bucket = BUCKET;
const Key = 'tavus/c1/1';
let running: TestEmulator;
let s3: S3Client;

beforeAll(async () => {
  running = await startTestEmulator();
  await new Stacks(running.emulator).create('recordings', recordingsStack());
  s3 = new S3Client(clientOptions(running.emulator, await assume(running.emulator)));
});
afterAll(() => running.stop());

interface Upload {
  readonly UploadId: string;
  readonly Parts: { PartNumber: number; ETag: string | undefined }[];
  readonly sha256: string;
}

async function upload(...sizes: number[]): Promise<Upload> {
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const hash = createHash('sha256');
  const Parts: Upload['Parts'] = [];
  for (const [index, size] of sizes.entries()) {
    const Body = Buffer.alloc(size, index + 1);
    hash.update(Body);
    const PartNumber = index + 1;
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
  }
  return { UploadId, Parts, sha256: hash.digest('hex') };
}

const complete = ({ UploadId }: Upload, Parts: Upload['Parts']): Promise<unknown> =>
  s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));

test('completion refuses a part below 5 MiB that is not the last', async () => {
  const sent = await upload(5 * MIB - 1, 5 * MIB);
  expect(await outcome(complete(sent, sent.Parts))).toBe('EntityTooSmall');
});

test('completion refuses parts in another order', async () => {
  const sent = await upload(5 * MIB, 5 * MIB);
  expect(await outcome(complete(sent, sent.Parts.toReversed()))).toBe('InvalidPartOrder');
});

test('completion without parts is refused', async () => {
  expect(await outcome(complete(await upload(17), []))).toBe('MalformedXML');
});

test('an aborted upload is not listed and cannot be completed', async () => {
  const sent = await upload(17);
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: sent.UploadId }));
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(Uploads.map(({ UploadId }) => UploadId)).not.toContain(sent.UploadId);
  expect(await outcome(complete(sent, sent.Parts))).toBe('NoSuchUpload');
});
