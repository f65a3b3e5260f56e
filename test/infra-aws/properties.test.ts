import { AWS_SETTINGS } from '../../contract/settings';
import { IDENTITY_OUTPUTS, parseHandOver } from '../../contract/hand-over';
import { outputId } from '../../contract/names';
import { ERASER, makeApp, PINNED, synth, synthVariant, VARIANT_NAMES, VARIANTS } from './helpers';
import { invariantProblems } from './invariants';
import { propertyProblems } from './properties';
import { resolve, TARGET } from './template';

describe.each(VARIANT_NAMES)('the stack, variant %s', (variant) => {
  const template = synthVariant(variant);

  it('has exactly the expected properties', () => {
    expect(propertyProblems(variant, template)).toEqual([]);
  });

  it('follows the rules for every resource', () => {
    expect(invariantProblems(template)).toEqual([]);
  });

  it('is the same when synthesized again', () => {
    expect(synth(VARIANTS[variant])).toEqual(template);
  });
});

it('has outputs that the contract can read', () => {
  const template = synth(VARIANTS.kmsWithAll);
  const outputs = Object.fromEntries(
    Object.entries(template.Outputs).map(([id, { Value }]) => [id, resolve(Value, template.Resources)]),
  );
  expect(Object.keys(outputs)).toEqual([
    ...AWS_SETTINGS.map(outputId),
    ...Object.values(IDENTITY_OUTPUTS),
    'EraserRoleArn',
  ]);
  const handOver = parseHandOver(JSON.stringify({ 'TavusRecordings-dev': outputs }), { environment: 'dev' });
  expect(handOver).toMatchObject({ environment: 'dev', account: TARGET.account, region: TARGET.region });
  expect(Object.keys(handOver.settings)).toEqual(AWS_SETTINGS);
});

describe('an existing bucket in another region than the stack', () => {
  const region = 'us-west-2';
  const key = `arn:aws:kms:${region}:${TARGET.account}:key/1234abcd`;
  const existing = { existingBucketName: 'acme.recordings', existingBucketRegion: region };

  it('is handed over with its own region', () => {
    const { Outputs, Resources } = synth(existing);
    const outputs = Object.fromEntries(
      Object.entries(Outputs).map(([id, { Value }]) => [id, resolve(Value, Resources)]),
    );
    const handOver = parseHandOver(JSON.stringify({ 'TavusRecordings-dev': outputs }), {
      environment: 'dev',
    });
    expect(handOver.region).toBe(TARGET.region);
    expect(handOver.settings.TAVUS_RECORDING_S3_BUCKET_REGION).toBe(region);
  });

  it('is accessed through S3 of its own region', () => {
    const policies = JSON.stringify(synth({ ...existing, existingKmsKeyArn: key }).Resources[PINNED.role]);
    expect(policies).toContain(`"kms:ViaService":"s3.${region}.amazonaws.com"`);
    expect(policies).not.toContain(`s3.${TARGET.region}`);
  });

  it('must be in the region of its key', () => {
    expect(() => synth({ existingBucketName: 'acme', existingKmsKeyArn: key })).toThrow(
      `existingKmsKeyArn: is not in the bucket's region "${TARGET.region}"`,
    );
  });
});

describe('settings', () => {
  it('set the name of the bucket', () => {
    const { Resources } = synth({ bucketName: 'acme-recordings' });
    expect(Resources[PINNED.bucket]?.Properties['BucketName']).toBe('acme-recordings');
  });

  it('set both retention times', () => {
    const { Resources } = synth({ retentionDays: 3653, noncurrentDays: 1 });
    expect(Resources[PINNED.bucket]?.Properties['LifecycleConfiguration']).toMatchObject({
      Rules: expect.arrayContaining([
        expect.objectContaining({ ExpirationInDays: 3653 }),
        expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
      ]),
    });
  });

  it('protect the stack from deletion by default', () => {
    const { app } = makeApp({ dev: {}, test: { terminationProtection: false } });
    const stacks = app.synth().stacks.map((stack) => [stack.stackName, stack.terminationProtection]);
    expect(stacks).toEqual([
      ['TavusRecordings-dev', true],
      ['TavusRecordings-test', false],
    ]);
  });

  it('tag the stack, and so all its resources', () => {
    const { app } = makeApp({ dev: { tags: { team: 'video' } } });
    expect(app.synth().getStackByName('TavusRecordings-dev').tags).toEqual({ team: 'video' });
  });
});

it('promises no retention of more than a hundred years', () => {
  const { Outputs } = synth({ retentionDays: 36_501, noncurrentDays: 36_500 });
  expect(Outputs).not.toHaveProperty('RecordingsRetentionDays');
  expect(Outputs).toHaveProperty('RecordingsNoncurrentDays', { Value: '36500' });
});

describe('settings for another account or region', () => {
  const errors = (dev: object, prod: object = {}): (readonly [string, string])[] => {
    const { stacks } = makeApp({ dev, prod });
    return stacks.flatMap((stack) =>
      stack.node.metadata.flatMap(({ type, data }) =>
        type === 'aws:cdk:error' ? [[stack.stackName, String(data)] as const] : [],
      ),
    );
  };

  it('fail only the stack whose eraser is in another account', () => {
    expect(errors({ eraser: 'arn:aws:iam::999988887777:role/privacy' }, { eraser: ERASER })).toEqual([
      [
        'TavusRecordings-dev',
        `environments.dev.eraser: is not in the stack's account, got "arn:aws:iam::********7777:role/...". A principal of another account could delete recordings. Use a role or user of the stack's account.`,
      ],
    ]);
  });

  it('fail the stack whose hold copies would leave the region of the recordings', () => {
    const existing = (region: string): object => ({
      existingBucketName: `acme-${region}`,
      existingBucketRegion: region,
      holds: true,
    });
    expect(errors(existing('eu-west-1'), existing(TARGET.region))).toEqual([
      [
        'TavusRecordings-dev',
        `environments.dev.holds: would create a bucket in the stack's region "us-east-1", got recordings in "eu-west-1". Copies would leave the region of the recordings. Deploy this environment's stack in the region of its bucket, or remove holds.`,
      ],
    ]);
  });
});

it('gives two environments a stack, a bucket and a role each', () => {
  const { stacks } = makeApp({ dev: {}, prod: { encryption: 'kms' } });
  expect(stacks.map(({ stackName }) => stackName)).toEqual(['TavusRecordings-dev', 'TavusRecordings-prod']);
});

it('leaves account and region to CloudFormation when there are no credentials', () => {
  const { Outputs } = synth({}, { account: undefined, region: undefined });
  expect(Outputs['Account']).toEqual({ Value: { Ref: 'AWS::AccountId' } });
  expect(Outputs['TavusRecordingS3BucketRegion']).toEqual({ Value: { Ref: 'AWS::Region' } });
});

it("the stack's description says how to delete it", () => {
  const { app } = makeApp({ dev: {} });
  expect(app.synth().getStackByName('TavusRecordings-dev').template).toMatchObject({
    Description: expect.stringContaining(
      'aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name TavusRecordings-dev ' +
        '&& npx cdk destroy TavusRecordings-dev',
    ),
  });
});
