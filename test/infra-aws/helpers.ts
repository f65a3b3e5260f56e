import { App } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import cdkJson from '../../cdk.json';
import { stackName } from '../../contract/hand-over';
import type { DeployTarget } from '../../infra-aws/deploy-target';
import { addRecordingsStacks } from '../../infra-aws/recordings-app';
import type { RecordingsStack } from '../../infra-aws/recordings-stack';
import { type CfnTemplate, parseTemplate, TARGET } from './template';

// Each synth writes into its own folder.
afterAll(() => {
  CloudAssembly.cleanupTemporaryDirectories();
});

/** Deployed logical ids. With another id CloudFormation creates another resource, and the recordings stay in the old one. */
export const PINNED = {
  bucket: 'RecordingsBucketAA52F499',
  bucketPolicy: 'RecordingsBucketPolicy7D6C1F47',
  logBucket: 'AccessLogBucketDA470295',
  logBucketPolicy: 'AccessLogBucketPolicyF52D2D01',
  key: 'RecordingsKey5D44CE50',
  role: 'TavusRoleE7D1C582',
  holdsBucket: 'HoldsBucketB43914C4',
  holdsBucketPolicy: 'HoldsBucketPolicy7C020A45',
  readerRole: 'ReaderRole6150FC74',
  eraserRole: 'EraserRole7E39012C',
} as const;

export const EXISTING_BUCKET = 'acme-recordings';
export const EXISTING_KEY = `arn:aws:kms:${TARGET.region}:${TARGET.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** An Azure identity, and the application that is the audience of its tokens. */
export const BACKEND = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  principalId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  audience: 'api://bbbbbbbb-cccc-4ddd-8eee-ffffffffffff',
} as const;
export const ERASER = `arn:aws:iam::${TARGET.account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Privacy_0123456789abcdef`;

/** The variants of the stack, as settings of an environment. */
export const VARIANTS = {
  s3: {},
  kms: { encryption: 'kms' },
  s3WithKey: { encryption: 's3', withKmsKey: true },
  existing: { existingBucketName: EXISTING_BUCKET },
  existingKms: { existingBucketName: EXISTING_BUCKET, existingKmsKeyArn: EXISTING_KEY },
  s3WithRoles: { backend: BACKEND, eraser: ERASER },
  kmsWithAll: { encryption: 'kms', backend: BACKEND, holds: true, eraser: ERASER },
  existingWithAll: {
    existingBucketName: EXISTING_BUCKET,
    existingKmsKeyArn: EXISTING_KEY,
    retentionDays: 30,
    backend: BACKEND,
    holds: true,
    eraser: ERASER,
  },
} as const;

export type Variant = keyof typeof VARIANTS;

export const VARIANT_NAMES: readonly Variant[] = [
  's3',
  'kms',
  's3WithKey',
  'existing',
  'existingKms',
  's3WithRoles',
  'kmsWithAll',
  'existingWithAll',
];

const ENVIRONMENT = 'dev';

/** The real entry with the real cdk.json; without that context the library's older defaults would be tested. */
export function makeApp(
  environments: unknown,
  target: DeployTarget = TARGET,
): { app: App; stacks: RecordingsStack[] } {
  const app = new App({
    context: { ...cdkJson.context, environments },
    // Only in the validated synth, because it takes several seconds.
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
  });
  return { app, stacks: addRecordingsStacks(app, target) };
}

/** The template of one environment with these settings. */
export function synth(settings: unknown, target: DeployTarget = TARGET): CfnTemplate {
  const { app } = makeApp({ [ENVIRONMENT]: settings }, target);
  return parseTemplate(app.synth().getStackByName(stackName(ENVIRONMENT)).template);
}

const synthesized = new Map<Variant, CfnTemplate>();

/** Synthesized once for each test file; do not change it. */
export function synthVariant(variant: Variant): CfnTemplate {
  const template = synthesized.get(variant) ?? synth(VARIANTS[variant]);
  synthesized.set(variant, template);
  return template;
}
