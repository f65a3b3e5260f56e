import * as storage from '@pulumi/azure-native/storage';
import type * as pulumi from '@pulumi/pulumi';
import type { ResourceScope } from './resource-scope';

/** A storage account without account keys: only identities with a role can reach it. */
export function storageAccount(
  name: string,
  { scope, accountName }: { readonly scope: ResourceScope; readonly accountName?: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): storage.StorageAccount {
  return new storage.StorageAccount(
    name,
    {
      ...scope,
      ...(accountName === undefined ? {} : { accountName }),
      kind: storage.Kind.StorageV2,
      // In three datacentres of the region, so that the data survives the loss of one.
      sku: { name: storage.SkuName.Standard_ZRS },
      // An account key would give full access, regardless of roles.
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      isLocalUserEnabled: false,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: storage.MinimumTlsVersion.TLS1_2,
      publicNetworkAccess: storage.PublicNetworkAccess.Enabled,
    },
    opts,
  );
}
