import * as keyvault from '@pulumi/azure-native/keyvault';
import * as pulumi from '@pulumi/pulumi';
import { secretName } from '../contract/names';
import { SECRET_SETTINGS, type SecretSetting } from '../contract/settings';
import type { Platform } from './platform';

/** A secret in the vault, as the Container App refers to it. */
export interface StoredSecret {
  readonly setting: SecretSetting;
  readonly resource: keyvault.Secret;
  /** Name of the Container App's secret. */
  readonly name: string;
  /** Address without a version: the platform then follows a rotation. */
  readonly keyVaultUrl: pulumi.Output<string>;
  /** Part of the environment, so that a rotation makes a new revision; without one the old value stays in use. */
  readonly version: pulumi.Output<string>;
}

/**
 * The last part of `https://<vault>.vault.azure.net/secrets/<name>/<version>`. Takes anything, as all functions inside
 * an `apply` must: an exception in one takes a minute and gigabytes to be reported.
 *
 * Only Azure's answer holds the version. In a preview it can be missing, and `no-version` stands for it: an empty value
 * would be refused. Each `up` waits for the answer and injects the version.
 */
export const versionOf = (
  properties: { readonly secretUriWithVersion?: string | undefined } | undefined,
): string => {
  const version = properties?.secretUriWithVersion?.split('/').at(-1) ?? '';
  return version === '' ? 'no-version' : version;
};

/** Makes a secret's address of its vault's. Without one it is no address, and Azure refuses it instead of looking elsewhere. */
export const secretUrl =
  (secret: string) =>
  (properties: { readonly vaultUri?: string | undefined } | undefined): string =>
    properties?.vaultUri === undefined ? 'no-vault-uri' : `${properties.vaultUri}secrets/${secret}`;

/** Puts the secrets that are used into the vault. */
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
    // The provider would delete it through the vault's own door, for which a deployer need not have a key.
    { parent, deletedWith: vault, protect: protectData },
  );
  return {
    setting,
    resource,
    name: secret,
    // Not from the secret's own properties: they are secret as a whole, and so would be everything made of them.
    keyVaultUrl: vault.properties.apply(secretUrl(secret)),
    version: pulumi.unsecret(resource.properties).apply(versionOf),
  };
}
