import { InputPropertiesError, InputPropertyError } from '@pulumi/pulumi';
import type { MockCallArgs, MockResourceArgs, MockResourceResult, Mocks } from '@pulumi/pulumi/runtime';
import * as z from 'zod';
import type { StandInProvider } from '../provider/provider';

const properties = z.record(z.string(), z.unknown());

const DEPLOYED_RESOURCE = z.object({
  urn: z.string(),
  id: z.string(),
  name: z.string(),
  type: z.string(),
  inputs: properties,
  outputs: properties,
});

/** A resource that a run left in place, with its secrets: what the next run is compared with. */
export type DeployedResource = z.infer<typeof DEPLOYED_RESOURCE>;

/** What a run is told, once, by its parent process. */
export const RUN_REQUEST = z.object({
  project: z.string(),
  stack: z.string(),
  /** Absolute path of the program. */
  entry: z.string(),
  /** By key with the project's namespace. */
  config: z.record(z.string(), z.string()),
  secretKeys: z.array(z.string()),
  /** In the order of their creation. */
  resources: z.array(DEPLOYED_RESOURCE),
});
export type RunRequest = z.infer<typeof RUN_REQUEST>;

/** What a run answers, once. */
export const RUN_RESULT = z.object({
  /** The first error; without one the run succeeded. */
  error: z.string().optional(),
  outputs: properties,
  resources: z.array(DEPLOYED_RESOURCE),
  /** Resources that were created, updated or deleted. */
  changes: z.number(),
});
export type RunResult = z.infer<typeof RUN_RESULT>;

/** What an error says, with each property that it names. */
function messageOf(error: unknown): string {
  if (InputPropertyError.isInstance(error)) return `${error.propertyPath}: ${error.reason}`;
  const message = error instanceof Error ? error.message : String(error);
  if (!InputPropertiesError.isInstance(error)) return message;
  return [message, ...error.errors.map(({ propertyPath, reason }) => `- ${propertyPath}: ${reason}`)].join(
    '\n',
  );
}

/**
 * Deploys what a program registers under the SDK's mocks, by the provider that the Pulumi CLI would start.
 *
 * The SDK resolves a program whose resources failed, so the first error that is recorded here decides.
 */
export class MocksDeployment implements Mocks {
  changes = 0;
  /** The first error. */
  error: string | undefined;
  private readonly resources: Map<string, DeployedResource>;
  private readonly registered = new Set<string>();
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    private readonly provider: StandInProvider,
    private readonly place: { readonly project: string; readonly stack: string },
    resources: readonly DeployedResource[],
  ) {
    this.resources = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  record(error: unknown): void {
    this.error ??= messageOf(error);
  }

  async newResource({ type, name, inputs, custom }: MockResourceArgs): Promise<MockResourceResult> {
    if (custom !== true) return { id: undefined, state: {} };
    const urn = `urn:pulumi:${this.place.stack}::${this.place.project}::${type}::${name}`;
    const { id, outputs } = await this.attempt(() => this.deploy({ urn, type, name }, inputs));
    return { id, state: outputs };
  }

  async call({ token }: MockCallArgs): Promise<Record<string, unknown>> {
    return this.attempt(async () => (await this.provider.invoke(token)).outputs);
  }

  /** Waits for what is under way, then deletes the resources that the program no longer registers, newest first. */
  async finish(): Promise<readonly DeployedResource[]> {
    await Promise.allSettled(this.running);
    const removed = [...this.resources.values()].filter(({ urn }) => !this.registered.has(urn)).toReversed();
    for (const resource of removed) {
      if (this.error === undefined) await this.attempt(() => this.remove(resource)).catch(() => undefined);
    }
    return [...this.resources.values()];
  }

  /** Nothing new is begun after an error, as with the CLI. */
  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    if (this.error !== undefined) throw new Error('The run is over.');
    const running = work();
    this.running.add(running);
    try {
      return await running;
    } catch (error) {
      this.record(error);
      throw error;
    } finally {
      this.running.delete(running);
    }
  }

  private async deploy(
    resource: Pick<DeployedResource, 'name' | 'type' | 'urn'>,
    wanted: DeployedResource['inputs'],
  ): Promise<DeployedResource> {
    const { urn } = resource;
    if (this.registered.has(urn)) throw new Error(`${describe(resource)}: is registered twice, got ${urn}.`);
    this.registered.add(urn);
    const old = this.resources.get(urn);
    const inputs = await this.check(resource, old, wanted);
    if (old !== undefined) {
      const { changes, replaces = [] } = await this.provider.diff(old.id, urn, old.outputs, inputs);
      if (changes !== true) return old;
      if (replaces.length === 0) return this.update(old, inputs);
      await this.remove(old);
    }
    const { id, outs } = await named(resource, 'created', () => this.provider.create(urn, inputs));
    return this.keep({ ...resource, id, inputs, outputs: outs });
  }

  private async check(
    resource: Pick<DeployedResource, 'name' | 'type' | 'urn'>,
    old: DeployedResource | undefined,
    wanted: DeployedResource['inputs'],
  ): Promise<DeployedResource['inputs']> {
    const { inputs, failures = [] } = await named(resource, 'checked', () =>
      this.provider.check(resource.urn, old?.inputs ?? {}, wanted),
    );
    if (failures.length === 0) return properties.parse(inputs);
    const bullets = failures.map(({ property, reason }) =>
      property === '' ? `\n- ${reason}` : `\n- ${property}: ${reason}`,
    );
    throw new Error(
      `${describe(resource)}: its inputs are refused. It was not touched. Correct them in the program:${bullets.join('')}`,
    );
  }

  private async update(old: DeployedResource, inputs: DeployedResource['inputs']): Promise<DeployedResource> {
    const { outs } = await named(old, 'updated', () =>
      this.provider.update(old.id, old.urn, old.outputs, inputs),
    );
    return this.keep({ ...old, inputs, outputs: properties.parse(outs) });
  }

  private async remove(resource: DeployedResource): Promise<void> {
    await named(resource, 'deleted', () => this.provider.delete(resource.id));
    this.resources.delete(resource.urn);
    this.changes += 1;
  }

  private keep(resource: DeployedResource): DeployedResource {
    this.resources.set(resource.urn, resource);
    this.changes += 1;
    return resource;
  }
}

const describe = ({ name, type }: Pick<DeployedResource, 'name' | 'type'>): string => `${name} (${type})`;

/** @throws with the resource's name, what did not happen to it, and the provider's own words */
async function named<T>(
  resource: Pick<DeployedResource, 'name' | 'type'>,
  what: 'checked' | 'created' | 'deleted' | 'updated',
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new Error(`${describe(resource)}: was not ${what}. ${messageOf(cause)}`, { cause });
  }
}
