import { isOnGithub } from './github';
import { GITHUB_NAMES } from './values/github-names';
import type { CredentialVariables } from './aws/aws-calls';
import type { JobValues } from './values/values';

/** Credentials: GitHub's OpenID Connect tokens and AWS sessions. */
const IDENTITY = /^(?:ACTIONS_ID_TOKEN_|AWS_ACCESS_KEY_ID$|AWS_SECRET_ACCESS_KEY$|AWS_SESSION_TOKEN$)/;

type Env = NodeJS.ProcessEnv;

const without = (env: Env, isOut: (name: string) => boolean): Env =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !isOut(name)));

const isSecret = (name: string): boolean => GITHUB_NAMES[name]?.kind === 'secret';

/** For programs without any cloud identity: no secrets, no credentials. */
export const plainEnvironment = (env: Env): Env =>
  without(env, (name) => isSecret(name) || IDENTITY.test(name));

/** For the CDK, which assumes the bootstrap roles with the AWS session of the job. */
export const cdkEnvironment = (env: Env): Env =>
  without(env, (name) => isSecret(name) || name.startsWith('ACTIONS_ID_TOKEN_'));

/** For programs that use a bootstrap role. */
export const roleEnvironment = (env: Env, credentials: CredentialVariables): Env => ({
  ...plainEnvironment(env),
  ...credentials,
});

/**
 * For Pulumi. On GitHub its provider gets tokens by OpenID Connect. State and key, and outside GitHub the provider
 * too, use the session of the Azure CLI. It gets no AWS credentials.
 *
 * @see https://www.pulumi.com/registry/packages/azure-native/installation-configuration/ (read 2026-11-25)
 */
export function pulumiEnvironment(env: Env, { job, ci }: JobValues): Env {
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
