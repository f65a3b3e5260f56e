import { isDeepStrictEqual } from 'node:util';
import { version } from '@pulumi/azure-native/package.json';
import type {
  CheckResult,
  CreateResult,
  DiffResult,
  InvokeResult,
  Provider,
  ReadResult,
  UpdateResult,
} from '@pulumi/pulumi/provider';
import { kindOf } from '../cloud/addresses';
import type { Cloud } from '../cloud/cloud';
import { outputsOf } from '../cloud/outputs';
import {
  containsSecret,
  isObject,
  plain,
  plainObject,
  secret,
  UNKNOWN,
  toWire,
  type Plain,
  type PlainObject,
} from '../wire';
import { typeOf, withName } from './names';
import { at } from './problem';
import { problemsOf } from './rules';

type Wire = Readonly<Record<string, unknown>>;

/** Properties whose change replaces the resource. */
const REPLACING = [
  'accountName',
  'containerAppName',
  'environmentId',
  'location',
  'managedEnvironmentId',
  'principalId',
  'resourceGroupName',
  'resourceName',
  'resourceUri',
  'roleDefinitionId',
  'scope',
  'vaultName',
];

/** Output with the inputs, as in azure-native: a later diff gets only the outputs. */
const INPUTS = '__inputs';

const SECRET = 'azure-native:keyvault:Secret';

/** Marks values as secret if the input was secret; for a vault secret, marks all properties. */
function withSecrets(values: PlainObject, inputs: Wire, type: string): Wire {
  const isSecret = (key: string): boolean =>
    containsSecret(inputs[key]) || (type === SECRET && key === 'properties');
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      isSecret(key) ? secret(toWire(value)) : toWire(value),
    ]),
  );
}

/** A fake of azure-native: checks a few rules, generates names like azure-native, and deploys to the fake Azure. */
export class FakeProvider implements Provider {
  readonly version = version;

  constructor(private readonly cloud: Cloud) {}

  check(urn: string, olds: Wire, news: Wire): Promise<CheckResult> {
    const inputs = withName(urn, olds, news);
    return Promise.resolve({ inputs, failures: [...problemsOf(typeOf(urn), plainObject(inputs))] });
  }

  diff(_id: string, urn: string, olds: Wire, news: Wire): Promise<DiffResult> {
    const { name } = kindOf(typeOf(urn));
    const before = plain(olds[INPUTS]);
    const old = isObject(before) ? before : {};
    const differs = (key: string): boolean => !isDeepStrictEqual(old[key], plain(news[key]));
    const changed = Object.keys({ ...old, ...news }).filter(differs);
    const replaces = [...new Set([...REPLACING, name])].filter(
      (key) => news[key] !== undefined && differs(key),
    );
    return Promise.resolve({ changes: changed.length > 0, replaces, deleteBeforeReplace: true });
  }

  /** Like azure-native, refuses to adopt an existing resource. */
  async create(urn: string, inputs: Wire): Promise<CreateResult> {
    const type = typeOf(urn);
    const wantedId = kindOf(type).id(plainObject(inputs));
    if ((await this.cloud.get(wantedId)) !== undefined) {
      throw new Error(`cannot create already existing resource '${wantedId}'`);
    }
    const { id, outputs } = await this.cloud.put(type, plainObject(inputs));
    return {
      id,
      outs: {
        ...withSecrets(outputs, inputs, type),
        [INPUTS]: withSecrets(plainObject(inputs), inputs, type),
      },
    };
  }

  async read(id: string, urn: string, props: Wire): Promise<ReadResult> {
    const found = await this.cloud.get(id);
    if (found === undefined) return {};
    const type = typeOf(urn);
    const inputs = withSecrets(found.inputs, props, type);
    return { id, props: { ...withSecrets(found.outputs, props, type), [INPUTS]: inputs }, inputs };
  }

  async update(_id: string, urn: string, _olds: Wire, news: Wire): Promise<UpdateResult> {
    const type = typeOf(urn);
    const { outputs } = await this.cloud.put(type, plainObject(news));
    return {
      outs: { ...withSecrets(outputs, news, type), [INPUTS]: withSecrets(plainObject(news), news, type) },
    };
  }

  /** Outputs in the preview of a creation or an update. Properties that only Azure knows are unknown. */
  preview(urn: string, olds: Wire, news: Wire): Wire {
    const type = typeOf(urn);
    const { properties: added, ...beside } = outputsOf(type, {}, '', undefined);
    const old = plainObject(olds);
    // A new value would get a new version.
    const isKept =
      type !== SECRET || isDeepStrictEqual(at(old[INPUTS], 'properties'), plain(news['properties']));
    const answers = (names: PlainObject, known: Plain | undefined): PlainObject =>
      Object.fromEntries(Object.keys(names).map((name) => [name, at(known, name) ?? UNKNOWN]));
    const outs = { ...plainObject(news), ...answers(beside, old) };
    const given = plain(news['properties']);
    const properties = isObject(added) &&
      isObject(given) && { properties: { ...given, ...answers(added, isKept ? old['properties'] : {}) } };
    return withSecrets({ ...outs, ...properties }, news, type);
  }

  async delete(id: string): Promise<void> {
    await this.cloud.remove(id);
  }

  async invoke(token: string): Promise<InvokeResult> {
    if (token === 'azure-native:authorization:getClientConfig') {
      return { outputs: await this.cloud.clientConfig() };
    }
    throw new Error(`${token}: is not a function of the laptop's Azure.`);
  }
}
