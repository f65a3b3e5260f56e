import { deploy } from './deployed';
import { PINNED, synthVariant } from './helpers';
import { asList } from './template';

/**
 * What Tavus requires, restated from its recordings page instead of imported from the contract:
 * https://docs.tavus.io/sections/conversational-video-interface/quickstart/conversation-recordings (read 2026-11-22)
 */
describe('what Tavus requires of our account', () => {
  const template = synthVariant('s3');
  const deployed = deploy('s3', template);

  it('the role trusts account 291871421005 with the external id tavus', () => {
    expect(deployed.trust.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: 'arn:aws:iam::291871421005:root' },
        Condition: { StringEquals: { 'sts:ExternalId': 'tavus' } },
      },
    ]);
  });

  it('a session lasts 43200 seconds', () => {
    expect(template.Resources[PINNED.role]?.Properties['MaxSessionDuration']).toBe(43_200);
  });

  it('the role has exactly eight actions, sorted, each on its level', () => {
    const statements = deployed.rolePolicies.flatMap(({ Statement }) => Statement);
    expect(statements.map(({ Action, Resource }) => ({ Resource, Action: asList(Action) }))).toEqual([
      {
        Resource: deployed.bucketArn,
        Action: ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions'],
      },
      {
        Resource: `${deployed.bucketArn}/*`,
        Action: [
          's3:AbortMultipartUpload',
          's3:GetObject',
          's3:GetObjectVersion',
          's3:ListMultipartUploadParts',
          's3:PutObject',
        ],
      },
    ]);
  });

  it('with a customer key it has two actions more, through S3 only', () => {
    const kms = deploy('kms', synthVariant('kms'));
    expect(kms.rolePolicies.flatMap(({ Statement }) => Statement).slice(2)).toEqual([
      {
        Sid: 'UseKeyThroughS3',
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: kms.keyArn,
        Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
      },
    ]);
  });
});
