import { randomBytes } from 'node:crypto';
import { isObject, type PlainObject } from '../wire';
import { textOf } from './addresses';
import type { CloudResource } from './cloud';
import type { ContainerApp } from './container-app';
import type { Revision } from './revision';
import { ACR_PULL, hasRight, KEY_VAULT_SECRETS_USER } from './rights';

/** What of the cloud an app is resolved against. */
export interface Surroundings {
  byId(id: string): CloudResource | undefined;
  ofType(type: string): readonly (CloudResource & { readonly id: string })[];
  /** Folder of the bundle with this digest, undefined when it was never pushed. */
  pushed(digest: string): string | undefined;
}

/**
 * Pulls the image and reads the secrets, each by the identity that the app names for it.
 * @throws with every reason why the platform could not start a revision of this app
 */
export function resolveApp(app: ContainerApp, around: Surroundings): Revision {
  const [container] = app.template.containers;
  if (container === undefined) throw new Error('template.containers: is empty, got no container.');
  const problems: string[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const bundle = attempt(() => pull(container.image, app, around));
  const secrets = new Map(
    app.configuration.secrets.map((secret) => [secret.name, attempt(() => readSecret(secret, around))]),
  );
  const environment = container.env.map(({ name, value = '', secretRef }) => {
    if (secretRef === undefined) return [name, value];
    if (!secrets.has(secretRef)) {
      problems.push(
        `${name}: refers to no secret of the app, got ${secretRef}. It has no value, and no revision can start.`,
      );
    }
    return [name, secrets.get(secretRef) ?? ''];
  });
  if (bundle === undefined || problems.length > 0) throw new Error(problems.join('\n'));
  return {
    name: `${app.containerAppName}--${randomBytes(4).toString('hex').slice(0, 7)}`,
    bundle,
    environment: Object.fromEntries(environment),
    secrets: [...secrets.values()].filter((value) => value !== undefined),
    targetPort: app.configuration.ingress.targetPort,
    probes: container.probes,
    graceSeconds: app.template.terminationGracePeriodSeconds,
  };
}

function principalOf(identity: string, around: Surroundings): string {
  const found = around.byId(identity);
  if (found === undefined) throw new Error(`${identity}: is no identity, got nothing under this id.`);
  return textOf(found.outputs, 'principalId');
}

const assignments = (around: Surroundings): PlainObject[] =>
  around.ofType('azure-native:authorization:RoleAssignment').map(({ inputs }) => inputs);

function pull(image: string, app: ContainerApp, around: Surroundings): string {
  const [server = ''] = image.split('/');
  const digest = image.slice(image.indexOf('@') + 1);
  const registry = around
    .ofType('azure-native:containerregistry:Registry')
    .find(({ outputs }) => outputs['loginServer'] === server);
  const access = app.configuration.registries.find((entry) => entry.server === server);
  const why = 'The image cannot be pulled, and no revision can start.';
  if (registry === undefined)
    throw new Error(`image: is in no registry of this cloud, got ${server}. ${why}`);
  if (access === undefined) throw new Error(`registries: none for ${server}, got no identity. ${why}`);
  const principalId = principalOf(access.identity, around);
  if (!hasRight(assignments(around), { principalId, role: ACR_PULL, on: registry.id })) {
    throw new Error(`image: its identity may not pull, got no AcrPull on ${server}. ${why}`);
  }
  const bundle = around.pushed(digest);
  if (bundle === undefined) throw new Error(`image: was never pushed, got ${digest}. ${why}`);
  return bundle;
}

function storedSecret(
  keyVaultUrl: string,
  around: Surroundings,
): { readonly id: string; readonly value: string } | undefined {
  const found = around.ofType('azure-native:keyvault:Secret').find(({ outputs }) => {
    const { properties } = outputs;
    return isObject(properties) && properties['secretUri'] === keyVaultUrl;
  });
  const properties = found?.inputs['properties'];
  if (found === undefined || !isObject(properties)) return undefined;
  return { id: found.id, value: textOf(properties, 'value') };
}

function readSecret(
  { name, keyVaultUrl, identity }: ContainerApp['configuration']['secrets'][number],
  around: Surroundings,
): string {
  const secret = storedSecret(keyVaultUrl, around);
  const why = 'Its value cannot be read, and no revision can start.';
  if (secret === undefined) throw new Error(`${name}: is in no vault, got nothing at ${keyVaultUrl}. ${why}`);
  const principalId = principalOf(identity, around);
  if (!hasRight(assignments(around), { principalId, role: KEY_VAULT_SECRETS_USER, on: secret.id })) {
    throw new Error(`${name}: its identity may not read it, got no Key Vault Secrets User. ${why}`);
  }
  return secret.value;
}
