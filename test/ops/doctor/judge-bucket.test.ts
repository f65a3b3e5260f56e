import type { LifecycleRule, ServerSideEncryption, ServerSideEncryptionRule } from '@aws-sdk/client-s3';
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
import { judgeLifecycle } from '../../../ops/doctor/bucket/judge-lifecycle';
import { judgeDenials, judgeTls } from '../../../ops/doctor/bucket/judge-policy';
import { parsePolicy } from '../../../ops/doctor/policy/document';
import type { Status, Verdict } from '../../../ops/doctor/verdict';
import { ALL_BLOCKED, BUCKET, BUCKET_POLICY, LIFECYCLE, LOG_BUCKET } from '../fake-aws';

type Row = readonly [string, Verdict, Status, string];

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
  ['its own region', judgeRegion('us-east-1', 'us-east-1'), 'ok', 'us-east-1'],
  ['another region', judgeRegion('eu-west-1', 'us-east-1'), 'fail', 'us-east-1'],
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
  ['ACLs in an old bucket', judgeOwnership(undefined, BUCKET), 'warn', 'never set, so ACLs count'],
  ['access logs', judgeLogging({ bucket: LOG_BUCKET, prefix: 'r/' }, BUCKET), 'ok', `into ${LOG_BUCKET}, r/`],
  ['no access logs', judgeLogging(undefined, BUCKET), 'warn', 'off'],
];

test.each(ROWS)('%s', (_, verdict, status, found) => {
  expect(verdict).toMatchObject({ status, found });
  expect(verdict.fix === undefined).toBe(status === 'ok');
});

describe('the TLS policy', () => {
  const [plain, old] = BUCKET_POLICY.Statement;
  const tls = (...statements: readonly (object | undefined)[]): Verdict =>
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

  test('that is not there fails, and the fix holds both statements', () => {
    const verdict = judgeTls(undefined, BUCKET);
    expect(verdict).toMatchObject({ status: 'fail', found: 'no bucket policy' });
    expect(verdict.fix).toContain('"aws:SecureTransport":"false"');
    expect(verdict.fix).toContain('"s3:TlsVersion":"1.2"');
  });

  test.each([
    ['the TLS denials', [plain, old], 'ok', 'none'],
    [
      'a demand for an encryption header, which Tavus does not send',
      [
        {
          Sid: 'NeedHeader',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutObject',
          Resource: '*',
          Condition: { Null: { 's3:x-amz-server-side-encryption': 'true' } },
        },
      ],
      'warn',
      'Deny in NeedHeader (condition on s3:x-amz-server-side-encryption)',
    ],
    [
      'a Deny of what Tavus never does',
      [{ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject' }],
      'ok',
      'none',
    ],
  ] as const)('and denials: %s', (_, Statement, status, found) => {
    expect(judgeDenials(parsePolicy(JSON.stringify({ Statement })))).toMatchObject({ status, found });
  });
});

describe('the lifecycle', () => {
  const [expire, noncurrent, markers, abort] = LIFECYCLE;
  const FULL = 'expire after 90 d, old versions 7 d more, delete markers removed, broken uploads 7 d';
  test.each<readonly [string, readonly LifecycleRule[], Status, string]>([
    ['of four rules', [expire, noncurrent, markers, abort], 'ok', FULL],
    [
      'in one rule',
      [
        {
          Status: 'Enabled',
          Expiration: { Days: 90 },
          NoncurrentVersionExpiration: { NoncurrentDays: 7 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
        markers,
      ],
      'ok',
      FULL,
    ],
    [
      'that is switched off',
      [{ ...expire, Status: 'Disabled' }, noncurrent, markers, abort],
      'fail',
      'recordings never expire, old versions 7 d more, delete markers removed, broken uploads 7 d',
    ],
    [
      'of another prefix',
      [{ ...expire, Filter: { Prefix: 'logs/' } }, noncurrent, markers, abort],
      'fail',
      'recordings never',
    ],
    [
      'of tagged objects only',
      [expire, { ...noncurrent, Filter: { Tag: { Key: 'a', Value: 'b' } } }, markers, abort],
      'fail',
      'expire after 90 d, old versions are kept for ever',
    ],
    [
      'without the marker rule',
      [expire, noncurrent, abort],
      'warn',
      'expire after 90 d, old versions 7 d more, delete markers stay',
    ],
    ['without the abort rule', [expire, noncurrent, markers], 'warn', 'expire after 90 d'],
    [
      'that aborts uploads under way',
      [expire, noncurrent, markers, { ...abort, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }],
      'warn',
      'expire after 90 d, old versions 7 d more, delete markers removed, broken uploads 1 d',
    ],
  ])('%s', (_, rules, status, found) => {
    const verdict = judgeLifecycle(rules, BUCKET);
    expect(verdict.status).toBe(status);
    expect(verdict.found).toContain(found);
  });

  test('that is not there fails, and the fix sets all four rules', () => {
    const verdict = judgeLifecycle(undefined, BUCKET);
    expect(verdict.status).toBe('fail');
    const json = /'(\{.*\})'/.exec(verdict.fix ?? '')?.[1] ?? '';
    const { Rules: rules }: { Rules: LifecycleRule[] } = JSON.parse(json);
    expect(judgeLifecycle(rules, BUCKET).status).toBe('ok');
  });
});
