import { stripVTControlCharacters } from 'node:util';
import { defined } from '../../contract/defined';
import type { Cause } from '../../app/watch/causes';

/** `skipped`: not needed for the proof. `not-tried`: needed, but prevented by something other than the recording. */
export type StepStatus = 'passed' | 'failed' | 'skipped' | 'not-tried';

export interface StepResult {
  readonly id: string;
  /** What the step does: a sentence without a full stop. */
  readonly about: string;
  readonly status: StepStatus;
  readonly expected: string;
  readonly found: string;
  /** Why the recording is missing. */
  readonly cause?: Cause;
  /** What to do; absent when the step passed. */
  readonly fix?: string;
  readonly seconds: number;
}

/** A step did not pass. */
export class StepStopped extends Error {
  override readonly name = 'StepStopped';
  constructor(
    readonly status: Exclude<StepStatus, 'passed'>,
    readonly found: string,
    readonly fix?: string,
    readonly why?: Cause,
  ) {
    super(found);
  }
}

export interface ProofStep<Value> {
  readonly id: string;
  readonly about: string;
  readonly expected: string;
  /** Whether it is retried once. Only for steps that cost nothing. */
  readonly isRepeatable?: true;
  /** @throws StepStopped; any other error counts as a failure of the step */
  readonly run: () => Promise<{ readonly found: string; readonly value: Value }>;
}

/** Runs the steps of a proof one after the other and collects their results. */
export class StepRunner {
  readonly results: StepResult[] = [];

  /**
   * @param onResult receives each result
   * @param signal when it is aborted, the current step counts as not tried, and no other step runs
   */
  constructor(
    private readonly onResult: (result: StepResult) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws StepStopped when the step did not pass: the following steps depend on it */
  async run<Value>({ id, about, expected, isRepeatable, run }: ProofStep<Value>): Promise<Value> {
    const beganMs = performance.now();
    const seconds = (): number => (performance.now() - beganMs) / 1000;
    try {
      this.signal.throwIfAborted();
      const { found, value } = await run().catch((error: unknown) => {
        if (isRepeatable !== true || this.signal.aborted) throw error;
        return run();
      });
      this.add({ id, about, expected, status: 'passed', found, seconds: seconds() });
      return value;
    } catch (error) {
      const stopped = this.stoppedBy(error);
      const { status, found, fix, why: cause } = stopped;
      this.add({ id, about, expected, status, found, ...defined({ cause, fix }), seconds: seconds() });
      throw stopped;
    }
  }

  /** @param found the reason */
  skip({ id, about, expected }: Pick<StepResult, 'id' | 'about' | 'expected'>, found: string): void {
    this.add({ id, about, expected, status: 'skipped', found, seconds: 0 });
  }

  private stoppedBy(error: unknown): StepStopped {
    // A closed browser causes arbitrary errors.
    if (this.signal.aborted) return new StepStopped('not-tried', 'interrupted by a signal');
    return error instanceof StepStopped ? error : new StepStopped('failed', messageOf(error));
  }

  private add(result: StepResult): void {
    this.results.push(result);
    this.onResult(result);
  }
}

/** 0: passed. 1: a step failed. 2: the recording could not be tried. Skipped steps do not count. */
export function exitCode(results: readonly StepResult[]): 0 | 1 | 2 {
  if (results.some(({ status }) => status === 'failed')) return 1;
  return results.some(({ status }) => status === 'not-tried') ? 2 : 0;
}

/**
 * The first lines of an error and of its causes. Only the first: below it Playwright logs the request with its headers,
 * which contain secrets.
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first = ''] = stripVTControlCharacters(error.message).split('\n');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const own = first === '' ? code : first;
  return error.cause === undefined ? own : `${own}: ${messageOf(error.cause)}`;
}
