import { InputPropertiesError, InputPropertyError } from '@pulumi/pulumi';
import type { MockCallArgs, MockResourceArgs, MockResourceResult, Mocks } from '@pulumi/pulumi/runtime';
import * as z from 'zod';
import { bullets, problem } from '../../../contract/problem';
import { nameOf, typeOf } from '../provider/names';
import type { FakeProvider } from '../provider/fake-provider';

const properties = z.record(z.string(), z.unknown());

const DEPLOYED_RESOURCE = z.object({
  urn: z.string(),
  id: z.string(),
  inputs: properties,
  outputs: properties,
});

/** A deployed resource, with its secrets. The next run compares with it. */
export type DeployedResource = z.infer<typeof DEPLOYED_RESOURCE>;

/** Message from the parent process that starts a run. */
export const RUN_REQUEST = z.object({
  project: z.string(),
  stack: z.string(),
  isPreview: z.boolean(),
  /** Absolute path of the program. */
  entry: z.string(),
  /** Keys have the project's namespace. */
  config: z.record(z.string(), z.string()),
  secretKeys: z.array(z.string()),
  /** In order of creation. */
  resources: z.array(DEPLOYED_RESOURCE),
});
export type RunRequest = z.infer<typeof RUN_REQUEST>;

/** Message with the result of a run. */
export const RUN_RESULT = z.object({
  /** The first error; undefined if the run succeeded. */
  error: z.string().optional(),
  outputs: properties,
  resources: z.array(DEPLOYED_RESOURCE),
  /** Resources that were created, updated or deleted, or in a preview would be. */
  changes: z.number(),
});
export type RunResult = z.infer<typeof RUN_RESULT>;

/** Message of an error, with the properties that it names. */
function messageOf(error: unknown): string {
  if (InputPropertyError.isInstance(error)) return `${error.propertyPath}: ${error.reason}`;
  const message = error instanceof Error ? error.message : String(error);
  if (!InputPropertiesError.isInstance(error)) return message;
  return `${message}\n${bullets(error.errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`))}`;
}

/**
 * Deploys or previews the resources that a program registers under the SDK's mocks, with the same provider as the CLI.
 * The SDK resolves a program even if resources failed, so `error` tells whether the run failed.
 */
export class MocksDeployment implements Mocks {
  changes = 0;
  error: string | undefined;
  private readonly resources: Map<string, DeployedResource>;
  private readonly registered = new Set<string>();
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    private readonly provider: FakeProvider,
    private readonly context: Pick<RunRequest, 'isPreview' | 'project' | 'stack'>,
    resources: readonly DeployedResource[],
  ) {
    this.resources = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  recordError(error: unknown): void {
    this.error ??= messageOf(error);
  }

  async newResource({ type, name, inputs, custom }: MockResourceArgs): Promise<MockResourceResult> {
    if (custom !== true) return { id: undefined, state: {} };
    const urn = `urn:pulumi:${this.context.stack}::${this.context.project}::${type}::${name}`;
    const { id, outputs } = await this.attempt(() => this.deploy(urn, inputs));
    return { id: id === NO_ID ? undefined : id, state: outputs };
  }

  async call({ token }: MockCallArgs): Promise<Record<string, unknown>> {
    return this.attempt(async () => (await this.provider.invoke(token)).outputs);
  }

  /** Waits for running operations, then deletes the resources that the program no longer registers, newest first. */
  async finish(): Promise<readonly DeployedResource[]> {
    await Promise.allSettled(this.running);
    const removed = [...this.resources.values()].filter(({ urn }) => !this.registered.has(urn)).toReversed();
    for (const resource of removed) {
      if (this.error === undefined) await this.attempt(() => this.remove(resource)).catch(() => undefined);
    }
    return [...this.resources.values()];
  }

  /** Starts nothing new after an error, like the CLI. */
  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    if (this.error !== undefined) throw new Error('The run has already failed.');
    const running = work();
    this.running.add(running);
    try {
      return await running;
    } catch (error) {
      this.recordError(error);
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
          why: 'The Pulumi CLI refuses it, too.',
          fix: 'Rename one.',
        }),
      );
    }
    this.registered.add(urn);
    const old = this.resources.get(urn);
    const inputs = await this.check(urn, old, wanted);
    if (old === undefined) return this.create(urn, inputs);
    const { changes, replaces = [] } = await this.provider.diff(old.id, urn, old.outputs, inputs);
    if (changes !== true) return old;
    if (this.context.isPreview && replaces.length === 0)
      return this.previewChange({ ...old, inputs }, old.outputs);
    if (replaces.length > 0) {
      await this.remove(old);
      return this.create(urn, inputs);
    }
    const { outs } = await callProvider(urn, 'updated', () =>
      this.provider.update(old.id, urn, old.outputs, inputs),
    );
    return this.keep({ ...old, inputs, outputs: properties.parse(outs) });
  }

  private async check(
    urn: string,
    old: DeployedResource | undefined,
    wanted: DeployedResource['inputs'],
  ): Promise<DeployedResource['inputs']> {
    const { inputs, failures = [] } = await callProvider(urn, 'checked', () =>
      this.provider.check(urn, old?.inputs ?? {}, wanted),
    );
    if (failures.length === 0) return properties.parse(inputs);
    throw new Error(
      `${describe(urn)}: has wrong inputs. It was not changed. Correct them in the program:\n` +
        bullets(failures.map(({ property, reason }) => `${property}: ${reason}`)),
    );
  }

  private async create(urn: string, inputs: DeployedResource['inputs']): Promise<DeployedResource> {
    if (this.context.isPreview) return this.previewChange({ urn, id: NO_ID, inputs }, {});
    const { id, outs } = await callProvider(urn, 'created', () => this.provider.create(urn, inputs));
    return this.keep({ urn, id, inputs, outputs: outs });
  }

  private async remove({ id, urn }: DeployedResource): Promise<void> {
    this.changes += 1;
    if (this.context.isPreview) return;
    await callProvider(urn, 'deleted', () => this.provider.delete(id));
    this.resources.delete(urn);
  }

  /** Counts a change in a preview, and returns the expected resource without storing it. */
  private previewChange(
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

/** Id of a resource that a preview does not create. */
const NO_ID = '';

const describe = (urn: string): string => `${nameOf(urn)} (${typeOf(urn)})`;

/** Calls the provider. @throws with the resource's name, the failed operation, and the provider's message */
async function callProvider<T>(
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
