import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { parseHandOver, stackName } from '../../contract/hand-over';
import aws from '../fixtures/b661b70/aws.json';
import { makeApp } from './helpers';
import { parseTemplate } from './template';

/**
 * A clone of commit b661b70 with edited environments takes this version. The fixture has its templates, synthesized by that
 * commit for these environments.
 */
const ENVIRONMENTS = ['dev', 'prod', 'adopted'] as const;

type Template = Readonly<Record<string, unknown>>;
const before = (environment: (typeof ENVIRONMENTS)[number]): Template => aws.templates[environment];
const assembly = makeApp(aws.environments).app.synth();
const after = (environment: string): Template =>
  parseTemplate(assembly.getStackByName(stackName(environment)).template);

const LOSSES: ReadonlySet<ResourceImpact> = new Set([
  ResourceImpact.MAY_REPLACE,
  ResourceImpact.WILL_DESTROY,
  ResourceImpact.WILL_ORPHAN,
  ResourceImpact.WILL_REPLACE,
]);

const lost = (old: Template, now: Template): string[] =>
  Object.entries(fullDiff({ ...old }, { ...now }).resources.changes)
    .filter(([, { changeImpact }]) => LOSSES.has(changeImpact))
    .map(([id, { changeImpact }]) => `${id}: ${changeImpact}`);

test.each(ENVIRONMENTS)('%s of b661b70 is upgraded without a replacement or deletion', (environment) => {
  expect(lost(before(environment), after(environment))).toEqual([]);
});

test('another bucket name is detected as a replacement', () => {
  const [id = ''] =
    Object.entries(aws.templates.prod.Resources).find(([, { Type }]) => Type === 'AWS::S3::Bucket') ?? [];
  const { Resources } = structuredClone(aws.templates.prod);
  const old = {
    Resources: { ...Resources, [id]: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'other' } } },
  };
  expect(lost(old, after('prod')).length).toBeGreaterThan(0);
});

test('the hand-over of b661b70 is still accepted', () => {
  const values: Readonly<Record<string, string>> = {
    TavusRecordingS3BucketName: 'acme-recordings-prod',
    TavusRecordingS3BucketRegion: 'us-east-1',
    TavusAwsAssumeRoleArn: 'arn:aws:iam::111122223333:role/acme-tavus',
    Environment: 'prod',
    Account: '111122223333',
    Region: 'us-east-1',
    ContractVersion: '1',
  };
  const outputs = Object.keys(aws.templates.prod.Outputs);
  expect(outputs.filter((id) => values[id] === undefined)).toEqual([]);
  const file = JSON.stringify({ [stackName('prod')]: values });
  expect(parseHandOver(file, { environment: 'prod' }).settings).toMatchObject({
    TAVUS_RECORDING_S3_BUCKET_NAME: 'acme-recordings-prod',
  });
});
