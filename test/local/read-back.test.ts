import { comparisonLine, firstDifference, policyForm, policySummary } from '../../local/read-back/comparison';
import { resolve, type Deployed } from '../../local/read-back/resolve';

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
      '["Bucket","DomainName"]: is no attribute that was read back.',
    ],
    [{ 'Fn::Select': [0, []] }, 'Fn::Select: cannot be resolved here'],
  ])('refuses %j instead of comparing half of it', (value, message) => {
    expect(() => resolve(value, DEPLOYED)).toThrow(message);
  });
});

describe('comparing', () => {
  test.each([
    [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, undefined],
    [{ a: { b: [1, 2] } }, { a: { b: [1, 3] } }, 'a.b[1]'],
    [{ a: 1, b: 2 }, { a: 1 }, 'b'],
    [{ a: 1 }, { a: 1, c: 3 }, 'c'],
    ['x', null, 'as a whole'],
  ])('%j with %j differs at %s', (expected, found, place) => {
    expect(firstDifference(expected, found)).toBe(place);
  });

  const base = { id: 'x', checked: 'x', enforcedBy: 'emulator', summary: () => 'two rules' } as const;

  test('fails a difference that its summary does not show, and says where it is', () => {
    const line = comparisonLine({ ...base, expected: { days: 90 }, found: { days: 9 } });
    expect(line).toMatchObject({
      state: 'fails',
      expected: 'two rules',
      found: 'two rules, but another days',
    });
  });

  test('fails what is not there', () => {
    expect(comparisonLine({ ...base, expected: { days: 90 }, found: null })).toMatchObject({
      state: 'fails',
      found: 'nothing',
    });
  });
});

describe('policies', () => {
  test('are equal whatever the order of their actions, and differ by a condition', () => {
    const policy = (Action: string | string[], Condition?: object): unknown =>
      policyForm(
        JSON.parse(JSON.stringify({ Statement: { Effect: 'Allow', Action, Resource: 'r', Condition } })),
      );
    expect(policy(['a', 'b'])).toEqual(policy(['b', 'a']));
    expect(policy('a')).toEqual(policy(['a']));
    expect(policy('a')).not.toEqual(policy('a', { Bool: { x: 'true' } }));
  });

  test('are summed up with the keys of their conditions', () => {
    const statement = {
      Effect: 'Deny',
      Action: 's3:*',
      Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
    };
    expect(policySummary({ Statement: [statement, { Effect: 'Allow', Action: ['a', 'b'] }] })).toBe(
      'Deny s3:* if s3:TlsVersion<1.2; Allow 2 actions',
    );
  });
});
