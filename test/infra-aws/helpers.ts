import { App } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import cdkJson from '../../cdk.json';
import { stackName } from '../../contract/hand-over';
import type { DeployTarget } from '../../infra-aws/deploy-target';
import { addRecordingsStacks } from '../../infra-aws/recordings-app';
import type { RecordingsStack } from '../../infra-aws/recordings-stack';
import { type CfnTemplate, parseTemplate, TARGET } from './template';

// Each synth writes into a folder of its own.
afterAll(() => {
  CloudAssembly.cleanupTemporaryDirectories();
});

/** Logical ids as they are deployed. Another id is another resource, and the recordings stay behind in the old one. */
export const PINNED = {
  bucket: 'RecordingsBucketAA52F499',
  bucketPolicy: 'RecordingsBucketPolicy7D6C1F47',
  logBucket: 'AccessLogBucketDA470295',
  logBucketPolicy: 'AccessLogBucketPolicyF52D2D01',
  key: 'RecordingsKey5D44CE50',
  role: 'TavusRoleE7D1C582',
} as const;

export const EXISTING_BUCKET = 'acme-recordings';
export const EXISTING_KEY = `arn:aws:kms:${TARGET.region}:${TARGET.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** The shapes that the stack can take, as settings of an environment. */
export const VARIANTS = {
  s3: {},
  kms: { encryption: 'kms' },
  s3WithKey: { encryption: 's3', withKmsKey: true },
  existing: { existingBucketName: EXISTING_BUCKET },
  existingKms: { existingBucketName: EXISTING_BUCKET, existingKmsKeyArn: EXISTING_KEY },
} as const;

export type Variant = keyof typeof VARIANTS;

export const VARIANT_NAMES: readonly Variant[] = ['s3', 'kms', 's3WithKey', 'existing', 'existingKms'];

const ENVIRONMENT = 'dev';

/** The real entry with the real cdk.json; without that context the library's older defaults would be tested. */
export function makeApp(
  environments: unknown,
  target: DeployTarget = TARGET,
): { app: App; stacks: RecordingsStack[] } {
  const app = new App({
    context: { ...cdkJson.context, environments },
    // Once, in the validated synth: it would cost each test file several seconds.
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

/** Synthesized once for each test file, and not to be changed. */
export function synthVariant(variant: Variant): CfnTemplate {
  const template = synthesized.get(variant) ?? synth(VARIANTS[variant]);
  synthesized.set(variant, template);
  return template;
}
