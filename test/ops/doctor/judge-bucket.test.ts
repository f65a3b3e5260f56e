import type { ServerSideEncryption, ServerSideEncryptionRule } from '@aws-sdk/client-s3';
import {
  judgeAccountPublicAccess,
  judgeBucket,
  judgeDirectRegion,
  judgeEncryption,
  judgeLogging,
  judgeOwnership,
  judgePublicAccess,
  judgeRegion,
  judgeVersioning,
} from '../../../ops/doctor/bucket/judge';
import { judgeTls } from '../../../ops/doctor/bucket/judge-policy';
import { parsePolicy } from '../../../ops/doctor/policy/document';
import type { CheckStatus, CheckOutcome } from '../../../ops/doctor/check-result';
import { ALL_BLOCKED, BUCKET, BUCKET_POLICY, LOG_BUCKET } from '../fake-aws';

type Row = readonly [string, CheckOutcome, CheckStatus, string];

const encryption = (
  algorithm?: ServerSideEncryption,
  key?: string,
  bucketKey?: boolean,
): ServerSideEncryptionRule => ({
  ...(algorithm === undefined
    ? {}
    : {
        ApplyServerSideEncryptionByDefault: {
          SSEAlgorithm: algorithm,
          ...(key === undefined ? {} : { KMSMasterKeyID: key }),
        },
      }),
  ...(bucketKey === undefined ? {} : { BucketKeyEnabled: bucketKey }),
});

const ROWS: readonly Row[] = [
  ['a bucket', judgeBucket(true, BUCKET), 'ok', BUCKET],
  ['no bucket', judgeBucket(undefined, BUCKET), 'fail', 'no such bucket'],
  [
    'a bucket with dots in its name',
    judgeBucket(true, 'acme.recordings'),
    'warn',
    'acme.recordings, with dots: its host name does not match the TLS certificate, so it needs path-style addresses',
  ],
  ['its own region', judgeRegion('us-east-1', 'us-east-1', 'x'), 'ok', 'us-east-1'],
  ['another region', judgeRegion('eu-west-1', 'us-east-1', 'x'), 'fail', 'us-east-1'],
  ['a direct region', judgeDirectRegion('us-west-2'), 'ok', 'us-west-2'],
  ['a disputed region', judgeDirectRegion('eu-central-1'), 'warn', 'eu-central-1'],
  ['SSE-S3', judgeEncryption(encryption('AES256'), BUCKET), 'ok', 'SSE-S3'],
  ['no encryption', judgeEncryption(undefined, BUCKET), 'fail', 'no default encryption'],
  [
    'a customer key',
    judgeEncryption(encryption('aws:kms', 'k', true), BUCKET),
    'ok',
    'SSE-KMS with a customer key, bucket key',
  ],
  [
    'a customer key without a bucket key',
    judgeEncryption(encryption('aws:kms', 'k', false), BUCKET),
    'warn',
    'SSE-KMS with a customer key, no bucket key',
  ],
  [
    "AWS's own key",
    judgeEncryption(encryption('aws:kms', undefined, true), BUCKET),
    'ok',
    "SSE-KMS with AWS's key aws/s3, bucket key",
  ],
  [
    'two layers',
    judgeEncryption(encryption('aws:kms:dsse', 'k'), BUCKET),
    'ok',
    'DSSE-KMS with a customer key',
  ],
  ['versioning', judgeVersioning('Enabled', BUCKET), 'ok', 'Enabled'],
  ['versioning that was suspended', judgeVersioning('Suspended', BUCKET), 'fail', 'Suspended'],
  ['versioning that never was', judgeVersioning(undefined, BUCKET), 'fail', 'never enabled'],
  ['all blocks', judgePublicAccess(ALL_BLOCKED, BUCKET), 'ok', '4 of 4 on'],
  [
    'three blocks',
    judgePublicAccess({ ...ALL_BLOCKED, BlockPublicPolicy: false }, BUCKET),
    'fail',
    '3 of 4 on, off: BlockPublicPolicy',
  ],
  [
    'no block',
    judgePublicAccess(undefined, BUCKET),
    'fail',
    '0 of 4 on, off: BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets',
  ],
  ["the account's blocks", judgeAccountPublicAccess(ALL_BLOCKED), 'ok', '4 of 4 on'],
  [
    "three of the account's blocks",
    judgeAccountPublicAccess({ ...ALL_BLOCKED, BlockPublicAcls: false }),
    'warn',
    '3 of 4 on, off: BlockPublicAcls',
  ],
  ['no ACLs', judgeOwnership('BucketOwnerEnforced', BUCKET), 'ok', 'BucketOwnerEnforced'],
  ['ACLs', judgeOwnership('ObjectWriter', BUCKET), 'warn', 'ObjectWriter'],
  ['ACLs in an old bucket', judgeOwnership(undefined, BUCKET), 'warn', 'never set, so ACLs are enabled'],
  ['access logs', judgeLogging({ bucket: LOG_BUCKET, prefix: 'r/' }, BUCKET), 'ok', `into ${LOG_BUCKET}, r/`],
  ['no access logs', judgeLogging(undefined, BUCKET), 'warn', 'off'],
];

test.each(ROWS)('%s', (_, outcome, status, found) => {
  expect(outcome).toMatchObject({ status, found });
  expect(outcome.fix === undefined).toBe(status === 'ok');
});

describe('the TLS policy', () => {
  const [plain, old] = BUCKET_POLICY.Statement;
  const tls = (...statements: readonly (object | undefined)[]): CheckOutcome =>
    judgeTls(parsePolicy(JSON.stringify({ Statement: statements })), BUCKET);

  test.each([
    ['both denials', [plain, old], 'ok'],
    ['the older version alone', [plain], 'warn'],
    ['plain HTTP let through', [old], 'fail'],
    ['for one caller only', [{ ...plain, Principal: { AWS: '111122223333' } }, old], 'fail'],
    ['for objects only', [{ ...plain, Resource: `arn:aws:s3:::${BUCKET}/*` }, old], 'fail'],
    ['for another bucket', [{ ...plain, Resource: ['arn:aws:s3:::x', 'arn:aws:s3:::x/*'] }, old], 'fail'],
    ['for one action', [{ ...plain, Action: 's3:GetObject' }, old], 'fail'],
    ['as an Allow', [{ ...plain, Effect: 'Allow' }, old], 'fail'],
    [
      'under one more condition',
      [
        { ...plain, Condition: { Bool: { 'aws:SecureTransport': 'false', 'aws:ViaAWSService': 'false' } } },
        old,
      ],
      'fail',
    ],
    [
      'TLS 1.1 let through',
      [plain, { ...old, Condition: { NumericLessThan: { 's3:TlsVersion': '1.1' } } }],
      'warn',
    ],
  ] as const)('with %s', (_, statements, status) => {
    expect(tls(...statements).status).toBe(status);
  });

  test('if missing fails, and the fix has both statements', () => {
    const outcome = judgeTls(undefined, BUCKET);
    expect(outcome).toMatchObject({ status: 'fail', found: 'no bucket policy' });
    expect(outcome.fix).toContain('"aws:SecureTransport":"false"');
    expect(outcome.fix).toContain('"s3:TlsVersion":"1.2"');
  });
});
