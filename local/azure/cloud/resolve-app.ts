import { randomBytes } from 'node:crypto';
import { problem, ProblemsError } from '../../../contract/problem';
import { isObject, type PlainObject } from '../wire';
import { textOf } from './addresses';
import type { CloudResource } from './cloud';
import type { ContainerApp } from './container-app';
import type { Revision, RevisionIdentity } from './revision';

/** Azure's built-in roles by id. @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles (read 2026-11-22) */
const ACR_PULL = '7f951dda-4ed3-4680-a7ca-43fe172d538d';
const KEY_VAULT_SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6';
const STORAGE_TABLE_DATA_CONTRIBUTOR = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3';

/** Whether a principal was assigned a role on a resource, or on what the resource is in. */
const hasRight = (
  assignments: readonly PlainObject[],
  right: { readonly principalId: string; readonly role: string; readonly on: string },
): boolean =>
  assignments.some(
    (assignment) =>
      textOf(assignment, 'principalId') === right.principalId &&
      textOf(assignment, 'roleDefinitionId').endsWith(`/${right.role}`) &&
      `${right.on}/`.startsWith(`${textOf(assignment, 'scope')}/`),
  );

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
  if (container === undefined) throw new Error('A ContainerApp has one container.');
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
        problem({
          name,
          wrong: 'refers to no secret of the app',
          got: secretRef,
          why: 'It has no value, and no revision can start.',
          fix: 'Name one of configuration.secrets.',
        }),
      );
    }
    return [name, secrets.get(secretRef) ?? ''];
  });
  if (bundle === undefined || problems.length > 0) throw new ProblemsError(problems);
  return {
    name: `${app.containerAppName}--${randomBytes(4).toString('hex').slice(0, 7)}`,
    bundle,
    environment: Object.fromEntries(environment),
    secrets: [...secrets.values()].filter((value) => value !== undefined),
    identities: identitiesOf(app, around),
    replicas: app.template.scale.maxReplicas,
    targetPort: app.configuration.ingress.targetPort,
    probes: container.probes,
    graceSeconds: app.template.terminationGracePeriodSeconds,
  };
}

/** Those of the app, but for the ones that only the platform may be. */
function identitiesOf({ identity, configuration }: ContainerApp, around: Surroundings): RevisionIdentity[] {
  const reserved = configuration.identitySettings.filter(({ lifecycle }) => lifecycle === 'None');
  return (identity?.userAssignedIdentities ?? [])
    .filter((id) => !reserved.some((one) => one.identity === id))
    .flatMap((id): PlainObject[] => {
      const found = around.byId(id);
      return found === undefined ? [] : [found.outputs];
    })
    .map((outputs) => {
      const principalId = textOf(outputs, 'principalId');
      return {
        clientId: textOf(outputs, 'clientId'),
        principalId,
        reachesTables: around
          .ofType('azure-native:storage:StorageAccount')
          .some(({ id: on }) =>
            hasRight(assignments(around), { principalId, role: STORAGE_TABLE_DATA_CONTRIBUTOR, on }),
          ),
      };
    });
}

const assignments = (around: Surroundings): PlainObject[] =>
  around.ofType('azure-native:authorization:RoleAssignment').map(({ inputs }) => inputs);

function principalOf(identity: string, around: Surroundings): string {
  const found = around.byId(identity);
  if (found !== undefined) return textOf(found.outputs, 'principalId');
  throw new Error(
    problem({
      name: identity,
      wrong: 'is no identity',
      got: 'nothing under this id',
      why: 'Nobody has its rights.',
      fix: 'Make the identity first.',
    }),
  );
}

/** @throws with what is wrong with the image, unless `found` is there */
function mustPull<T>(found: T | undefined, wrong: string, got: string, fix: string): T {
  if (found !== undefined) return found;
  const why = 'The image cannot be pulled, and no revision can start.';
  throw new Error(problem({ name: 'image', wrong, got, why, fix }));
}

function pull(image: string, app: ContainerApp, around: Surroundings): string {
  const [server = ''] = image.split('/');
  const digest = image.slice(image.indexOf('@') + 1);
  const registry = mustPull(
    around
      .ofType('azure-native:containerregistry:Registry')
      .find(({ outputs }) => outputs['loginServer'] === server),
    'is in no registry of this cloud',
    server,
    "Name the platform's registry.",
  );
  const access = mustPull(
    app.configuration.registries.find((entry) => entry.server === server),
    'has no entry in configuration.registries',
    server,
    'Name the identity that pulls from it.',
  );
  const right = { principalId: principalOf(access.identity, around), role: ACR_PULL, on: registry.id };
  mustPull(
    hasRight(assignments(around), right) || undefined,
    'its identity may not pull',
    `no AcrPull on ${server}`,
    'Assign the role on the registry.',
  );
  return mustPull(around.pushed(digest), 'was never pushed', digest, 'Push it first.');
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
  const why = 'Its value cannot be read, and no revision can start.';
  const secret = storedSecret(keyVaultUrl, around);
  if (secret === undefined) {
    const [wrong, got] = ['is in no vault', `nothing at ${keyVaultUrl}`];
    throw new Error(problem({ name, wrong, got, why, fix: 'Make the secret first.' }));
  }
  const right = { principalId: principalOf(identity, around), role: KEY_VAULT_SECRETS_USER, on: secret.id };
  if (hasRight(assignments(around), right)) return secret.value;
  const [wrong, got] = ['its identity may not read it', 'no Key Vault Secrets User'];
  throw new Error(problem({ name, wrong, got, why, fix: 'Assign the role on the secret or its vault.' }));
}
