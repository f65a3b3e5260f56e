import { App } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import cdkJson from '../../../cdk.json';
import { addCiIdentityStack } from '../../../infra-aws/ci/ci-identity-app';
import type { CiIdentityStack } from '../../../infra-aws/ci/ci-identity-stack';
import type { DeployTarget } from '../../../infra-aws/deploy-target';
import { OTHER_ACCOUNT } from '../decisions/callers';
import { BACKEND, ERASER, EXISTING_BUCKET } from '../helpers';
import { type CfnTemplate, parseTemplate, TARGET } from '../template';

// Each synth writes into its own folder.
afterAll(() => {
  CloudAssembly.cleanupTemporaryDirectories();
});

/** Logical ids as they are deployed. */
export const PINNED_TRUST = {
  roleBoundary: 'RoleBoundary507E8DE0',
  executionPolicy: 'ExecutionPolicy85A56BE8',
  bootstrapBoundary: 'BootstrapBoundaryDE7C005E',
  provider: 'GithubProvider1CDE27EB',
  deployRole: 'DeployRole885297C3',
  checkRole: 'CheckRoleC64CEE57',
} as const;

export const OWN_BUCKET = 'acme-video';
/** A key of another account, which an existing bucket may use. */
export const KEY_ELSEWHERE = `arn:aws:kms:${TARGET.region}:${OTHER_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const EXISTING_PROVIDER = `arn:aws:iam::${TARGET.account}:oidc-provider/token.actions.githubusercontent.com`;

/** As on the command line. */
export const SETTINGS = {
  githubRepository: 'acme/recordings',
  githubRepositoryId: '789012',
  githubOwnerId: '123456',
  githubEnvironment: 'production',
  bootstrapQualifier: 'tavusrec',
} as const;

/** The variants of the CI identity: with defaults, and with all settings. */
export const CI_IDENTITY_VARIANTS = {
  least: { ...SETTINGS, environments: { dev: {} } },
  most: {
    ...SETTINGS,
    githubCheckEnvironment: 'check',
    githubProviderArn: EXISTING_PROVIDER,
    environments: {
      dev: {
        existingBucketName: EXISTING_BUCKET,
        existingKmsKeyArn: KEY_ELSEWHERE,
        backend: BACKEND,
        eraser: ERASER,
      },
      prod: { bucketName: OWN_BUCKET },
    },
  },
} as const;

export type CiIdentityVariant = keyof typeof CI_IDENTITY_VARIANTS;

export const CI_IDENTITY_VARIANT_NAMES: readonly CiIdentityVariant[] = ['least', 'most'];

/** The real entry with the real cdk.json. */
export function makeCiIdentityApp(
  context: Readonly<Record<string, unknown>>,
  target: DeployTarget = TARGET,
): { app: App; stack: CiIdentityStack } {
  const app = new App({
    context: { ...cdkJson.context, ...context },
    // Only in the validated synth, because it takes several seconds.
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
  });
  return { app, stack: addCiIdentityStack(app, target) };
}

export function synthCiIdentity(variant: CiIdentityVariant): CfnTemplate {
  const { app, stack } = makeCiIdentityApp(CI_IDENTITY_VARIANTS[variant]);
  return parseTemplate(app.synth().getStackByName(stack.stackName).template);
}
