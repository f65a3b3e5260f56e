import { InputPropertiesError, InputPropertyError } from '@pulumi/pulumi';
import type { MockCallArgs, MockResourceArgs, MockResourceResult, Mocks } from '@pulumi/pulumi/runtime';
import * as z from 'zod';
import { bullets, problem } from '../../../contract/problem';
import { nameOf, typeOf } from '../provider/names';
import type { StandInProvider } from '../provider/provider';

const properties = z.record(z.string(), z.unknown());

const DEPLOYED_RESOURCE = z.object({
  urn: z.string(),
  id: z.string(),
  inputs: properties,
  outputs: properties,
});

/** A resource that a run left in place, with its secrets: what the next run is compared with. */
export type DeployedResource = z.infer<typeof DEPLOYED_RESOURCE>;

/** What a run is told, once, by its parent process. */
export const RUN_REQUEST = z.object({
  project: z.string(),
  stack: z.string(),
  isPreview: z.boolean(),
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
  /** Resources that were created, updated or deleted, or in a preview would be. */
  changes: z.number(),
});
export type RunResult = z.infer<typeof RUN_RESULT>;

/** What an error says, with each property that it names. */
function messageOf(error: unknown): string {
  if (InputPropertyError.isInstance(error)) return `${error.propertyPath}: ${error.reason}`;
  const message = error instanceof Error ? error.message : String(error);
  if (!InputPropertiesError.isInstance(error)) return message;
  return `${message}\n${bullets(error.errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`))}`;
}

/**
 * Deploys what a program registers under the SDK's mocks, by the provider that the Pulumi CLI would start; or says what
 * that would do.
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
    private readonly place: Pick<RunRequest, 'isPreview' | 'project' | 'stack'>,
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
    const { id, outputs } = await this.attempt(() => this.deploy(urn, inputs));
    return { id: id === UNMADE ? undefined : id, state: outputs };
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

  private async deploy(urn: string, wanted: DeployedResource['inputs']): Promise<DeployedResource> {
    if (this.registered.has(urn)) {
      throw new Error(
        problem({
          name: describe(urn),
          wrong: 'is registered twice',
          got: urn,
          why: 'The Pulumi CLI refuses it too.',
          fix: 'Give each a name of its own.',
        }),
      );
    }
    this.registered.add(urn);
    const old = this.resources.get(urn);
    const inputs = await this.check(urn, old, wanted);
    if (old === undefined) return this.create(urn, inputs);
    const { changes, replaces = [] } = await this.provider.diff(old.id, urn, old.outputs, inputs);
    if (changes !== true) return old;
    if (this.place.isPreview && replaces.length === 0) return this.foresee({ ...old, inputs }, old.outputs);
    if (replaces.length > 0) {
      await this.remove(old);
      return this.create(urn, inputs);
    }
    const { outs } = await doing(urn, 'updated', () =>
      this.provider.update(old.id, urn, old.outputs, inputs),
    );
    return this.keep({ ...old, inputs, outputs: properties.parse(outs) });
  }

  private async check(
    urn: string,
    old: DeployedResource | undefined,
    wanted: DeployedResource['inputs'],
  ): Promise<DeployedResource['inputs']> {
    const { inputs, failures = [] } = await doing(urn, 'checked', () =>
      this.provider.check(urn, old?.inputs ?? {}, wanted),
    );
    if (failures.length === 0) return properties.parse(inputs);
    throw new Error(
      `${describe(urn)}: its inputs are refused. It was not touched. Correct them in the program:\n` +
        bullets(failures.map(({ property, reason }) => `${property}: ${reason}`)),
    );
  }

  private async create(urn: string, inputs: DeployedResource['inputs']): Promise<DeployedResource> {
    if (this.place.isPreview) return this.foresee({ urn, id: UNMADE, inputs }, {});
    const { id, outs } = await doing(urn, 'created', () => this.provider.create(urn, inputs));
    return this.keep({ urn, id, inputs, outputs: outs });
  }

  private async remove({ id, urn }: DeployedResource): Promise<void> {
    this.changes += 1;
    if (this.place.isPreview) return;
    await doing(urn, 'deleted', () => this.provider.delete(id));
    this.resources.delete(urn);
  }

  /** What a resource would be, of which the rest of the program is told; nothing of it is kept. */
  private foresee(
    resource: Omit<DeployedResource, 'outputs'>,
    before: DeployedResource['outputs'],
  ): DeployedResource {
    this.changes += 1;
    return { ...resource, outputs: this.provider.preview(resource.urn, before, resource.inputs) };
  }

  private keep(resource: DeployedResource): DeployedResource {
    this.resources.set(resource.urn, resource);
    this.changes += 1;
    return resource;
  }
}

/** In place of an id, of a resource that is not made in a preview. */
const UNMADE = '';

const describe = (urn: string): string => `${nameOf(urn)} (${typeOf(urn)})`;

/** @throws with the resource's name, what did not happen to it, and the provider's own words */
async function doing<T>(
  urn: string,
  what: 'checked' | 'created' | 'deleted' | 'updated',
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new Error(`${describe(urn)}: was not ${what}. ${messageOf(cause)}`, { cause });
  }
}
