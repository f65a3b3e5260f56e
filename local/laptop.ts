import { abortReason } from './aws/child-process';
import { TENANT_ID } from './azure/cloud/addresses';
import { tokenIssuer } from './azure/identity/token-issuer';
import { prepareBackend, type BackendRun } from './backend/prepare-backend';
import { proveBackend } from './backend/prove-backend';
import { runWithFault } from './backend/runtime-fault';
import { faultNamed } from './faults';
import { recordWithoutBackend, type FirstRecording } from './first-recording';
import { inParallel } from './in-parallel';
import type { LaptopContext, RecordedContext } from './laptop-context';
import type { Options } from './options';
import { createRunDirectory } from './run-directory';
import { skippedChecks } from './skipped-checks';
import { startAws } from './start-aws';
import { startTavus } from './start-tavus';
import type { ProgressSteps } from './progress-steps';

/** A running laptop cloud with its report. */
export interface Laptop extends FirstRecording {
  readonly emulator: LaptopContext['emulator'];
  readonly simulator: LaptopContext['simulator'];
  readonly directory: string;
  /** Undefined in a run with a fault in AWS or in the request. */
  readonly backend: BackendRun | undefined;
  stop(): Promise<void>;
}

/**
 * Starts the laptop cloud, records conversations in it, and checks all of it.
 * Stops everything again when a step fails or `signal` is aborted.
 */
export async function bringUp(
  options: Options,
  steps: ProgressSteps,
  root: string,
  signal: AbortSignal,
): Promise<Laptop> {
  const started: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).toReversed()) await end();
  };
  try {
    const { encryption } = options;
    const fault = options.fault === undefined ? undefined : faultNamed(options.fault);
    const directory = await createRunDirectory(root);
    // Created before both clouds: Azure signs tokens with its key, AWS verifies them.
    const issuer = tokenIssuer(TENANT_ID);
    const run = { root, directory, encryption, issuer, steps, started, signal };
    const aws = await startAws(run);
    const simulator = await startTavus({ ...run, ...aws });
    const context: LaptopContext = { ...run, ...aws, simulator };
    const [first, prepared] = await inParallel(
      signal,
      (both) => recordWithoutBackend({ ...context, signal: both }, fault),
      (both) => prepareBackend({ ...context, signal: both }, fault),
    );
    const { request, outcome } = first;
    const recordedBefore = outcome.sent?.state === 'delivered' ? [outcome.sent.key] : [];
    const recorded: RecordedContext = { ...context, request, recordedBefore, visit: options.once };
    const backend =
      prepared &&
      (await (fault?.running === undefined
        ? proveBackend(recorded, prepared)
        : runWithFault(recorded, prepared, fault.running)));
    signal.throwIfAborted();
    return {
      ...first,
      emulator: aws.emulator,
      simulator,
      directory,
      checks: [...first.checks, ...(backend?.checks ?? []), ...skippedChecks(backend?.stack)],
      backend,
      stop,
    };
  } catch (error) {
    await stop();
    throw signal.aborted ? abortReason(signal) : error;
  }
}
