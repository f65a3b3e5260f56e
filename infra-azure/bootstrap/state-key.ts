import * as keyvault from '@pulumi/azure-native/keyvault';
import * as pulumi from '@pulumi/pulumi';
import type { ResourceScope } from '../resource-scope';

export interface StateKeyArgs {
  readonly scope: ResourceScope;
  readonly tenantId: pulumi.Input<string>;
  readonly vaultName: pulumi.Input<string>;
  readonly protectData: boolean;
}

/**
 * The key that encrypts the secrets in the main program's state and in `Pulumi.<environment>.yaml`, in a separate vault.
 * Without it these secrets are lost, so vault and key have soft delete and purge protection.
 *
 * No automatic rotation: the address has no version, and a newer version cannot decrypt what an older one encrypted
 * ([assumption]). `pulumi stack change-secrets-provider` moves a stack to another key.
 */
export class StateKey extends pulumi.ComponentResource {
  readonly key: keyvault.Key;
  /** The value for `pulumi stack init --secrets-provider`. */
  readonly secretsProvider: pulumi.Output<string>;

  constructor(name: string, args: StateKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super('tavus-recordings:azure:StateKey', name, {}, opts);
    const { scope, tenantId, vaultName, protectData } = args;
    const vault = new keyvault.Vault(
      `${name}-vault`,
      {
        ...scope,
        vaultName,
        properties: {
          tenantId,
          sku: { family: keyvault.SkuFamily.A, name: keyvault.SkuName.Standard },
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          softDeleteRetentionInDays: 90,
          enablePurgeProtection: true,
        },
      },
      { parent: this, protect: protectData },
    );
    this.key = new keyvault.Key(
      name,
      {
        resourceGroupName: scope.resourceGroupName,
        vaultName: vault.name,
        keyName: 'pulumi-state',
        tags: scope.tags,
        properties: {
          kty: keyvault.JsonWebKeyType.RSA,
          keySize: 3072,
          // The only operations that Pulumi needs; by default the key could also sign.
          keyOps: [keyvault.JsonWebKeyOperation.Decrypt, keyvault.JsonWebKeyOperation.Encrypt],
        },
      },
      { parent: this, deletedWith: vault, protect: protectData },
    );
    this.secretsProvider = pulumi.interpolate`azurekeyvault://${vault.name}.vault.azure.net/keys/${this.key.name}`;
    this.registerOutputs();
  }
}
