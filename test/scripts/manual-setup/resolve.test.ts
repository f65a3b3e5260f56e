import { resolve, type Placeholders } from '../../../scripts/manual-setup/resolve';

const PLACEHOLDERS: Placeholders = {
  refs: { Bucket: '<bucket>', 'AWS::AccountId': '<account>' },
  arns: { Bucket: 'arn:aws:s3:::<bucket>' },
};

test('replaces references with placeholders', () => {
  const value = {
    name: { Ref: 'Bucket' },
    objects: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] },
    account: [{ Ref: 'AWS::AccountId' }, 7, null],
  };
  expect(resolve(value, PLACEHOLDERS)).toEqual({
    name: '<bucket>',
    objects: 'arn:aws:s3:::<bucket>/*',
    account: ['<account>', 7, null],
  });
});

test.each([
  [{ Ref: 'Nowhere' }, 'Ref: cannot be resolved here, got "Nowhere".'],
  [{ 'Fn::GetAtt': ['Bucket', 'DomainName'] }, 'Fn::GetAtt: cannot be resolved here'],
  [{ 'Fn::Select': [0, []] }, 'Fn::Select: cannot be resolved here'],
])('refuses %j', (value, message) => {
  expect(() => resolve(value, PLACEHOLDERS)).toThrow(message);
});
