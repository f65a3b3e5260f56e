import { CloudRefusal, parseRoleArn } from '../../../local/tavus/storage/cloud';
import { bench, closeAll, FLAT, RECORDED, STORAGE, type Bench } from './helpers';
import { GOOD_TRUST_POLICY, ROLE_ARN } from './fake-cloud';

afterEach(closeAll);

const REFUSED = { status: 400, json: { error: 'unable to assume role with given parameters' } };

test('the role is assumed for 12 hours with the external id', async () => {
  const { create, cloud } = await bench();
  await create();
  expect(cloud.assumed).toEqual([{ roleArn: ROLE_ARN, externalId: 'tavus', durationSec: 43_200 }]);
});

test('recording_storage is checked like the flat fields, and may contain an external id', async () => {
  const { api, cloud } = await bench();
  const body = (storage: object): object => ({
    replica_id: 'r_laptop',
    properties: { enable_recording: true, recording_storage: storage },
  });
  expect((await api('POST', '/conversations', body(STORAGE))).status).toBe(200);
  expect(await api('POST', '/conversations', body({ ...STORAGE, external_id: 'x' }))).toMatchObject(REFUSED);
  const [statement] = GOOD_TRUST_POLICY.Statement;
  const trustPolicy = { Statement: { ...statement, Condition: { StringEquals: { 'sts:ExternalId': 'x' } } } };
  cloud.role = { trustPolicy, maxSessionSec: 43_200 };
  expect((await api('POST', '/conversations', body({ ...STORAGE, external_id: 'x' }))).status).toBe(200);
  expect(cloud.assumed.at(-1)?.externalId).toBe('x');
});

test.each<[string, (cloud: Bench['cloud']) => void, string]>([
  ['a missing role', (cloud) => (cloud.role = undefined), 'The role does not exist.'],
  [
    'a trust policy without the vendor',
    (cloud) => (cloud.role = { trustPolicy: {}, maxSessionSec: 43_200 }),
    '291871421005',
  ],
  [
    'a session of one hour',
    (cloud) => (cloud.role = { trustPolicy: GOOD_TRUST_POLICY, maxSessionSec: 3_600 }),
    '3600 s',
  ],
  [
    'an AssumeRole that AWS refuses',
    (cloud) => (cloud.assumeRefusal = new CloudRefusal('AccessDenied', `not on ${ROLE_ARN}`)),
    '(AccessDenied)',
  ],
])('refuses to create with %s, always with the same error', async (_name, breakRole, cause) => {
  const { api, sim, cloud } = await bench();
  breakRole(cloud);
  expect(await api('POST', '/conversations', RECORDED)).toMatchObject(REFUSED);
  const { requests }: { requests: { sentence: string }[] } = JSON.parse((await sim('/requests')).text);
  expect(requests).toMatchObject([{ status: 400, body: RECORDED }]);
  expect(requests[0]?.sentence).toContain(cause);
  expect(requests[0]?.sentence).not.toContain(ROLE_ARN);
});

test.each(['nonsense', 'arn:aws:iam::123456789012:user/x', 'arn:aws-cn:iam::123456789012:role/x'])(
  'refuses %s as a role without a call to AWS',
  async (arn) => {
    const { api, cloud } = await bench();
    const body = { ...RECORDED, properties: { ...FLAT, aws_assume_role_arn: arn } };
    expect(await api('POST', '/conversations', body)).toMatchObject(REFUSED);
    expect(cloud.calls).toEqual([]);
  },
);

test.each<[string, (cloud: Bench['cloud']) => void]>([
  ['S3 permissions', (cloud) => cloud.denied.set('s3:PutObject', 'no')],
  ['bucket', (cloud) => (cloud.bucket = undefined)],
  ['region', (cloud) => (cloud.bucket = { region: 'eu-west-1', kms: false })],
  [
    'KMS permissions',
    (cloud) => cloud.denied.set('s3:PutObject', 'not authorized to perform: kms:GenerateDataKey'),
  ],
])('does not check the %s at creation', async (_name, change) => {
  const { api, cloud } = await bench();
  change(cloud);
  expect((await api('POST', '/conversations', RECORDED)).status).toBe(200);
  expect(cloud.calls.filter((call) => call.startsWith('s3:'))).toEqual([]);
});

test('S3 storage is checked even if enable_recording is false', async () => {
  const { api, cloud } = await bench();
  cloud.role = undefined;
  const off = { replica_id: 'r_laptop', properties: { ...FLAT, enable_recording: false } };
  expect(await api('POST', '/conversations', off)).toMatchObject(REFUSED);
});

test('parses a role ARN, with and without a path', () => {
  expect(parseRoleArn('arn:aws:iam::123456789012:role/a/b/name')).toEqual({
    accountId: '123456789012',
    roleName: 'name',
  });
  expect(parseRoleArn(ROLE_ARN)).toEqual({ accountId: '123456789012', roleName: 'tavus-recordings' });
  expect(parseRoleArn('arn:aws:iam::1:role/x')).toBeUndefined();
});
