import * as authorization from '@pulumi/azure-native/authorization';
import * as resources from '@pulumi/azure-native/resources';
import * as pulumi from '@pulumi/pulumi';
import type { ConfigSource } from '../config-source';
import type { ResourceScope } from '../resource-scope';
import { resourceTags } from '../tags';
import { GithubIdentity } from './github-identity';
import { githubSubjects } from './github-subjects';
import { accountName, ciIdentityGroupName, deploymentGroupName, vaultName } from './names';
import { grantDeployer, grantReader } from './rights';
import { StateKey } from './state-key';
import { StateStore } from './state-store';
import {
  parseCiIdentitySettings,
  ciIdentityProblems,
  type AzureCiIdentitySettings,
} from './ci-identity-settings';

/** The stack's outputs: GitHub variables, under the names that the workflows read. None is secret. */
export interface GithubVariables {
  readonly AZURE_TENANT_ID: pulumi.Output<string>;
  readonly AZURE_SUBSCRIPTION_ID: pulumi.Output<string>;
  readonly AZURE_DEPLOY_CLIENT_ID: pulumi.Output<string>;
  readonly AZURE_CHECK_CLIENT_ID: pulumi.Output<string>;
  readonly AZURE_RESOURCE_GROUP: pulumi.Output<string>;
  readonly PULUMI_BACKEND_URL: pulumi.Output<string>;
  readonly PULUMI_SECRETS_PROVIDER: pulumi.Output<string>;
}

/**
 * The CI identity of one environment in Azure: which GitHub jobs may deploy its backend, and with which rights. Deployed by a
 * person, never by CI.
 *
 * Identities, state and key have their own resource group, on which no job has rights as a whole: a contributor of that group
 * could let other tokens use an identity.
 *
 * @throws RunError with all problems, before any resource
 */
export function ciIdentity(source: ConfigSource, environment: string): GithubVariables {
  const settings = readSettings(source, environment);
  const { location, protectData } = settings;
  const { subscriptionId, tenantId } = authorization.getClientConfigOutput();
  const tags = resourceTags(environment, settings.tags);
  const group = (name: string, resourceGroupName: string): resources.ResourceGroup =>
    new resources.ResourceGroup(name, { resourceGroupName, location, tags }, { protect: protectData });
  const deployment = group('deployment', deploymentGroupName(environment));
  const scope: ResourceScope = {
    resourceGroupName: group('trust', ciIdentityGroupName(environment)).name,
    location,
    tags,
  };

  const store = new StateStore('state', {
    scope,
    accountName: subscriptionId.apply(accountName(environment)),
    protectData,
  });
  const stateKey = new StateKey('key', {
    scope,
    tenantId,
    vaultName: subscriptionId.apply(vaultName(environment)),
    protectData,
  });
  const identity = (name: string, githubEnvironment: string): GithubIdentity =>
    new GithubIdentity(name, {
      scope,
      resourceName: `${deploymentGroupName(environment)}-${name}`,
      subjects: githubSubjects(settings, githubEnvironment),
    });
  const deploy = identity('deploy', settings.githubEnvironment);
  const check = identity('check', settings.githubCheckEnvironment);
  const scopes = { deployment, state: store.container, key: stateKey.key };
  grantDeployer(deploy, { subscriptionId, scopes });
  grantReader(check, { subscriptionId, scopes });

  return {
    AZURE_TENANT_ID: tenantId,
    AZURE_SUBSCRIPTION_ID: subscriptionId,
    AZURE_DEPLOY_CLIENT_ID: deploy.clientId,
    AZURE_CHECK_CLIENT_ID: check.clientId,
    AZURE_RESOURCE_GROUP: deployment.name,
    PULUMI_BACKEND_URL: store.backendUrl,
    PULUMI_SECRETS_PROVIDER: stateKey.secretsProvider,
  };
}

function readSettings(source: ConfigSource, environment: string): AzureCiIdentitySettings {
  const problems = ciIdentityProblems(source, environment);
  if (problems.length === 0) return parseCiIdentitySettings(source);
  const bullets = problems.map((problem) => `- ${problem}`).join('\n');
  // A RunError is shown without a stack trace.
  throw new pulumi.RunError(
    `The CI identity of ${environment} cannot be deployed; nothing was changed:\n${bullets}`,
  );
}
