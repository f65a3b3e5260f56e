import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientOptions, type EmulatorCredentials, rootOf } from '../../local/aws/clients';
import { tokenIssuer } from '../../local/azure/identity/token-issuer';
import { outcome, OWNER, Stacks, startTestEmulator, type TestEmulator, VENDOR } from '../local/aws/support';
import { BACKEND, EXISTING_BUCKET, PINNED, synth } from './helpers';
import { synthIdentity } from './identity/helpers';

const DENIED = 'AccessDenied';
const RECORDING = 'tavus/c1/1763900000000';
const COPY = 'c1/1763900000000/v1';
const ERASER = 'privacy';

const issuer = tokenIssuer(BACKEND.tenantId);
const backend = { clientId: 'backend', principalId: BACKEND.principalId };
const settings = {
  backend: BACKEND,
  holds: true,
  eraser: `arn:aws:iam::${OWNER}:role/${ERASER}`,
};

let aws: TestEmulator;
let stacks: Stacks;

const clientOf = (credentials: EmulatorCredentials): S3Client =>
  new S3Client(clientOptions(aws.emulator, credentials));

async function assume(
  by: EmulatorCredentials,
  roleArn: string,
  externalId?: string,
): Promise<EmulatorCredentials> {
  const sts = new STSClient(clientOptions(aws.emulator, by));
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'test', ExternalId: externalId }),
  );
  return credentialsOf(given);
}

const credentialsOf = (
  given: Partial<
    Readonly<Record<'AccessKeyId' | 'SecretAccessKey' | 'SessionToken', string | undefined>>
  > = {},
): EmulatorCredentials => ({
  accessKeyId: given.AccessKeyId ?? '',
  secretAccessKey: given.SecretAccessKey ?? '',
  sessionToken: given.SessionToken ?? '',
});

beforeAll(async () => {
  aws = await startTestEmulator({ issuerKeys: { [issuer.issuer]: issuer.keys() } });
  stacks = new Stacks(aws.emulator);
  const iam = new IAMClient(clientOptions(aws.emulator, rootOf(aws.emulator, OWNER)));
  const statement = (rest: object): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...rest }],
    });
  for (const RoleName of [ERASER, 'colleague']) {
    const AssumeRolePolicyDocument = statement({ Principal: { AWS: `arn:aws:iam::${OWNER}:root` } });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    // AWS does not require this of a principal named by a trust policy of the same account; the emulator does.
    const PolicyDocument = statement({ Resource: '*' });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'assume', PolicyDocument }));
  }
  const root = clientOf(rootOf(aws.emulator, OWNER));
  await stacks.create('identity', synthIdentity().Resources);
  await stacks.create('adopted', {
    Adopted: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: EXISTING_BUCKET, VersioningConfiguration: { Status: 'Enabled' } },
    },
  });
  await root.send(
    new PutObjectCommand({ Bucket: EXISTING_BUCKET, Key: 'reports/2026.pdf', Body: 'a report' }),
  );
});
afterAll(() => aws.stop());

describe.each([
  ['with a key', { ...settings, encryption: 'kms' }],
  ['that was adopted', { ...settings, existingBucketName: EXISTING_BUCKET }],
])('the roles of an environment whose bucket is one %s', (name, environment) => {
  let bucket: string;
  let holds: string;
  let versionId: string | undefined;
  const sessions: Record<'eraser' | 'reader' | 'vendor', S3Client | undefined> = {
    eraser: undefined,
    reader: undefined,
    vendor: undefined,
  };
  let eraserArn: string;

  beforeAll(async () => {
    const stack = name.replaceAll(' ', '-');
    const { Resources } = synth(environment);
    await stacks.create(stack, Resources);
    const { StackResources = [] } = await stacks.client.send(
      new DescribeStackResourcesCommand({ StackName: stack }),
    );
    const physical = (id: string): string =>
      StackResources.find(({ LogicalResourceId }) => LogicalResourceId === id)?.PhysicalResourceId ?? '';
    const arn = (id: string): string => `arn:aws:iam::${OWNER}:role/${physical(id)}`;
    bucket = physical(PINNED.bucket) || EXISTING_BUCKET;
    holds = physical(PINNED.holdsBucket);
    eraserArn = arn(PINNED.eraserRole);
    const named = await assume(rootOf(aws.emulator, OWNER), settings.eraser);
    sessions.eraser = clientOf(await assume(named, eraserArn));
    sessions.vendor = clientOf(await assume(rootOf(aws.emulator, VENDOR), arn(PINNED.role), 'tavus'));
    const { credentials: _none, ...unsigned } = clientOptions(aws.emulator, rootOf(aws.emulator, OWNER));
    const { Credentials: given } = await new STSClient(unsigned).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: arn(PINNED.readerRole),
        RoleSessionName: 'backend',
        WebIdentityToken: issuer.token(backend, BACKEND.audience).token,
      }),
    );
    sessions.reader = clientOf(credentialsOf(given));
    const written = await sessions.vendor.send(
      new PutObjectCommand({ Bucket: bucket, Key: RECORDING, Body: 'a recording' }),
    );
    versionId = written.VersionId;
  });

  const as = (who: keyof typeof sessions): S3Client => {
    const session = sessions[who];
    if (session === undefined) throw new Error(`${who} has no session`);
    return session;
  };
  const copy = (): CopyObjectCommand =>
    new CopyObjectCommand({
      Bucket: holds,
      Key: COPY,
      CopySource: `${bucket}/${RECORDING}?versionId=${versionId}`,
    });

  test('only the named principal gets a session for erasing', async () => {
    const colleague = await assume(rootOf(aws.emulator, OWNER), settings.eraser.replace(ERASER, 'colleague'));
    expect(await outcome(assume(colleague, eraserArn))).toBe(DENIED);
  });

  test('the eraser copies a recording, which the backend reads and Tavus does not', async () => {
    expect(await outcome(as('vendor').send(copy()))).toBe(DENIED);
    expect(await outcome(as('reader').send(copy()))).toBe(DENIED);
    await as('eraser').send(copy());
    const read = (): GetObjectCommand => new GetObjectCommand({ Bucket: holds, Key: COPY });
    const { Body } = await as('reader').send(read());
    expect(await Body?.transformToString()).toBe('a recording');
    const vendor = as('vendor');
    expect(
      await Promise.all([
        outcome(vendor.send(read())),
        outcome(vendor.send(new ListObjectVersionsCommand({ Bucket: holds }))),
        outcome(vendor.send(new PutObjectCommand({ Bucket: holds, Key: COPY, Body: 'another' }))),
        outcome(vendor.send(new DeleteObjectCommand({ Bucket: holds, Key: COPY }))),
      ]),
    ).toEqual([DENIED, DENIED, DENIED, DENIED]);
  });

  test('only the eraser deletes versions, and only of recordings', async () => {
    const remove = (): DeleteObjectCommand =>
      new DeleteObjectCommand({ Bucket: bucket, Key: RECORDING, VersionId: versionId });
    expect(await outcome(as('vendor').send(remove()))).toBe(DENIED);
    expect(await outcome(as('reader').send(remove()))).toBe(DENIED);
    expect(
      await outcome(as('eraser').send(new DeleteObjectCommand({ Bucket: bucket, Key: 'reports/2026.pdf' }))),
    ).toBe(DENIED);
    expect(
      await outcome(as('eraser').send(new PutObjectCommand({ Bucket: bucket, Key: RECORDING, Body: 'x' }))),
    ).toBe(DENIED);
    await as('eraser').send(remove());
    const list = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'tavus/' });
    expect((await as('eraser').send(list)).Versions ?? []).toEqual([]);
  });
});
