import {
  keyFromTemplate,
  keyTemplateProblem,
  readStorage,
  storageUri,
} from '../../../local/tavus/create/storage-config';
import { FLAT, STORAGE } from './helpers';

const GCS = {
  provider: 'gcs',
  bucket_name: 'b',
  project_id: 'p',
  workload_identity_provider: 'projects/1/locations/global/workloadIdentityPools/w/providers/x',
  service_account_email: 'a@b.example',
};
const AZURE = {
  provider: 'azure_blob',
  storage_account: 'acct',
  container: 'c',
  tenant_id: 't',
  client_id: 'i',
};

test('the three flat fields mean the same as recording_storage with provider s3', () => {
  expect(readStorage(FLAT)).toEqual({ config: STORAGE });
  expect(readStorage({ recording_storage: STORAGE })).toEqual({ config: STORAGE });
});

test('without storage fields there is no storage', () => {
  expect(readStorage({ enable_recording: true })).toEqual({ config: undefined });
});

test('recording_storage takes precedence over the flat fields', () => {
  const both = { ...FLAT, recording_storage: { ...STORAGE, bucket_name: 'other' } };
  expect(readStorage(both)).toMatchObject({ config: { bucket_name: 'other' } });
});

type InvalidCase = [string, Record<string, unknown>, string];
const INVALID: InvalidCase[] = [
  ['flat: bucket only', { recording_s3_bucket_name: 'b' }, 'bucket_region'],
  ['flat: no role', { recording_s3_bucket_name: 'b', recording_s3_bucket_region: 'r' }, 'assume_role_arn'],
  ['flat: empty bucket', { ...FLAT, recording_s3_bucket_name: '' }, 'bucket_name'],
  ['no provider', { recording_storage: { ...STORAGE, provider: undefined } }, 'provider'],
  ['unknown provider', { recording_storage: { ...STORAGE, provider: 'ftp' } }, 'provider'],
  ['s3: no bucket', { recording_storage: { ...STORAGE, bucket_name: undefined } }, 'bucket_name'],
  ['s3: no region', { recording_storage: { ...STORAGE, bucket_region: undefined } }, 'bucket_region'],
  ['s3: no role', { recording_storage: { ...STORAGE, assume_role_arn: undefined } }, 'assume_role_arn'],
  ...(['bucket_name', 'project_id', 'workload_identity_provider', 'service_account_email'] as const).map(
    (field): InvalidCase => [
      `gcs: no ${field}`,
      { recording_storage: { ...GCS, [field]: undefined } },
      field,
    ],
  ),
  [
    'gcs: provider with its host',
    { recording_storage: { ...GCS, workload_identity_provider: '//iam.googleapis.com/projects/1' } },
    'workload_identity_provider',
  ],
  ...(['storage_account', 'container', 'tenant_id', 'client_id'] as const).map((field): InvalidCase => [
    `azure: no ${field}`,
    { recording_storage: { ...AZURE, [field]: undefined } },
    field,
  ]),
  ['gcs: bad key_template', { recording_storage: { ...GCS, key_template: '/x' } }, 'key_template'],
  ['azure: bad key_template', { recording_storage: { ...AZURE, key_template: 'a//b' } }, 'key_template'],
];

test.each(INVALID)('refuses %s', (_name, properties, field) => {
  const result = readStorage(properties);
  expect(result).toHaveProperty('problem');
  expect('problem' in result && result.problem.startsWith(`recording_storage.${field}: `)).toBe(true);
});

test.each([GCS, AZURE])('accepts $provider, with and without a template', (storage) => {
  expect(readStorage({ recording_storage: storage })).toEqual({ config: storage });
  const withTemplate = { ...storage, key_template: 'rec/{conversation_id}-{epoch_ms}.mp4' };
  expect(readStorage({ recording_storage: withTemplate })).toEqual({ config: withTemplate });
});

test.each([
  ['tavus/{conversation_id}/{epoch_ms}', undefined],
  ['a'.repeat(512), undefined],
  ['a'.repeat(513), 'must not be longer than 512 characters'],
  ['', 'must not be empty'],
  ['/a', 'must not begin with /'],
  ['a//b', 'must not contain //'],
  ['a/../b', 'must not contain ..'],
  ['a b', 'has a character outside 0-9 A-Z a-z . / _ - { }'],
  ['ä', 'has a character outside 0-9 A-Z a-z . / _ - { }'],
  ['{date}/x', 'has the unknown token {date}'],
  ['{conversation_id', 'has the unknown token {conversation_id'],
])('checks the key template %p', (template, problem) => {
  expect(keyTemplateProblem(template)).toBe(problem);
});

test('the key has the value of every token, also of repeated ones', () => {
  expect(keyFromTemplate('{epoch_ms}/{conversation_id}/{epoch_ms}', 'c1', 7)).toBe('7/c1/7');
});

test.each([
  [STORAGE, 's3://acme-recordings/k'],
  [GCS, 'gs://b/k'],
  [AZURE, 'azure://acct/c/k'],
])('returns the URI of the object', (raw, uri) => {
  const read = readStorage({ recording_storage: raw });
  expect('config' in read && read.config !== undefined && storageUri(read.config, 'k')).toBe(uri);
});
