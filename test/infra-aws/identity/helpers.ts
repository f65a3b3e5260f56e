import { App } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import cdkJson from '../../../cdk.json';
import type { DeployTarget } from '../../../infra-aws/deploy-target';
import { addIdentityStack } from '../../../infra-aws/identity/identity-app';
import { BACKEND } from '../helpers';
import { type CfnTemplate, parseTemplate, TARGET } from '../template';

// Each synth writes into its own folder.
afterAll(() => {
  CloudAssembly.cleanupTemporaryDirectories();
});

/** The real entry with the real cdk.json. */
export function makeIdentityApp(
  environments: unknown = { dev: { backend: BACKEND } },
  target: DeployTarget = TARGET,
): App {
  const app = new App({
    context: { ...cdkJson.context, environments },
    // Only in the validated synth, because it takes several seconds.
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
  });
  addIdentityStack(app, target);
  return app;
}

export const synthIdentity = (environments?: unknown): CfnTemplate =>
  parseTemplate(makeIdentityApp(environments).synth().getStackByName('TavusRecordingsIdentity').template);
