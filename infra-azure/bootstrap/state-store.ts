import * as storage from '@pulumi/azure-native/storage';
import * as pulumi from '@pulumi/pulumi';
import type { ResourceScope } from '../resource-scope';
import { storageAccount } from '../storage-account';

/** Days for which deleted or overwritten state can be restored. */
const KEPT_DAYS = 90;

export interface StateStoreArgs {
  readonly scope: ResourceScope;
  readonly accountName: pulumi.Input<string>;
  readonly protectData: boolean;
}

/**
 * The blob container for the state of the main program. Only identities with a role can reach it, and old versions are kept.
 *
 * It is open to the internet: GitHub's runners have no fixed addresses that a firewall could allow.
 */
export class StateStore extends pulumi.ComponentResource {
  readonly container: storage.BlobContainer;
  /** The argument of `pulumi login`. */
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
      // After the service, so that versioning is on before the first write.
      { ...withAccount, dependsOn: [service], protect: protectData },
    );
    this.backendUrl = pulumi.interpolate`azblob://${this.container.name}?storage_account=${account.name}`;
    this.registerOutputs();
  }
}

/** Needed because Pulumi writes the whole state again for every changed resource. */
const OLD_VERSIONS = {
  enabled: true,
  name: 'delete-old-versions',
  type: storage.RuleType.Lifecycle,
  definition: {
    filters: { blobTypes: ['blockBlob'] },
    actions: { version: { delete: { daysAfterCreationGreaterThan: KEPT_DAYS } } },
  },
};
