import * as storage from '@pulumi/azure-native/storage';
import * as pulumi from '@pulumi/pulumi';
import type { ResourceScope } from '../resource-scope';
import { storageAccount } from '../storage-account';

/** Days that what was deleted or overwritten in the state can be brought back. */
const KEPT_DAYS = 90;

export interface StateStoreArgs {
  readonly scope: ResourceScope;
  readonly accountName: pulumi.Input<string>;
  readonly protectData: boolean;
}

/**
 * Where Pulumi keeps the state of the main program: a container that only identities with a role can reach, and in which
 * no write destroys what was there.
 *
 * Reached over the internet: the runners of GitHub have no address of their own that a firewall could let in.
 */
export class StateStore extends pulumi.ComponentResource {
  readonly container: storage.BlobContainer;
  /** As `pulumi login` takes it. */
  readonly backendUrl: pulumi.Output<string>;

  constructor(name: string, args: StateStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super('tavus-recordings:azure:StateStore', name, {}, opts);
    const { scope, accountName, protectData } = args;
    const account = storageAccount(
      `${name}-account`,
      { scope, accountName },
      { parent: this, protect: protectData },
    );
    const inAccount = { resourceGroupName: scope.resourceGroupName, accountName: account.name };
    const withAccount = { parent: this, deletedWith: account };
    const kept = { enabled: true, days: KEPT_DAYS };
    const service = new storage.BlobServiceProperties(
      `${name}-service`,
      {
        ...inAccount,
        blobServicesName: 'default',
        isVersioningEnabled: true,
        deleteRetentionPolicy: kept,
        containerDeleteRetentionPolicy: kept,
      },
      withAccount,
    );
    new storage.ManagementPolicy(
      `${name}-policy`,
      { ...inAccount, managementPolicyName: 'default', policy: { rules: [OLD_VERSIONS] } },
      { ...withAccount, dependsOn: [service] },
    );
    this.container = new storage.BlobContainer(
      `${name}-container`,
      { ...inAccount, containerName: 'pulumi-state', publicAccess: storage.PublicAccess.None },
      // After it, so that there is no version before versions are kept.
      { ...withAccount, dependsOn: [service], protect: protectData },
    );
    this.backendUrl = pulumi.interpolate`azblob://${this.container.name}?storage_account=${account.name}`;
    this.registerOutputs();
  }
}

/** Pulumi writes the whole state anew with every resource that it changes. */
const OLD_VERSIONS = {
  enabled: true,
  name: 'delete-old-versions',
  type: storage.RuleType.Lifecycle,
  definition: {
    filters: { blobTypes: ['blockBlob'] },
    actions: { version: { delete: { daysAfterCreationGreaterThan: KEPT_DAYS } } },
  },
};
