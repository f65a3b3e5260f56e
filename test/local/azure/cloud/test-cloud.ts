import { textOf } from '../../../../local/azure/cloud/addresses';
import type { Revision, Revisions } from '../../../../local/azure/cloud/revision';
import { FakeAzure } from '../../../../local/azure/cloud/fake-azure';
import type { PlainObject } from '../../../../local/azure/wire';

export const DIGEST = `sha256:${'0a'.repeat(32)}`;
export const API_KEY = 'tvsk_never_to_be_shown';

export const PULL = '7f951dda-4ed3-4680-a7ca-43fe172d538d';
export const WRITE_TABLES = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3';
export const READ_SECRETS = '4633458b-17de-408a-b874-0445c86b69e6';

const GROUP = { resourceGroupName: 'group', location: 'westeurope' };

/** Records the calls. */
export class FakeRevisions implements Revisions {
  readonly done: string[] = [];
  readonly revisions: Revision[] = [];
  /** What the next revision fails with. */
  failure: Error | undefined;

  async replace(revision: Revision): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.revisions.push(revision);
    this.done.push('replace');
  }

  async stop(): Promise<void> {
    this.done.push('stop');
  }
}

/** A cloud with everything that an app needs, except the rights of its identity. */
export interface TestCloud {
  readonly azure: FakeAzure;
  readonly revisions: FakeRevisions;
  /** Ids of its resources. */
  readonly ids: Readonly<Record<'registry' | 'vault' | 'secret' | 'environment' | 'identity', string>>;
  readonly principalId: string;
  readonly putSecret: (value: string) => Promise<PlainObject>;
  /** Assigns a role to the identity. @returns the assignment's id */
  readonly assign: (role: string, scope: string) => Promise<string>;
  /** Deploys the app, with these changes. */
  readonly putApp: (changes?: AppChanges) => Promise<PlainObject>;
}

export interface AppChanges {
  readonly tags?: PlainObject;
  readonly env?: readonly PlainObject[];
  readonly image?: string;
  readonly identity?: string;
  readonly maxReplicas?: number;
  /** Phase in which the identity is available. `None`: only to the platform. */
  readonly lifecycle?: 'Main' | 'None';
}

export async function makeTestCloud(): Promise<TestCloud> {
  const revisions = new FakeRevisions();
  const azure = new FakeAzure(revisions);
  const put = (type: string, inputs: PlainObject) => azure.put(`azure-native:${type}`, inputs);

  await put('resources:ResourceGroup', GROUP);
  const registry = await put('containerregistry:Registry', { ...GROUP, registryName: 'registry' });
  const vault = await put('keyvault:Vault', { ...GROUP, vaultName: 'vault', properties: {} });
  const identity = await put('managedidentity:UserAssignedIdentity', { ...GROUP, resourceName: 'pull' });
  const environment = await put('app:ManagedEnvironment', { ...GROUP, environmentName: 'environment' });
  const putSecret = async (value: string): Promise<PlainObject> => {
    const inputs = { resourceGroupName: 'group', vaultName: 'vault', secretName: 'key' };
    const { outputs } = await put('keyvault:Secret', { ...inputs, properties: { value } });
    return outputs;
  };
  await putSecret(API_KEY);
  azure.push(DIGEST, '/bundle');

  let assignments = 0;
  const principalId = textOf(identity.outputs, 'principalId');
  const ids = {
    registry: registry.id,
    vault: vault.id,
    secret: `${vault.id}/secrets/key`,
    environment: environment.id,
    identity: identity.id,
  };
  const image = `registry.azurecr.io/backend@${DIGEST}`;
  return {
    azure,
    revisions,
    ids,
    principalId,
    putSecret,
    async assign(role, scope) {
      assignments += 1;
      const roleDefinitionId = `/subscriptions/any/providers/Microsoft.Authorization/roleDefinitions/${role}`;
      const roleAssignmentName = `assignment-${assignments}`;
      const inputs = { principalId, roleDefinitionId, scope, roleAssignmentName };
      return (await put('authorization:RoleAssignment', inputs)).id;
    },
    async putApp(changes = {}) {
      const access = { identity: changes.identity ?? identity.id };
      const { outputs } = await put('app:ContainerApp', {
        ...GROUP,
        ...(changes.tags === undefined ? {} : { tags: changes.tags }),
        containerAppName: 'app',
        managedEnvironmentId: environment.id,
        identity: { userAssignedIdentities: [identity.id] },
        configuration: {
          identitySettings: [{ identity: identity.id, lifecycle: changes.lifecycle ?? 'None' }],
          ingress: { targetPort: 8080 },
          registries: [{ server: 'registry.azurecr.io', ...access }],
          secrets: [{ name: 'api-key', keyVaultUrl: 'https://vault.vault.azure.net/secrets/key', ...access }],
        },
        template: {
          terminationGracePeriodSeconds: 30,
          scale: { maxReplicas: changes.maxReplicas ?? 1 },
          containers: [
            {
              image: changes.image ?? image,
              env: changes.env ?? [
                { name: 'API_KEY', secretRef: 'api-key' },
                { name: 'LOG_LEVEL', value: 'info' },
              ],
              probes: [
                {
                  type: 'Startup',
                  httpGet: { path: '/healthz', port: 8080 },
                  periodSeconds: 2,
                  failureThreshold: 30,
                },
              ],
            },
          ],
        },
      });
      return outputs;
    },
  };
}
