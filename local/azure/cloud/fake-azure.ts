import { isDeepStrictEqual } from 'node:util';
import { problem } from '../../../contract/problem';
import { isList, isObject, type Plain, type PlainObject } from '../wire';
import { kindOf, SUBSCRIPTION_ID, TENANT_ID, textOf } from './addresses';
import type { Cloud, CloudResource } from './cloud';
import { CONTAINER_APP } from './container-app';
import { appOutputs, outputsOf } from './outputs';
import { resolveApp, type DeployedResources } from './resolve-app';
import type { Revisions } from './revision';

type Stored = CloudResource & { readonly id: string; readonly type: string };

const ID = /^\/subscriptions\/[^/]+\/resourceGroups\/./;

function ids(value: Plain | undefined): string[] {
  if (typeof value === 'string') return ID.test(value) ? [value] : [];
  if (isList(value)) return value.flatMap(ids);
  return isObject(value) ? Object.values(value).flatMap(ids) : [];
}

/** Ids of the resources that must exist before this one: its parent, and all ids in its inputs. */
const references = (type: string, inputs: PlainObject): string[] => {
  const parent = kindOf(type).parent?.(inputs);
  return [...new Set([...(parent === undefined ? [] : [parent]), ...ids(inputs)])];
};

const APP = 'azure-native:app:ContainerApp';
const STORAGE_ACCOUNT = 'azure-native:storage:StorageAccount';
const TABLE = 'azure-native:storage:Table';

/** The table service that serves the tables of all storage accounts. */
export interface Tables {
  /** Without a trailing slash. */
  readonly endpoint: string;
  createTable(name: string): Promise<void>;
}

/**
 * The part of Azure's control plane that our programs need, in memory. It enforces the rights to pull images and to read
 * secrets, and runs Container Apps as processes. It shows nothing else of Azure's behaviour: resources and role
 * assignments take effect at once, names of removed resources are free at once, and ids are case-sensitive.
 */
export class FakeAzure implements Cloud {
  private readonly resources = new Map<string, Stored>();
  private readonly images = new Map<string, string>();
  private readonly deployed: DeployedResources = {
    byId: (id) => this.resources.get(id),
    ofType: (type) => [...this.resources.values()].filter((resource) => resource.type === type),
    pushed: (digest) => this.images.get(digest),
  };

  /** @param tables without it, tables exist as resources only and store no rows */
  constructor(
    private readonly revisions: Revisions,
    private readonly tables?: Tables,
  ) {}

  /** Puts a bundle into the registry, as `docker push` does. @param digest `sha256:<64 hex digits>` */
  push(digest: string, bundle: string): void {
    this.images.set(digest, bundle);
  }

  async put(type: string, inputs: PlainObject): Promise<Stored> {
    const id = kindOf(type).id(inputs);
    this.requireReferences(type, inputs);
    const before = this.resources.get(id);
    const outputs = this.withTables(type, outputsOf(type, inputs, id, before));
    if (type === TABLE) await this.tables?.createTable(textOf(inputs, 'tableName'));
    const stored = {
      id,
      type,
      inputs,
      outputs: type === APP ? await this.run(outputs, inputs, before) : outputs,
    };
    this.resources.set(id, stored);
    return stored;
  }

  get(id: string): Promise<CloudResource | undefined> {
    return Promise.resolve(this.resources.get(id));
  }

  async remove(id: string): Promise<void> {
    const gone = [...this.resources.values()].filter((resource) => `${resource.id}/`.startsWith(`${id}/`));
    for (const resource of gone) this.resources.delete(resource.id);
    if (gone.some(({ type }) => type === APP)) await this.revisions.stop();
  }

  clientConfig(): Promise<PlainObject> {
    return Promise.resolve({
      subscriptionId: SUBSCRIPTION_ID,
      tenantId: TENANT_ID,
      clientId: 'none',
      objectId: 'none',
    });
  }

  private withTables(type: string, outputs: PlainObject): PlainObject {
    if (type !== STORAGE_ACCOUNT || this.tables === undefined) return outputs;
    return { ...outputs, primaryEndpoints: { table: `${this.tables.endpoint}/` } };
  }

  private requireReferences(type: string, inputs: PlainObject): void {
    const missing = references(type, inputs).filter((id) => !this.resources.has(id));
    if (missing.length === 0) return;
    throw new Error(
      problem({
        name: type,
        wrong: 'refers to a missing resource',
        got: missing.join(', '),
        why: 'Azure refuses it.',
        fix: 'Create that resource first, and refer to it by its id.',
      }),
    );
  }

  /**
   * Starts a revision when the template has changed. A change of the configuration alone starts none, and the running
   * revision keeps the secrets that it has read.
   */
  private async run(
    outputs: PlainObject,
    inputs: PlainObject,
    before: Stored | undefined,
  ): Promise<PlainObject> {
    const running = before === undefined ? undefined : textOf(before.outputs, 'latestRevisionName');
    if (running !== undefined && isDeepStrictEqual(before?.inputs['template'], inputs['template'])) {
      return appOutputs(outputs, running, this.domainOf(inputs));
    }
    const revision = resolveApp(CONTAINER_APP.parse(inputs), this.deployed);
    await this.revisions.replace(revision);
    return appOutputs(outputs, revision.name, this.domainOf(inputs));
  }

  private domainOf(inputs: PlainObject): string {
    const id = textOf(inputs, 'managedEnvironmentId') || textOf(inputs, 'environmentId');
    return textOf(this.resources.get(id)?.outputs ?? {}, 'defaultDomain');
  }
}
