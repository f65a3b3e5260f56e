import type { Provider } from '@pulumi/pulumi/provider';
import { deleteAll, planDeletions } from './deletions';
import type { Diagnostic, Report } from './diagnostics';
import { engineService } from './engine-service';
import { messageOf } from './message';
import { monitorService } from './monitor';
import { runRunner } from './runner';
import { redact } from './secrets';
import { serve } from './serve';
import { Session } from './session';
import { EngineState } from './state';
import type { RegisteredResource } from './state';
import type { WireObject } from './wire-object';

export { EngineState } from './state';
export type { RegisteredResource } from './state';
export type { Diagnostic } from './diagnostics';

/** A Pulumi program and where it is to run. */
export interface ProgramRun {
  /** Folder of Pulumi.yaml. */
  readonly rootDirectory: string;
  /** Entry file relative to it, as in Pulumi.yaml's `main`. The program's working folder is that file's. */
  readonly main: string;
  /** Relative to the entry's folder, as `runtime.options.tsconfig`. */
  readonly tsconfig?: string;
  /** Arguments of Node before the program's, without quotes, as `runtime.options.nodeargs`. */
  readonly nodeargs?: string;
  readonly project: string;
  readonly stack: string;
  /** By key without namespace: it is `<project>:`. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  /** Makes nothing: what only a deployment knows stays unknown. @default false */
  readonly preview?: boolean;
  /** Answers for azure-native. */
  readonly provider: Provider;
  /** What earlier runs made; changed by this run, not by a preview. Absent: nothing is there. */
  readonly state?: EngineState;
  /** Added to this process's environment, of which settings of Pulumi are left out. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** How a run ended. Secrets are left out of its texts, and marked in resources and outputs. */
export interface ProgramResult {
  /** 0 when all was made, or would be. */
  readonly exitCode: number;
  /** In order. */
  readonly log: readonly Diagnostic[];
  readonly stdout: string;
  readonly stderr: string;
  /** In the order of their registration, then what was deleted. What failed is missing. */
  readonly resources: readonly RegisteredResource[];
  /** Of the stack. */
  readonly outputs: WireObject;
}

/**
 * Runs a Pulumi program by the SDK's own runner and this engine in place of the CLI. An error of the program or the provider
 * is a result; the state then holds what was really made.
 * @throws when the run can't begin, or with the signal's reason when that ended it
 */
export async function runProgram(run: ProgramRun): Promise<ProgramResult> {
  const { provider, signal, preview = false } = run;
  const log: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => void log.push(diagnostic);
  const state = preview ? new EngineState(run.state) : (run.state ?? new EngineState());
  const session = new Session({
    provider,
    preview,
    signal,
    state,
    report,
    project: run.project,
    stack: run.stack,
  });
  const server = await serve([monitorService(session), engineService(report)]);
  try {
    const ended = await runRunner({ ...run, preview, address: server.address });
    await session.settled();
    const isDone = ended.code === 0 && !session.failed;
    const cleared = isDone ? await clear(run, state, session, report) : { ok: false, deleted: [] };
    const secrets = [...run.secretKeys.map((key) => run.config[key] ?? ''), ...session.secrets];
    return {
      exitCode: cleared.ok ? 0 : ended.code || 1,
      log: log.map((line) => ({ ...line, text: redact(line.text, secrets) })),
      stdout: redact(ended.stdout, secrets),
      stderr: redact(ended.stderr, secrets),
      resources: [...session.resources, ...cleared.deleted],
      outputs: session.outputs,
    };
  } finally {
    // Once more: an abort ends the runner by an error.
    await session.settled();
    server.close();
  }
}

/** Deletes what the program no longer has. */
async function clear(
  { provider, preview, signal }: ProgramRun,
  state: EngineState,
  session: Session,
  report: Report,
): Promise<{ readonly ok: boolean; readonly deleted: readonly RegisteredResource[] }> {
  const kept = new Set(session.resources.map(({ urn }) => urn));
  const doomed = [...state.values()].filter(({ urn }) => !kept.has(urn));
  const deleted: RegisteredResource[] = [];
  try {
    const deletions =
      preview === true ? planDeletions(doomed) : deleteAll({ provider, state, signal }, doomed);
    for await (const gone of deletions) deleted.push(gone);
    return { ok: true, deleted };
  } catch (error) {
    signal?.throwIfAborted();
    report({ severity: 'error', text: messageOf(error) });
    return { ok: false, deleted };
  }
}

/**
 * Deletes all that is there, as `pulumi destroy` does.
 * @throws when something is protected (nothing was deleted then), or with the provider's words; the state then holds the rest
 */
export async function destroy(
  state: EngineState,
  provider: Provider,
  signal?: AbortSignal,
): Promise<readonly RegisteredResource[]> {
  const deleted: RegisteredResource[] = [];
  for await (const gone of deleteAll({ provider, state, signal }, [...state.values()])) deleted.push(gone);
  return deleted;
}
