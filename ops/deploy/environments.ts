import { isOnGithub } from './github';
import { GITHUB_NAMES } from './values/github-names';
import type { CredentialVariables } from './aws/aws-calls';
import type { Values } from './values/values';

/** What a process could become somebody with: GitHub's tokens, and the sessions that came of them. */
const IDENTITY = /^(?:ACTIONS_ID_TOKEN_|AWS_ACCESS_KEY_ID$|AWS_SECRET_ACCESS_KEY$|AWS_SESSION_TOKEN$)/;

type Env = NodeJS.ProcessEnv;

const without = (env: Env, isOut: (name: string) => boolean): Env =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !isOut(name)));

const isSecret = (name: string): boolean => GITHUB_NAMES[name]?.kind === 'secret';

/** For a program that is nobody: without secrets and identities. */
export const plainEnvironment = (env: Env): Env =>
  without(env, (name) => isSecret(name) || IDENTITY.test(name));

/** For the CDK, which assumes the roles of its bootstrap by itself, with the session of the job. */
export const cdkEnvironment = (env: Env): Env =>
  without(env, (name) => isSecret(name) || name.startsWith('ACTIONS_ID_TOKEN_'));

/** For what looks at AWS as one of the bootstrap's roles. */
export const roleEnvironment = (env: Env, credentials: CredentialVariables): Env => ({
  ...plainEnvironment(env),
  ...credentials,
});

/**
 * For Pulumi: on GitHub its provider gets its own tokens by OpenID Connect; its state and its key, and elsewhere the provider
 * too, take the session of the Azure CLI. It has no part in AWS.
 *
 * @see https://www.pulumi.com/registry/packages/azure-native/installation-configuration/ (read 2026-11-25)
 */
export function pulumiEnvironment(env: Env, { job, ci }: Values): Env {
  return {
    ...plainEnvironment(env),
    ...Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('ACTIONS_ID_TOKEN_'))),
    ...(isOnGithub(env) && {
      ARM_USE_OIDC: 'true',
      ARM_CLIENT_ID: job === 'deploy' ? ci.AZURE_DEPLOY_CLIENT_ID : ci.AZURE_CHECK_CLIENT_ID,
    }),
    ARM_TENANT_ID: ci.AZURE_TENANT_ID,
    ARM_SUBSCRIPTION_ID: ci.AZURE_SUBSCRIPTION_ID,
    AZURE_KEYVAULT_AUTH_VIA_CLI: 'true',
    PULUMI_BACKEND_URL: ci.PULUMI_BACKEND_URL,
    PULUMI_SKIP_UPDATE_CHECK: 'true',
  };
}
