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

/** Whether a principal has a role on a resource or on one of its parents. */
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

/** The deployed resources that an app refers to. */
export interface DeployedResources {
  byId(id: string): CloudResource | undefined;
  ofType(type: string): readonly (CloudResource & { readonly id: string })[];
  /** Folder of the bundle with this digest; undefined if it was never pushed. */
  pushed(digest: string): string | undefined;
}

/**
 * Resolves image and secrets of an app, each with the rights of the identity that the app names.
 * @throws with every reason why the platform could not start a revision
 */
export function resolveApp(app: ContainerApp, deployed: DeployedResources): Revision {
  const [container] = app.template.containers;
  if (container === undefined) throw new Error('The app has no container.');
  const problems: string[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const bundle = attempt(() => pull(container.image, app, deployed));
  const secrets = new Map(
    app.configuration.secrets.map((secret) => [secret.name, attempt(() => readSecret(secret, deployed))]),
  );
  const environment = container.env.map(({ name, value = '', secretRef }) => {
    if (secretRef === undefined) return [name, value];
    if (!secrets.has(secretRef)) {
      problems.push(
        problem({
          name,
          wrong: 'names an unknown secret',
          got: secretRef,
          why: 'The variable has no value, so no revision can start.',
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
    identities: identitiesOf(app, deployed),
    replicas: app.template.scale.maxReplicas,
    targetPort: app.configuration.ingress.targetPort,
    probes: container.probes,
    graceSeconds: app.template.terminationGracePeriodSeconds,
  };
}

/** The app's identities, except those that only the platform may use. */
function identitiesOf(
  { identity, configuration }: ContainerApp,
  deployed: DeployedResources,
): RevisionIdentity[] {
  const reserved = configuration.identitySettings.filter(({ lifecycle }) => lifecycle === 'None');
  return (identity?.userAssignedIdentities ?? [])
    .filter((id) => !reserved.some((one) => one.identity === id))
    .flatMap((id): PlainObject[] => {
      const found = deployed.byId(id);
      return found === undefined ? [] : [found.outputs];
    })
    .map((outputs) => {
      const principalId = textOf(outputs, 'principalId');
      return {
        clientId: textOf(outputs, 'clientId'),
        principalId,
        reachesTables: deployed
          .ofType('azure-native:storage:StorageAccount')
          .some(({ id: on }) =>
            hasRight(assignments(deployed), { principalId, role: STORAGE_TABLE_DATA_CONTRIBUTOR, on }),
          ),
      };
    });
}

const assignments = (deployed: DeployedResources): PlainObject[] =>
  deployed.ofType('azure-native:authorization:RoleAssignment').map(({ inputs }) => inputs);

function principalOf(identity: string, deployed: DeployedResources): string {
  const found = deployed.byId(identity);
  if (found !== undefined) return textOf(found.outputs, 'principalId');
  throw new Error(
    problem({
      name: identity,
      wrong: 'is not an identity',
      got: 'no resource with this id',
      why: 'The app would have no rights.',
      fix: 'Create the identity first.',
    }),
  );
}

/** Returns `found`. @throws when it is undefined, because the image cannot be pulled then */
function requireForPull<T>(found: T | undefined, wrong: string, got: string, fix: string): T {
  if (found !== undefined) return found;
  const why = 'The image cannot be pulled, so no revision can start.';
  throw new Error(problem({ name: 'image', wrong, got, why, fix }));
}

function pull(image: string, app: ContainerApp, deployed: DeployedResources): string {
  const [server = ''] = image.split('/');
  const digest = image.slice(image.indexOf('@') + 1);
  const registry = requireForPull(
    deployed
      .ofType('azure-native:containerregistry:Registry')
      .find(({ outputs }) => outputs['loginServer'] === server),
    'is in no registry of this cloud',
    server,
    "Name the platform's registry.",
  );
  const access = requireForPull(
    app.configuration.registries.find((entry) => entry.server === server),
    'has no entry in configuration.registries',
    server,
    'Name the identity that pulls from it.',
  );
  const right = { principalId: principalOf(access.identity, deployed), role: ACR_PULL, on: registry.id };
  requireForPull(
    hasRight(assignments(deployed), right) || undefined,
    'its identity may not pull',
    `no AcrPull on ${server}`,
    'Assign the role on the registry.',
  );
  return requireForPull(deployed.pushed(digest), 'was never pushed', digest, 'Push it first.');
}

function storedSecret(
  keyVaultUrl: string,
  deployed: DeployedResources,
): { readonly id: string; readonly value: string } | undefined {
  const found = deployed.ofType('azure-native:keyvault:Secret').find(({ outputs }) => {
    const { properties } = outputs;
    return isObject(properties) && properties['secretUri'] === keyVaultUrl;
  });
  const properties = found?.inputs['properties'];
  if (found === undefined || !isObject(properties)) return undefined;
  return { id: found.id, value: textOf(properties, 'value') };
}

function readSecret(
  { name, keyVaultUrl, identity }: ContainerApp['configuration']['secrets'][number],
  deployed: DeployedResources,
): string {
  const why = 'Its value cannot be read, so no revision can start.';
  const secret = storedSecret(keyVaultUrl, deployed);
  if (secret === undefined) {
    const [wrong, got] = ['is in no vault', `nothing at ${keyVaultUrl}`];
    throw new Error(problem({ name, wrong, got, why, fix: 'Create the secret first.' }));
  }
  const right = { principalId: principalOf(identity, deployed), role: KEY_VAULT_SECRETS_USER, on: secret.id };
  if (hasRight(assignments(deployed), right)) return secret.value;
  const [wrong, got] = ['its identity may not read it', 'no Key Vault Secrets User'];
  throw new Error(problem({ name, wrong, got, why, fix: 'Assign the role on the secret or its vault.' }));
}
