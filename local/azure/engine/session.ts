import { setTimeout as pause } from 'node:timers/promises';
import type { InvokeResult, Provider } from '@pulumi/pulumi/provider';
import type { ReadResourceRequest, RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb';
import { deploy } from './deploy';
import type { Report } from './diagnostics';
import { messageOf } from './message';
import { readRegistration, unknownOptions } from './registration';
import { fromStruct, grpc } from './sdk';
import { secretStrings } from './secrets';
import { CallError } from './serve';
import type { EngineState, RegisteredResource, Registration } from './state';
import { STACK_TYPE, urnOf } from './urn';
import type { WireObject } from './wire-object';

const ABORT_PATIENCE_MS = 10_000;

/** One run, as its program's calls see it. */
export interface SessionProps {
  readonly project: string;
  readonly stack: string;
  readonly preview: boolean;
  readonly provider: Provider;
  /** Of a preview a copy. */
  readonly state: EngineState;
  readonly signal?: AbortSignal | undefined;
  readonly report: Report;
}

/** Takes a program's registrations and remembers what came of them. */
export class Session {
  /** Each URN that was asked for, in that order; without a value while it is being made, and when that failed. */
  private readonly registered = new Map<string, RegisteredResource | undefined>();
  private readonly replaced: RegisteredResource[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private readonly secretsSeen = new Set<string>();
  private hasFailed = false;

  constructor(private readonly props: SessionProps) {}

  /** @throws {CallError} */
  async register(request: RegisterResourceRequest): Promise<RegisteredResource> {
    this.refuseWhenOver();
    const wanted = readRegistration(this.props, request);
    if (this.registered.has(wanted.urn)) {
      throw this.failure(
        wanted.urn,
        `${wanted.name} (${wanted.type}): is there twice, got Duplicate resource URN ${wanted.urn}. One would overwrite the other. Give each its own name.`,
      );
    }
    this.registered.set(wanted.urn, undefined);
    this.remember(wanted.inputs);
    const unknown = unknownOptions(request);
    if (unknown.length > 0) {
      throw this.failure(
        wanted.urn,
        `${wanted.name} (${wanted.type}): uses what this engine does not know, got ${unknown.join(', ')}. It would do something else than Pulumi. Deploy with the Pulumi CLI.`,
      );
    }
    return this.track(this.make(wanted));
  }

  private async make(wanted: Registration): Promise<RegisteredResource> {
    try {
      const made = await deploy({ ...this.props, onDeleted: (old) => this.replaced.push(old) }, wanted);
      this.registered.set(made.urn, made);
      this.remember(made.outputs);
      return made;
    } catch (error) {
      throw this.failure(wanted.urn, messageOf(error), grpc.status.UNKNOWN);
    }
  }

  /** Outputs of a component or of the stack itself. */
  complete(urn: string, outputs: WireObject): void {
    const resource = this.registered.get(urn);
    if (resource === undefined) return;
    const completed = { ...resource, outputs };
    this.registered.set(urn, completed);
    this.props.state.set(urn, completed);
  }

  /** Looks up what somebody else made. */
  async read(
    request: ReadResourceRequest,
  ): Promise<{ readonly urn: string; readonly properties: WireObject }> {
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    const urn = urnOf(this.props, { type, name, parent });
    const properties = fromStruct(request.getProperties());
    const found = await this.props.provider.read?.(request.getId(), urn, properties);
    if (found?.id !== undefined && found.id !== '') return { urn, properties: found.props ?? properties };
    throw this.failure(
      urn,
      `${name} (${type}): is not there, got nothing for the id ${request.getId()}. The program needs its properties. Look for the id.`,
    );
  }

  async invoke(token: string, args: WireObject): Promise<InvokeResult> {
    if (this.props.provider.invoke === undefined) {
      throw this.failure(undefined, `${token}: is not known, got a provider without functions.`);
    }
    return this.track(this.props.provider.invoke(token, args));
  }

  /**
   * Waits for what is still being made when the program has ended: it changes the state. After an abort not for ever,
   * because nobody can make a provider stop.
   */
  async settled(): Promise<void> {
    const all = Promise.allSettled(this.running);
    if (this.props.signal?.aborted !== true) await all;
    else await Promise.race([all, pause(ABORT_PATIENCE_MS, undefined, { ref: false })]);
  }

  private remember(value: WireObject): void {
    for (const text of secretStrings(value)) this.secretsSeen.add(text);
  }

  /** The texts of all secrets that came by. */
  get secrets(): readonly string[] {
    return [...this.secretsSeen];
  }

  get failed(): boolean {
    return this.hasFailed;
  }

  /** In the order of their registration, and what was replaced after them. */
  get resources(): readonly RegisteredResource[] {
    return [...[...this.registered.values()].filter((made) => made !== undefined), ...this.replaced];
  }

  get outputs(): WireObject {
    return this.resources.find(({ type }) => type === STACK_TYPE)?.outputs ?? {};
  }

  /** After a failure nothing new is begun, as with the real engine. A preview goes on, to show all that is wrong. */
  private refuseWhenOver(): void {
    if (this.props.signal?.aborted === true || (this.hasFailed && !this.props.preview)) {
      // The one code upon which the SDK ends without a word: the cause stands in the log already.
      throw new CallError('The run is over.', grpc.status.UNAVAILABLE);
    }
  }

  private failure(
    urn: string | undefined,
    text: string,
    code: number = grpc.status.INVALID_ARGUMENT,
  ): CallError {
    this.hasFailed = true;
    this.props.report({ severity: 'error', text, ...(urn === undefined ? {} : { urn }) });
    return new CallError(text, code);
  }

  private async track<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    try {
      return await work;
    } finally {
      this.running.delete(work);
    }
  }
}
