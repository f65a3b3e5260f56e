import { type StackTemplate, templateChanges } from '../../../ops/deploy/aws/template-changes';

const BUCKET = {
  Type: 'AWS::S3::Bucket',
  DeletionPolicy: 'RetainExceptOnCreate',
  Properties: { LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] } },
};
const POLICY = {
  Type: 'AWS::S3::BucketPolicy',
  Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Statement: [] } },
};
const ROLE = { Type: 'AWS::IAM::Role', Properties: { RoleName: 'a', AssumeRolePolicyDocument: {} } };
const template = (Resources: Record<string, unknown>): StackTemplate => ({ Resources });
const DEPLOYED = template({ Bucket: BUCKET, Policy: POLICY });

test('a replacement names its properties, and replaces dependent resources', () => {
  const renamed = { ...BUCKET, Properties: { ...BUCKET.Properties, BucketName: 'another', Tags: [] } };
  expect(templateChanges(DEPLOYED, template({ Bucket: renamed, Policy: POLICY }))).toEqual([
    { logicalId: 'Bucket', type: 'AWS::S3::Bucket', effect: 'replaced', properties: ['BucketName'] },
    { logicalId: 'Policy', type: 'AWS::S3::BucketPolicy', effect: 'replaced', properties: ['Bucket'] },
  ]);
});

test('reports removed, retained and added resources; another type is another resource', () => {
  expect(templateChanges(DEPLOYED, template({ Policy: ROLE, Role: ROLE }))).toEqual([
    { logicalId: 'Bucket', type: 'AWS::S3::Bucket', effect: 'leaves', properties: [] },
    { logicalId: 'Policy', type: 'AWS::S3::BucketPolicy', effect: 'replaced', properties: [] },
    { logicalId: 'Role', type: 'AWS::IAM::Role', effect: 'made', properties: [] },
  ]);
});

test('a shorter retention is an update in place, and an output is not a resource', () => {
  const Rules = [{ ExpirationInDays: 30, Status: 'Enabled' }];
  const shorter = { ...BUCKET, Properties: { LifecycleConfiguration: { Rules } } };
  expect(
    templateChanges(DEPLOYED, {
      Resources: { Bucket: shorter, Policy: POLICY },
      Outputs: { A: { Value: 'b' } },
    }),
  ).toEqual([{ logicalId: 'Bucket', type: 'AWS::S3::Bucket', effect: 'updated', properties: [] }]);
});

test('letters that CloudFormation returns as question marks are no change', () => {
  const described = (text: string): StackTemplate =>
    template({ Role: { ...ROLE, Properties: { ...ROLE.Properties, Description: text } } });
  expect(templateChanges(described('Schl?ssel'), described('Schlüssel'))).toEqual([]);
});
