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
  holdsSecret,
  isObject,
  plain,
  plainObject,
  secret,
  UNKNOWN,
  wired,
  type Plain,
  type PlainObject,
} from '../wire';
import { named, typeOf } from './names';
import { at } from './problem';
import { problemsOf } from './rules';

type Wire = Readonly<Record<string, unknown>>;

/** What can't be changed of a resource that is there: its place, what it belongs to, and what it is about. */
const FIXED = [
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

/** Where the inputs are kept among the outputs, as azure-native keeps them: a later diff is told the outputs alone. */
const INPUTS = '__inputs';

const SECRET = 'azure-native:keyvault:Secret';

/** Marks values as the inputs are marked: what was secret goes back as a secret, and so does all of a vault secret. */
function marked(values: PlainObject, inputs: Wire, type: string): Wire {
  const isSecret = (key: string): boolean =>
    holdsSecret(inputs[key]) || (type === SECRET && key === 'properties');
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, isSecret(key) ? secret(wired(value)) : wired(value)]),
  );
}

/**
 * A provider in the place of azure-native: a few rules, names as azure-native makes them, and a cloud that is not Azure.
 */
export class StandInProvider implements Provider {
  readonly version = version;

  constructor(private readonly cloud: Cloud) {}

  check(urn: string, olds: Wire, news: Wire): Promise<CheckResult> {
    const inputs = named(urn, olds, news);
    return Promise.resolve({ inputs, failures: [...problemsOf(typeOf(urn), plainObject(inputs))] });
  }

  diff(_id: string, urn: string, olds: Wire, news: Wire): Promise<DiffResult> {
    const { name } = kindOf(typeOf(urn));
    const before = plain(olds[INPUTS]);
    const old = isObject(before) ? before : {};
    const differs = (key: string): boolean => !isDeepStrictEqual(old[key], plain(news[key]));
    const changed = Object.keys({ ...old, ...news }).filter(differs);
    const replaces = [...new Set([...FIXED, name])].filter((key) => news[key] !== undefined && differs(key));
    return Promise.resolve({ changes: changed.length > 0, replaces, deleteBeforeReplace: true });
  }

  /** Like azure-native, it takes over nothing that somebody else has made. */
  async create(urn: string, inputs: Wire): Promise<CreateResult> {
    const type = typeOf(urn);
    const place = kindOf(type).id(plainObject(inputs));
    if ((await this.cloud.get(place)) !== undefined) {
      throw new Error(`cannot create already existing resource '${place}'`);
    }
    const { id, outputs } = await this.cloud.put(type, plainObject(inputs));
    return {
      id,
      outs: { ...marked(outputs, inputs, type), [INPUTS]: marked(plainObject(inputs), inputs, type) },
    };
  }

  async read(id: string, urn: string, props: Wire): Promise<ReadResult> {
    const found = await this.cloud.get(id);
    if (found === undefined) return {};
    const type = typeOf(urn);
    const inputs = marked(found.inputs, props, type);
    return { id, props: { ...marked(found.outputs, props, type), [INPUTS]: inputs }, inputs };
  }

  async update(_id: string, urn: string, _olds: Wire, news: Wire): Promise<UpdateResult> {
    const type = typeOf(urn);
    const { outputs } = await this.cloud.put(type, plainObject(news));
    return { outs: { ...marked(outputs, news, type), [INPUTS]: marked(plainObject(news), news, type) } };
  }

  /** Outputs of a creation or an update as far as a preview knows them: what only Azure's answer will say is unknown. */
  preview(urn: string, olds: Wire, news: Wire): Wire {
    const type = typeOf(urn);
    const { properties: added, ...beside } = outputsOf(type, {}, '', undefined);
    const old = plainObject(olds);
    // A new value makes a new version.
    const isKept =
      type !== SECRET || isDeepStrictEqual(at(old[INPUTS], 'properties'), plain(news['properties']));
    const answers = (names: PlainObject, known: Plain | undefined): PlainObject =>
      Object.fromEntries(Object.keys(names).map((name) => [name, at(known, name) ?? UNKNOWN]));
    const outs = { ...plainObject(news), ...answers(beside, old) };
    const given = plain(news['properties']);
    const properties = isObject(added) &&
      isObject(given) && { properties: { ...given, ...answers(added, isKept ? old['properties'] : {}) } };
    return marked({ ...outs, ...properties }, news, type);
  }

  async delete(id: string): Promise<void> {
    await this.cloud.remove(id);
  }

  async invoke(token: string): Promise<InvokeResult> {
    if (token === 'azure-native:authorization:getClientConfig') {
      return { outputs: await this.cloud.clientConfig() };
    }
    throw new Error(`${token}: is no function that the laptop's Azure knows.`);
  }
}
