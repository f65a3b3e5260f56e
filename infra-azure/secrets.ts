import * as keyvault from '@pulumi/azure-native/keyvault';
import * as pulumi from '@pulumi/pulumi';
import { secretName } from '../contract/names';
import { SECRET_SETTINGS, type SecretSetting } from '../contract/settings';
import type { Platform } from './platform';

/** A secret in the vault, and how the Container App refers to it. */
export interface StoredSecret {
  readonly setting: SecretSetting;
  readonly resource: keyvault.Secret;
  /** Name of the Container App's secret. */
  readonly name: string;
  /** Address without a version, so that the platform follows a rotation. */
  readonly keyVaultUrl: pulumi.Output<string>;
  /** Injected too, so that a new value creates a new revision; otherwise the old value stays in use. */
  readonly version: pulumi.Output<string>;
}

/**
 * The last part of `https://<vault>.vault.azure.net/secrets/<name>/<version>`. Never throws, like all functions in an
 * `apply`: Pulumi needs a minute and gigabytes to report an exception there.
 *
 * The version comes from Azure's response. In a preview it can be missing; then `no-version` is used, because Azure refuses
 * an empty value. Each `up` waits for the response and injects the version.
 */
export const versionOf = (
  properties: { readonly secretUriWithVersion?: string | undefined } | undefined,
): string => {
  const version = properties?.secretUriWithVersion?.split('/').at(-1) ?? '';
  return version === '' ? 'no-version' : version;
};

/** A secret's address in its vault. Without the vault's address it returns text that Azure refuses. */
export const secretUrl =
  (secret: string) =>
  (properties: { readonly vaultUri?: string | undefined } | undefined): string =>
    properties?.vaultUri === undefined ? 'no-vault-uri' : `${properties.vaultUri}secrets/${secret}`;

/** Stores the used secrets in the vault. */
export function storeSecrets(
  name: string,
  secrets: Readonly<Record<SecretSetting, string | undefined>>,
  platform: Platform,
  parent: pulumi.Resource,
): StoredSecret[] {
  return SECRET_SETTINGS.flatMap((setting) => {
    const value = secrets[setting];
    return value === undefined ? [] : [storeSecret(name, setting, value, platform, parent)];
  });
}

function storeSecret(
  name: string,
  setting: SecretSetting,
  value: string,
  { vault, scope, protectData }: Platform,
  parent: pulumi.Resource,
): StoredSecret {
  const secret = secretName(setting);
  const resource = new keyvault.Secret(
    `${name}-${secret}`,
    {
      resourceGroupName: scope.resourceGroupName,
      vaultName: vault.name,
      secretName: secret,
      tags: scope.tags,
      properties: { value: pulumi.secret(value) },
    },
    // The provider deletes a secret through the vault's data plane, for which the deployer may have no right.
    { parent, deletedWith: vault, protect: protectData },
  );
  return {
    setting,
    resource,
    name: secret,
    // Not from the secret's properties: Pulumi marks them as secret, and everything derived from them too.
    keyVaultUrl: vault.properties.apply(secretUrl(secret)),
    version: pulumi.unsecret(resource.properties).apply(versionOf),
  };
}
