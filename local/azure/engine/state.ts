import type { WireObject } from './wire-object';

/** A resource as the program declares it. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The parent's URN; absent for the stack alone. */
  readonly parent?: string;
  /** False for components: they have no provider. */
  readonly custom: boolean;
  /** As they came from the program; after a provider's check, as it returned them. Secrets marked, keys sorted. */
  readonly inputs: WireObject;
  /** URNs. */
  readonly dependencies: readonly string[];
  /** URNs by the property that refers to them. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;
  /** The URN of a resource whose deletion deletes this one too. */
  readonly deletedWith?: string;
  readonly retainOnDelete: boolean;
  /** Dotted paths. */
  readonly ignoreChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** URNs that this resource may have had in an earlier run. */
  readonly aliases: readonly string[];
}

/** What a run did, or would do, with a resource. A replacement is a `delete` and a `create`. */
export type Operation = 'create' | 'update' | 'same' | 'delete';

/** A resource as it is after a run. */
export interface RegisteredResource extends Registration {
  /** From the provider, secrets marked; of a component what it registered; in a preview of something new its inputs. */
  readonly outputs: WireObject;
  /** Absent for components, and in a preview of something new. */
  readonly id?: string;
  readonly operation: Operation;
}

/** What is there, by URN, in the order of its creation. In memory: it lives as long as the process that holds it. */
export class EngineState extends Map<string, RegisteredResource> {}
