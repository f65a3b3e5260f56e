import { readDiff } from '../../../ops/deploy/aws/read-diff';

/** What `cdk diff --method template --no-color` of 2.1148.1 printed for this project's stack on 2026-11-25, shortened. */
const RENAMED = `Stack TavusRecordings-dev (aws://111122223333/us-east-1)
Resources
[~] AWS::S3::Bucket RecordingsBucket RecordingsBucketAA52F499 replace
 ├─ [+] BucketName (requires replacement)
 │   └─ another-bucket-name
 └─ [~] LifecycleConfiguration
     └─ [~] .Rules:
         └─ @@ -1,6 +1,6 @@
            [ ] [
            [ ]   {
            [-]     "ExpirationInDays": 90,
            [+]     "ExpirationInDays": 30,
[~] AWS::S3::BucketPolicy RecordingsBucket/Policy RecordingsBucketPolicy7D6C1F47 replace
 └─ [~] Bucket (requires replacement)
     └─ [~] .Ref:
         ├─ [-] RecordingsBucketAA52F499
         └─ [+] RecordingsBucketAA52F499 (replaced)

✨  Number of stacks with differences: 1

❌  Found 2 destructive change(s) (--fail-on=destructive):
  TavusRecordings-dev: AWS::S3::Bucket RecordingsBucket RecordingsBucketAA52F499 will be replaced
`;

const ADOPTED = `Stack TavusRecordings-dev (aws://111122223333/us-east-1)
Resources
[-] AWS::S3::Bucket AccessLogBucketDA470295 orphan
[-] AWS::S3::BucketPolicy RecordingsBucketPolicy7D6C1F47 destroy
[+] AWS::KMS::Key RecordingsKey RecordingsKeyD1D6E6F1
[~] AWS::IAM::Role TavusRole TavusRoleE7D1C582 may be replaced
 └─ [~] RoleName (may cause replacement)
     ├─ [-] {"Ref":"Before"}
     └─ [+] {"Ref":"After"}

Outputs
[~] Output TavusRecordingS3BucketName TavusRecordingS3BucketName: {"Value":{"Ref":"RecordingsBucketAA52F499"}} to {"Value":"x"}
`;

test('a replacement is read with the properties that are to blame', () => {
  expect(readDiff(RENAMED)).toEqual([
    {
      logicalId: 'RecordingsBucketAA52F499',
      type: 'AWS::S3::Bucket',
      effect: 'replaced',
      properties: ['BucketName'],
    },
    {
      logicalId: 'RecordingsBucketPolicy7D6C1F47',
      type: 'AWS::S3::BucketPolicy',
      effect: 'replaced',
      properties: ['Bucket'],
    },
  ]);
});

test('what leaves, is made or may be replaced is read; an output is no resource', () => {
  expect(readDiff(ADOPTED)).toEqual([
    { logicalId: 'AccessLogBucketDA470295', type: 'AWS::S3::Bucket', effect: 'leaves', properties: [] },
    {
      logicalId: 'RecordingsBucketPolicy7D6C1F47',
      type: 'AWS::S3::BucketPolicy',
      effect: 'leaves',
      properties: [],
    },
    { logicalId: 'RecordingsKeyD1D6E6F1', type: 'AWS::KMS::Key', effect: 'made', properties: [] },
    {
      logicalId: 'TavusRoleE7D1C582',
      type: 'AWS::IAM::Role',
      effect: 'may-be-replaced',
      properties: ['RoleName'],
    },
  ]);
});

test('an update in place is one, and its values are not read as resources', () => {
  expect(readDiff(RENAMED.replaceAll(' replace\n', '\n').replaceAll(' (requires replacement)', ''))).toEqual([
    expect.objectContaining({ logicalId: 'RecordingsBucketAA52F499', effect: 'updated', properties: [] }),
    expect.objectContaining({
      logicalId: 'RecordingsBucketPolicy7D6C1F47',
      effect: 'updated',
      properties: [],
    }),
  ]);
});

test('without a difference there is nothing to read', () => {
  expect(readDiff('Stack TavusRecordings-dev\nThere were no differences\n')).toEqual([]);
});
