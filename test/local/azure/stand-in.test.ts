import { cloudAt } from '../../../local/azure/control/client';
import { StandInProvider } from '../../../local/azure/provider/provider';
import { startStandInAzure, type RunningStandIn } from '../../../local/azure/stand-in';
import { secret } from '../../../local/azure/wire';
import { freePort } from '../../../local/free-port';
import { bundle } from './revisions/support';

const API_KEY = 'tvsk_never_to_be_shown';
const DIGEST = `sha256:${'0a'.repeat(32)}`;
const there = { resourceGroupName: 'group', location: 'westeurope' };

// Processes start as fast as the computer lets them.
jest.setTimeout(30_000);

let port: number;
let standIn: RunningStandIn;
let provider: StandInProvider;
beforeEach(async () => {
  port = await freePort();
  standIn = await startStandInAzure(port);
  // As in a process of its own: by HTTP.
  provider = new StandInProvider(cloudAt(standIn.controlUrl, standIn.token));
});
afterEach(async () => standIn.stop());

const create = async (type: string, inputs: object) =>
  provider.create(`urn:pulumi:laptop::test::azure-native:${type}::name`, { ...inputs });

/** Makes all that an app needs; answers the app's inputs. */
async function platform(): Promise<object> {
  await create('resources:ResourceGroup', there);
  const registry = await create('containerregistry:Registry', { ...there, registryName: 'registry' });
  const vault = await create('keyvault:Vault', { ...there, vaultName: 'vault', properties: {} });
  const identity = await create('managedidentity:UserAssignedIdentity', { ...there, resourceName: 'pull' });
  const domain = await create('app:ManagedEnvironment', { ...there, environmentName: 'environment' });
  const properties = { value: secret(API_KEY) };
  await create('keyvault:Secret', { ...there, vaultName: 'vault', secretName: 'key', properties });
  for (const [role, scope] of [
    ['7f951dda-4ed3-4680-a7ca-43fe172d538d', registry.id],
    ['4633458b-17de-408a-b874-0445c86b69e6', vault.id],
  ]) {
    const { principalId } = identity.outs;
    await create('authorization:RoleAssignment', {
      principalId,
      scope,
      roleDefinitionId: `/subscriptions/any/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      roleAssignmentName: role,
    });
  }
  return {
    ...there,
    containerAppName: 'app',
    managedEnvironmentId: domain.id,
    configuration: {
      ingress: { targetPort: 8080 },
      registries: [{ server: registry.outs.loginServer, identity: identity.id }],
      secrets: [
        {
          name: 'api-key',
          keyVaultUrl: `${vault.outs.properties.vaultUri}secrets/key`,
          identity: identity.id,
        },
      ],
    },
    template: {
      containers: [
        {
          image: `${registry.outs.loginServer}/backend@${DIGEST}`,
          env: [
            { name: 'NAME', secretRef: 'api-key' },
            { name: 'PORT', value: '8080' },
          ],
        },
      ],
    },
  };
}

test('an app that was deployed is reached at the ingress, with the secret of the vault, until it is stopped', async () => {
  const app = await platform();
  standIn.azure.push(DIGEST, bundle('ready'));
  await create('app:ContainerApp', app);
  const url = `http://127.0.0.1:${port}/name`;
  await expect(fetch(url).then((response) => response.text())).resolves.toBe(API_KEY);
  const [, pid] = /^pid (\d+)$/m.exec(standIn.log()) ?? [];
  await standIn.stop();
  expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  await expect(fetch(standIn.controlUrl)).rejects.toThrow('fetch failed');
});

test("the log of an app that fails arrives at the provider, and its secrets don't", async () => {
  const app = await platform();
  standIn.azure.push(DIGEST, bundle('ends'));
  const error: unknown = await create('app:ContainerApp', app).catch((reason: unknown) => reason);
  const told = error instanceof Error ? error.message : '';
  expect(told).toMatch(/^app--[0-9a-f]{7}: is not ready, got that it ended by itself, exit code 3\./);
  expect(told).toContain(`"NAME":"(${API_KEY.length} characters)","PORT":"8080"`);
  expect(told).toContain('A setting is missing.');
  expect(told).not.toContain(API_KEY);
});
