import { readStorage } from '../../../local/tavus/create/storage-config';
import { FLAT, STORAGE } from './helpers';

test('the three flat fields mean the same as recording_storage with provider s3', () => {
  expect(readStorage(FLAT)).toEqual({ config: STORAGE });
  expect(readStorage({ recording_storage: STORAGE })).toEqual({ config: STORAGE });
});

test('no storage is no storage', () => {
  expect(readStorage({ enable_recording: true })).toEqual({ config: undefined });
});

test('recording_storage counts when both are there', () => {
  const both = { ...FLAT, recording_storage: { ...STORAGE, bucket_name: 'other' } };
  expect(readStorage(both)).toMatchObject({ config: { bucket_name: 'other' } });
});

test.each<[string, Record<string, unknown>, string]>([
  ['flat: bucket alone', { recording_s3_bucket_name: 'b' }, 'bucket_region'],
  ['flat: no role', { recording_s3_bucket_name: 'b', recording_s3_bucket_region: 'r' }, 'assume_role_arn'],
  ['flat: empty bucket', { ...FLAT, recording_s3_bucket_name: '' }, 'bucket_name'],
  ['no provider', { recording_storage: { ...STORAGE, provider: undefined } }, 'provider'],
  ['another provider', { recording_storage: { ...STORAGE, provider: 'gcs' } }, 'provider'],
  ['no bucket', { recording_storage: { ...STORAGE, bucket_name: undefined } }, 'bucket_name'],
  ['no region', { recording_storage: { ...STORAGE, bucket_region: undefined } }, 'bucket_region'],
  ['no role', { recording_storage: { ...STORAGE, assume_role_arn: undefined } }, 'assume_role_arn'],
])('refuses %s', (_name, properties, field) => {
  const answer = readStorage(properties);
  expect('problem' in answer && answer.problem.startsWith(`recording_storage.${field}: `)).toBe(true);
});
