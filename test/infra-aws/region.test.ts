import { makeApp } from './helpers';
import { TARGET } from './template';

const warnings = (region: string | undefined, dev: object = {}): string[] => {
  const { stacks } = makeApp({ dev }, { account: TARGET.account, region });
  return stacks
    .flatMap((stack) => stack.node.metadata)
    .flatMap(({ type, data }) => (type === 'aws:cdk:warning' ? [String(data)] : []));
};

it.each(['us-east-1', 'us-west-2', undefined])('does not warn about %s', (region) => {
  expect(warnings(region)).toEqual([]);
});

it('warns once about a region into which the vendor may not write directly, and says how to acknowledge', () => {
  expect(warnings('eu-central-1')).toEqual([
    'region: is not one into which the vendor is known to write directly (us-east-1, us-west-2), got eu-central-1. ' +
      'Elsewhere its pages disagree: a recording may be stored at the vendor first and copied later. ' +
      'Ask Tavus, or deploy to one of these regions. [ack: tavus-recordings:region]',
  ]);
});

it('warns about the region of an existing bucket, not that of the stack', () => {
  const existing = (existingBucketRegion: string): object => ({
    existingBucketName: 'acme',
    existingBucketRegion,
  });
  expect(warnings('eu-central-1', existing('us-west-2'))).toEqual([]);
  expect(warnings('us-east-1', existing('eu-central-1'))).toEqual([
    expect.stringContaining('got eu-central-1.'),
  ]);
});

it.each([
  'cn-north-1',
  'us-gov-west-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'eusc-de-east-1',
])('refuses %s, where the vendor has no account', (region) => {
  expect(() => makeApp({ dev: {} }, { account: TARGET.account, region })).toThrow(
    `- region: is outside the partition aws, got "${region}". The vendor's account 291871421005 exists only in aws and could not ` +
      'assume the role. Set AWS_REGION, or the region of your profile, to a region such as us-east-1.',
  );
});

it('reports a region and wrong settings together', () => {
  expect(() => makeApp({ dev: { retentionDays: 0 } }, { account: undefined, region: 'cn-north-1' })).toThrow(
    /region: is outside[^]*environments\.dev\.retentionDays: is not/,
  );
});
