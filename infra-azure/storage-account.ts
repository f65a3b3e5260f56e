import * as storage from '@pulumi/azure-native/storage';
import type * as pulumi from '@pulumi/pulumi';
import type { ResourceScope } from './resource-scope';

/** A storage account that only identities with a role can reach: it has no key that could be lost. */
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
      // In three datacentres of the region: what is kept here is needed most when one of them fails.
      sku: { name: storage.SkuName.Standard_ZRS },
      // A key of the account would open everything to whoever has it, and no role could take that back.
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
