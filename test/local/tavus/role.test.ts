import { CloudRefusal, parseRoleArn } from '../../../local/tavus/storage/cloud';
import { bench, closeAll, FLAT, RECORDED, STORAGE, type Bench } from './helpers';
import { GOOD_TRUST, ROLE_ARN } from './fake-cloud';

afterEach(closeAll);

const REFUSED = { status: 400, json: { error: 'unable to assume role with given parameters' } };

test('the role is assumed for 12 hours with the external id', async () => {
  const { create, cloud } = await bench();
  await create();
  expect(cloud.assumed).toEqual([{ roleArn: ROLE_ARN, externalId: 'tavus', durationSec: 43_200 }]);
});

test('recording_storage is judged like the flat fields, and may name its own external id', async () => {
  const { api, cloud } = await bench();
  const body = (storage: object): object => ({
    replica_id: 'r_laptop',
    properties: { enable_recording: true, recording_storage: storage },
  });
  expect((await api('POST', '/conversations', body(STORAGE))).status).toBe(200);
  expect(await api('POST', '/conversations', body({ ...STORAGE, external_id: 'x' }))).toMatchObject(REFUSED);
  const [statement] = GOOD_TRUST.Statement;
  const trust = { Statement: { ...statement, Condition: { StringEquals: { 'sts:ExternalId': 'x' } } } };
  cloud.role = { trust, maxSessionSec: 43_200 };
  expect((await api('POST', '/conversations', body({ ...STORAGE, external_id: 'x' }))).status).toBe(200);
  expect(cloud.assumed.at(-1)?.externalId).toBe('x');
});

test.each<[string, (cloud: Bench['cloud']) => void, string]>([
  ['a missing role', (cloud) => (cloud.role = undefined), 'There is no such role'],
  [
    'a trust without the vendor',
    (cloud) => (cloud.role = { trust: {}, maxSessionSec: 43_200 }),
    '291871421005',
  ],
  ['one hour', (cloud) => (cloud.role = { trust: GOOD_TRUST, maxSessionSec: 3_600 }), '3600 s'],
  [
    'AssumeRole being refused by AWS itself',
    (cloud) => (cloud.assumeRefusal = new CloudRefusal('AccessDenied', `not on ${ROLE_ARN}`)),
    '(AccessDenied)',
  ],
])('refuses to create with %s, in always the same words', async (_name, spoil, cause) => {
  const { api, sim, cloud } = await bench();
  spoil(cloud);
  expect(await api('POST', '/conversations', RECORDED)).toMatchObject(REFUSED);
  const { requests }: { requests: { sentence: string }[] } = JSON.parse((await sim('/requests')).text);
  expect(requests).toMatchObject([{ status: 400, body: RECORDED }]);
  expect(requests[0]?.sentence).toContain(cause);
  expect(requests[0]?.sentence).not.toContain(ROLE_ARN);
});

test.each(['nonsense', 'arn:aws:iam::123456789012:user/x', 'arn:aws-cn:iam::123456789012:role/x'])(
  'refuses %s as a role without asking AWS',
  async (arn) => {
    const { api, cloud } = await bench();
    const body = { ...RECORDED, properties: { ...FLAT, aws_assume_role_arn: arn } };
    expect(await api('POST', '/conversations', body)).toMatchObject(REFUSED);
    expect(cloud.calls).toEqual([]);
  },
);

test.each<[string, (cloud: Bench['cloud']) => void]>([
  ['S3 rights', (cloud) => cloud.denied.set('s3:PutObject', 'no')],
  ['bucket', (cloud) => (cloud.bucket = undefined)],
  ['region', (cloud) => (cloud.bucket = { region: 'eu-west-1', kms: false })],
  [
    'KMS rights',
    (cloud) => cloud.denied.set('s3:PutObject', 'not authorized to perform: kms:GenerateDataKey'),
  ],
])('does not look at the %s at creation', async (_name, spoil) => {
  const { api, cloud } = await bench();
  spoil(cloud);
  expect((await api('POST', '/conversations', RECORDED)).status).toBe(200);
  expect(cloud.calls.filter((call) => call.startsWith('s3:'))).toEqual([]);
});

test('an S3 storage is judged even when enable_recording is false', async () => {
  const { api, cloud } = await bench();
  cloud.role = undefined;
  const off = { replica_id: 'r_laptop', properties: { ...FLAT, enable_recording: false } };
  expect(await api('POST', '/conversations', off)).toMatchObject(REFUSED);
});

test('a role ARN is taken apart, with and without a path', () => {
  expect(parseRoleArn('arn:aws:iam::123456789012:role/a/b/name')).toEqual({
    accountId: '123456789012',
    roleName: 'name',
  });
  expect(parseRoleArn(ROLE_ARN)).toEqual({ accountId: '123456789012', roleName: 'tavus-recordings' });
  expect(parseRoleArn('arn:aws:iam::1:role/x')).toBeUndefined();
});
