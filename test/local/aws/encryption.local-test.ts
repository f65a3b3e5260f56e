import { createHash, randomBytes } from 'node:crypto';
import {
  DisableKeyCommand,
  EnableKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { clientOptions, rootOf } from '../../../local/aws/clients';
import { BUCKET, recordingsStack, tavusRole } from './recordings-template';
import type { KeyRights } from './recordings-template';
import { assume, outcome, OWNER, Stacks, startTestEmulator } from './support';
import type { TemplateResource, TestEmulator } from './support';

const Bucket = BUCKET;
const Key = 'tavus/c1/1';
let running: TestEmulator;
let keyArn: string;

beforeAll(async () => {
  running = await startTestEmulator();
  await new Stacks(running.emulator).create('recordings', {
    ...recordingsStack(['kms:GenerateDataKey', 'kms:Decrypt']),
    NoRights: roleNamed('no-rights', []),
    WriteOnly: roleNamed('write-only', ['kms:GenerateDataKey']),
  });
  const root = new S3Client(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
  const found = await root.send(new GetBucketEncryptionCommand({ Bucket }));
  const rule = found.ServerSideEncryptionConfiguration?.Rules?.[0];
  keyArn = rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID ?? '';
});
afterAll(() => running.stop());

function roleNamed(RoleName: string, rights: KeyRights): TemplateResource {
  const role = tavusRole(rights);
  return { ...role, Properties: { ...role.Properties, RoleName } };
}

async function session(role: string): Promise<S3Client> {
  return new S3Client(clientOptions(running.emulator, await assume(running.emulator, { role })));
}

const put = (s3: S3Client, more: object = {}): Promise<unknown> =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: 'a', ...more }));
const create = (s3: S3Client): Promise<{ UploadId?: string | undefined }> =>
  s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));

test('put and head return the key and the bucket key of an object', async () => {
  const s3 = await session('tavus');
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn, BucketKeyEnabled: true };
  expect(await put(s3)).toMatchObject(kms);
  expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject(kms);
});

test.each([
  ['tavus', 'put', 'allowed'],
  ['tavus', 'create', 'allowed'],
  ['no-rights', 'put', 'AccessDenied'],
  ['no-rights', 'create', 'AccessDenied'],
  ['write-only', 'put', 'allowed'],
] as const)('the role %s: %s is %s', async (role, call, expected) => {
  const s3 = await session(role);
  expect(await outcome(call === 'put' ? put(s3) : create(s3))).toBe(expected);
});

test('reading needs kms:Decrypt', async () => {
  await put(await session('tavus'));
  const get = new GetObjectCommand({ Bucket, Key });
  expect(await outcome((await session('tavus')).send(get))).toBe('allowed');
  expect(await outcome((await session('write-only')).send(get))).toBe('AccessDenied');
});

test.each([
  ['tavus', 'allowed'],
  ['write-only', 'AccessDenied'],
])('completing a multipart upload needs kms:Decrypt: the role %s is %s', async (role, expected) => {
  const s3 = await session(role);
  const { UploadId } = await create(s3);
  const { ETag } = await s3.send(
    new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: Buffer.from('a') }),
  );
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  const call = s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  expect(await outcome(call)).toBe(expected);
});

test('a disabled key refuses put, multipart upload and get until it is enabled again', async () => {
  const s3 = await session('tavus');
  await put(s3);
  const kms = new KMSClient(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
  await kms.send(new DisableKeyCommand({ KeyId: keyArn }));
  expect(await outcome(put(s3))).toBe('KMS.DisabledException');
  expect(await outcome(create(s3))).toBe('KMS.DisabledException');
  expect(await outcome(s3.send(new GetObjectCommand({ Bucket, Key })))).toBe('KMS.DisabledException');
  await kms.send(new EnableKeyCommand({ KeyId: keyArn }));
  expect(await outcome(put(s3))).toBe('allowed');
});

test('a key policy that does not delegate to IAM refuses the write, whatever rights the role has', async () => {
  const kms = new KMSClient(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: keyArn }));
  const other = Policy?.replace(`${OWNER}:root`, `${OWNER}:role/other`);
  await kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy: other }));
  const s3 = await session('tavus');
  expect(await outcome(put(s3))).toBe('AccessDenied');
  await kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, Policy }));
  expect(await outcome(put(s3))).toBe('allowed');
});

test('a key that the writer names by its id is returned with its ARN', async () => {
  const named = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn.split('/')[1] };
  expect(await put(await session('tavus'), named)).toMatchObject({ SSEKMSKeyId: keyArn });
});

test('a write with an unknown key is refused', async () => {
  const named = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn.replace(/.{4}$/, '0000') };
  expect(await outcome(put(await session('tavus'), named))).toBe('KMS.NotFoundException');
});

test("without a key id aws:kms uses the account's key aws/s3, for which the role needs no right", async () => {
  const written = await put(await session('no-rights'), { ServerSideEncryption: 'aws:kms' });
  expect(written).toMatchObject({
    SSEKMSKeyId: expect.stringMatching(/^arn:aws:kms:us-east-1:111122223333:key\//),
  });
  expect(written).not.toMatchObject({ SSEKMSKeyId: keyArn });
});

test('a customer-provided key is refused if the bucket blocks SSE-C', async () => {
  const key = randomBytes(32);
  const own = {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: key.toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  };
  expect(await outcome(put(await session('tavus'), own))).toBe('AccessDenied');
});
