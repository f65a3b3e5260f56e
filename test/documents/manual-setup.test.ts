import { bucketFiles } from '../../scripts/manual-setup/aws-cli';
import { setupFiles, keyFiles } from '../../scripts/manual-setup/files';
import { formatJson } from '../../scripts/manual-setup/format-json';
import { bucketAndRole, synthesize } from '../../scripts/manual-setup/stack';

describe("a bucket's properties in the AWS CLI's format", () => {
  test('have nested expirations, an ID and a filter in each lifecycle rule', () => {
    const Rules = [
      { Id: 'a', Status: 'Enabled', ExpirationInDays: 3 },
      { Id: 'b', Status: 'Enabled', ExpiredObjectDeleteMarker: true },
      { Id: 'c', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 2 } },
      { Id: 'd', Status: 'Disabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
    ];
    expect(bucketFiles({ LifecycleConfiguration: { Rules } })).toEqual({
      'lifecycle.json': {
        Rules: [
          { ID: 'a', Status: 'Enabled', Filter: {}, Expiration: { Days: 3 } },
          { ID: 'b', Status: 'Enabled', Filter: {}, Expiration: { ExpiredObjectDeleteMarker: true } },
          { ID: 'c', Status: 'Enabled', Filter: {}, NoncurrentVersionExpiration: { NoncurrentDays: 2 } },
          {
            ID: 'd',
            Status: 'Disabled',
            Filter: {},
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
        ],
      },
    });
  });

  test('say ApplyServerSideEncryptionByDefault', () => {
    const rule = {
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'k' },
      BucketKeyEnabled: true,
      BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
    };
    expect(bucketFiles({ BucketEncryption: { ServerSideEncryptionConfiguration: [rule] } })).toEqual({
      'encryption.json': {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'k' },
            BucketKeyEnabled: true,
            BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
          },
        ],
      },
    });
  });

  test.each([
    ['the bucket', 'ObjectLockEnabled', { ObjectLockEnabled: true }],
    ['a lifecycle rule', 'Prefix', { LifecycleConfiguration: { Rules: [{ Id: 'a', Prefix: 'tavus/' }] } }],
    [
      'the encryption',
      'Algorithm',
      { BucketEncryption: { ServerSideEncryptionConfiguration: [{ Algorithm: 'a' }] } },
    ],
  ])('are refused if %s has an unknown one', (where, property, properties) => {
    expect(() => bucketFiles(properties)).toThrow(
      `${property}: has no translation for the AWS CLI, got a property of ${where}. The guide would create a bucket without it. ` +
        'Add it to scripts/manual-setup/aws-cli.ts.',
    );
  });
});

describe('the files of the manual setup', () => {
  const files = setupFiles('s3');

  test('are not empty', () => {
    expect(files.filter(({ json }) => json === null)).toEqual([]);
  });

  test("contain all properties of the stack's bucket except the access logs", () => {
    const { bucket } = bucketAndRole(synthesize('s3'));
    expect(Object.keys(bucket).toSorted()).toEqual([
      'BucketEncryption',
      'LifecycleConfiguration',
      'LoggingConfiguration',
      'OwnershipControls',
      'PublicAccessBlockConfiguration',
      'VersioningConfiguration',
    ]);
    expect(files.map(({ name }) => name)).toEqual([
      'public-access.json',
      'ownership.json',
      'encryption.json',
      'versioning.json',
      'lifecycle.json',
      'bucket-policy.json',
      'trust.json',
      'permissions.json',
    ]);
  });

  test('differ with a customer key only in encryption and permissions', () => {
    expect(keyFiles().map(({ name }) => name)).toEqual(['encryption-kms.json', 'permissions-kms.json']);
    expect(JSON.stringify(keyFiles())).toContain('"kms:ViaService":"s3.<region>.amazonaws.com"');
  });
});

test("JSON is compact, with a policy's keys in reading order", () => {
  const statement = { Action: 'a', Resource: 'b', Effect: 'Deny' };
  expect(formatJson({ Statement: [statement, statement], Version: '1', Filter: {} })).toBe(`{
  "Filter": {},
  "Version": "1",
  "Statement": [
    { "Effect": "Deny", "Action": "a", "Resource": "b" },
    { "Effect": "Deny", "Action": "a", "Resource": "b" }
  ]
}`);
});
