import { isDeepStrictEqual } from 'node:util';
import type { PlainObject } from '../wire';
import { kindOf, SUBSCRIPTION_ID, TENANT_ID, textOf } from './addresses';
import type { Cloud, CloudResource } from './cloud';
import { CONTAINER_APP } from './container-app';
import { outputsOf } from './outputs';
import { resolveApp, secretValues, type Surroundings } from './resolve-app';
import type { Revisions } from './revision';

type Stored = CloudResource & { readonly id: string; readonly type: string };

/** Inputs that name another resource, which must be there first. */
const REFERENCES = ['managedEnvironmentId', 'resourceUri', 'scope', 'workspaceId'] as const;

/**
 * Azure's control plane as far as the program needs one, in memory. Rights to pull and to read secrets count, and a
 * Container App is really run. It proves nothing of Azure's own behaviour beyond what is written here.
 */
export class StandInAzure implements Cloud {
  private readonly resources = new Map<string, Stored>();
  private readonly images = new Map<string, string>();
  private readonly around: Surroundings = {
    byId: (id) => this.resources.get(id),
    ofType: (type) => [...this.resources.values()].filter((resource) => resource.type === type),
    pushed: (digest) => this.images.get(digest),
  };

  constructor(private readonly revisions: Revisions) {}

  /** Puts a bundle into the registry, as `docker push` does. `digest`: `sha256:<64 hex digits>`. */
  push(digest: string, bundle: string): void {
    this.images.set(digest, bundle);
  }

  async put(type: string, inputs: PlainObject): Promise<Stored> {
    const id = kindOf(type).id(inputs);
    this.mustBeThere(type, inputs);
    const before = this.resources.get(id);
    if (type === 'azure-native:app:ContainerApp') await this.run(inputs, before);
    const stored = { id, type, inputs, outputs: outputsOf(type, inputs, id, before?.outputs) };
    this.resources.set(id, stored);
    return stored;
  }

  get(id: string): Promise<CloudResource | undefined> {
    return Promise.resolve(this.resources.get(id));
  }

  async remove(id: string): Promise<void> {
    const gone = [...this.resources.values()].filter((resource) => `${resource.id}/`.startsWith(`${id}/`));
    for (const resource of gone) this.resources.delete(resource.id);
    if (gone.some(({ type }) => type === 'azure-native:app:ContainerApp')) await this.revisions.stop();
  }

  clientConfig(): Promise<PlainObject> {
    return Promise.resolve({
      subscriptionId: SUBSCRIPTION_ID,
      tenantId: TENANT_ID,
      clientId: 'nobody',
      objectId: 'nobody',
    });
  }

  private mustBeThere(type: string, inputs: PlainObject): void {
    const group = textOf(inputs, 'resourceGroupName');
    const named = REFERENCES.map((name) => textOf(inputs, name)).filter((id) => id !== '');
    const needed =
      group === '' || type === 'azure-native:resources:ResourceGroup'
        ? named
        : [...named, `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/${group}`];
    const missing = needed.filter((id) => !this.resources.has(id));
    if (missing.length > 0) {
      throw new Error(`${type}: refers to what is not there, got ${missing.join(', ')}.`);
    }
  }

  /** A change of the template makes a revision; one of the configuration alone doesn't. */
  private async run(inputs: PlainObject, before: Stored | undefined): Promise<void> {
    if (before !== undefined && isDeepStrictEqual(before.inputs['template'], inputs['template'])) return;
    const app = CONTAINER_APP.parse(inputs);
    try {
      await this.revisions.replace(resolveApp(app, this.around));
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      const secrets = secretValues(app, this.around);
      throw new Error(masked(message, secrets), { cause });
    }
  }
}

const masked = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((rest, secret) => rest.replaceAll(secret, `(${secret.length} characters)`), text);
