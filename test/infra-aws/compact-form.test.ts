import { compactForm } from './compact-form';

it('says a property, a function and a statement in a line each', () => {
  const resource = {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'Logs' },
      Empty: [],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: ['s3:GetObject', 's3:PutObject'],
            Resource: [
              { 'Fn::GetAtt': ['Logs', 'Arn'] },
              { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Logs', 'Arn'] }, '/*']] },
            ],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    },
    DeletionPolicy: 'Retain',
  };
  expect(compactForm('Policy', resource).split('\n')).toEqual([
    'Policy: AWS::S3::BucketPolicy',
    '  Bucket: <Logs>',
    '  Empty: []',
    '  PolicyDocument: Deny {AWS: *} s3:GetObject s3:PutObject on <Logs.Arn> <Logs.Arn>/* when {Bool: {aws:SecureTransport: false}}',
    '  DeletionPolicy: Retain',
  ]);
});
