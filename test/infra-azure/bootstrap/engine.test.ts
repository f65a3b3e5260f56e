import type { Provider } from '@pulumi/pulumi/provider';
import { installedApiVersion } from '../../../local/azure/checks/api-versions';
import { checkInputs } from '../../../local/azure/checks/check-inputs';
import { loadDefinitions } from '../../../local/azure/checks/load-definitions';
import { RESOURCE_TYPES } from '../../../local/azure/checks/resource-types';
import { EngineState, runProgram, type ProgramResult } from '../../../local/azure/engine/engine';
import { typeOf } from '../../../local/azure/provider/names';
import { plainObject } from '../../../local/azure/wire';
import { cloud, type Cloud } from '../../local/azure/engine/cloud';
import { SUBSCRIPTION, TENANT } from '../mocks';
import { PROJECT } from './project';
import { CONFIG } from './samples';

/** Azure's definitions are too large to be kept here; whoever has them names the file. */
const definitionsFile = process.env['AZURE_TYPES'];
const definitions =
  definitionsFile === undefined || definitionsFile === '' ? undefined : loadDefinitions(definitionsFile);

const isKnown = (type: string): boolean => Object.hasOwn(RESOURCE_TYPES, type);

/** Inputs that hold a resource's name; the one that is its own comes first. */
const NAMES = ['containerName', 'keyName', 'accountName', 'vaultName', 'resourceName', 'resourceGroupName'];

/** An Azure that takes what our rules take, and makes ids and addresses of identities. */
const azure = (): Cloud => {
  const otherwise: Provider = {
    check: async (urn, _olds, news) => {
      const type = typeOf(urn);
      const problems = isKnown(type) ? checkInputs(type, plainObject(news), definitions) : [];
      return { inputs: news, failures: problems };
    },
    create: async (urn, inputs) => {
      const name = NAMES.map((key) => inputs[key]).find((value) => value !== undefined);
      const logical = urn.split('::').at(-1) ?? '';
      return {
        id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/group/${logical}`,
        outs: { ...inputs, name, principalId: `principal-${logical}`, clientId: `client-${logical}` },
      };
    },
    invoke: async () => ({
      outputs: { subscriptionId: SUBSCRIPTION, tenantId: TENANT, clientId: 'c', objectId: 'o' },
    }),
  };
  return cloud(otherwise);
};

const run = (
  provider: Cloud,
  state: EngineState,
  { config = CONFIG, preview = false }: { config?: Readonly<Record<string, string>>; preview?: boolean } = {},
): Promise<ProgramResult> =>
  runProgram({ ...PROJECT, stack: 'prod', config, secretKeys: [], provider, state, preview });

// Each run starts a process of its own.
jest.setTimeout(60_000);

describe("the trust's program in Pulumi's own runner", () => {
  const provider = azure();
  const state = new EngineState();
  let preview: ProgramResult;
  let first: ProgramResult;
  beforeAll(async () => {
    preview = await run(provider, state, { preview: true });
    first = await run(provider, state);
  });

  test('survives a first preview, and makes nothing in it', () => {
    expect(preview).toMatchObject({ exitCode: 0, log: [], stderr: '' });
    expect(preview.resources).toHaveLength(first.resources.length);
    expect(provider.calls).toHaveLength(first.resources.filter(({ custom }) => custom).length);
  });

  test('puts out exactly the variables of GitHub, in plain text', () => {
    expect(first).toMatchObject({ exitCode: 0, log: [] });
    expect(first.outputs).toEqual({
      AZURE_TENANT_ID: TENANT,
      AZURE_SUBSCRIPTION_ID: SUBSCRIPTION,
      AZURE_DEPLOY_CLIENT_ID: 'client-deploy',
      AZURE_CHECK_CLIENT_ID: 'client-check',
      AZURE_RESOURCE_GROUP: 'tavus-recordings-prod',
      PULUMI_BACKEND_URL: expect.stringMatching(
        /^azblob:\/\/pulumi-state\?storage_account=tavusstate[0-9a-f]{14}$/,
      ),
      PULUMI_SECRETS_PROVIDER: expect.stringMatching(
        /^azurekeyvault:\/\/tavus-state-[0-9a-f]{12}\.vault\.azure\.net\/keys\/pulumi-state$/,
      ),
    });
  });

  test('changes nothing the second time, and asks for the same when its own state was lost', async () => {
    const again = await run(provider, state);
    expect(again.resources.filter(({ operation }) => operation !== 'same')).toEqual([]);
    const anew = await run(azure(), new EngineState());
    const inputs = ({ resources }: ProgramResult): unknown =>
      Object.fromEntries(resources.map((one) => [one.urn, one.inputs]));
    expect(inputs(anew)).toEqual(inputs(first));
  });

  test('uses six types that the rules for the main program do not know, in the API versions that we looked at', () => {
    const types = first.resources.filter(({ custom }) => custom).map(({ type }) => type);
    const others = [...new Set(types)].filter((type) => !isKnown(type));
    expect(Object.fromEntries(others.map((type) => [type, installedApiVersion(type)]))).toEqual({
      'azure-native:keyvault:Key': '2024-11-01',
      'azure-native:managedidentity:FederatedIdentityCredential': '2023-01-31',
      'azure-native:storage:BlobContainer': '2024-01-01',
      'azure-native:storage:BlobServiceProperties': '2024-01-01',
      'azure-native:storage:ManagementPolicy': '2024-01-01',
      'azure-native:storage:StorageAccount': '2024-01-01',
    });
  });

  test('refuses a broken configuration with its message and no resource', async () => {
    const { exitCode, log, resources } = await run(azure(), new EngineState(), { config: {} });
    expect(exitCode).not.toBe(0);
    expect(resources.filter(({ custom }) => custom)).toEqual([]);
    expect(log.map(({ text }) => text).join('\n')).toContain(
      "githubRepository: is not a repository's owner/name",
    );
  });
});
