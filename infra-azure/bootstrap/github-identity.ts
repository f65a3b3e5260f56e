import * as managedidentity from '@pulumi/azure-native/managedidentity';
import * as pulumi from '@pulumi/pulumi';
import type { ResourceScope } from '../resource-scope';
import { GITHUB_AUDIENCE, GITHUB_ISSUER, type GithubSubjects } from './github-subjects';

export interface GithubIdentityArgs {
  readonly scope: ResourceScope;
  /** Name of the identity in Azure. */
  readonly resourceName: string;
  readonly subjects: GithubSubjects;
}

/** The managed identity of a GitHub job. It has no password; only a token of such a job can use it. */
export class GithubIdentity extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  readonly principalId: pulumi.Output<string>;

  constructor(name: string, args: GithubIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super('tavus-recordings:azure:GithubIdentity', name, {}, opts);
    const { scope, resourceName, subjects } = args;
    const identity = new managedidentity.UserAssignedIdentity(
      name,
      { ...scope, resourceName },
      { parent: this },
    );
    const trusted = (form: string, subject: string, dependsOn: pulumi.Resource[]) =>
      new managedidentity.FederatedIdentityCredential(
        `${name}-${form}`,
        {
          resourceGroupName: scope.resourceGroupName,
          resourceName: identity.name,
          federatedIdentityCredentialResourceName: `github-${form}`,
          issuer: GITHUB_ISSUER,
          audiences: [GITHUB_AUDIENCE],
          subject,
        },
        { parent: this, deletedWith: identity, dependsOn },
      );
    // One after the other: Azure responds with 409 to concurrent writes on one identity
    // (learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations, read 2026-11-25).
    const byName = trusted('by-name', subjects.byName, []);
    trusted('by-id', subjects.byId, [byName]);
    this.clientId = identity.clientId;
    this.principalId = identity.principalId;
    this.registerOutputs();
  }
}
