import { resolve, type Deployed } from '../../../scripts/by-hand/resolve';

const DEPLOYED: Deployed = {
  account: '111122223333',
  region: 'us-east-1',
  stack: 'TavusRecordings-laptop',
  physicalIds: { Bucket: 'a-bucket' },
  arns: { Bucket: 'arn:aws:s3:::a-bucket' },
};

describe('resolving a template', () => {
  test('puts what was deployed in the place of references', () => {
    const value = {
      name: { Ref: 'Bucket' },
      objects: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] },
      account: [{ Ref: 'AWS::AccountId' }, 7, null],
    };
    expect(resolve(value, DEPLOYED)).toEqual({
      name: 'a-bucket',
      objects: 'arn:aws:s3:::a-bucket/*',
      account: ['111122223333', 7, null],
    });
  });

  test.each([
    [{ Ref: 'Nowhere' }, 'Nowhere: is not in the deployed stack, got a reference to it.'],
    [
      { 'Fn::GetAtt': ['Bucket', 'DomainName'] },
      '["Bucket","DomainName"]: is no attribute that is known, got a reference to it.',
    ],
    [{ 'Fn::Select': [0, []] }, 'Fn::Select: cannot be resolved here'],
  ])('refuses %j instead of comparing half of it', (value, message) => {
    expect(() => resolve(value, DEPLOYED)).toThrow(message);
  });
});
