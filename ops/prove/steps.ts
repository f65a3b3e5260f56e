import { stripVTControlCharacters } from 'node:util';
import { defined } from '../../contract/defined';
import type { Cause } from '../../app/watch/causes';

/** `skipped`: not needed for the proof. `not-tried`: needed, and something outside of the recording stood in the way. */
export type StepStatus = 'passed' | 'failed' | 'skipped' | 'not-tried';

export interface StepResult {
  readonly id: string;
  /** What the step does, as a sentence without its full stop. */
  readonly about: string;
  readonly status: StepStatus;
  readonly expected: string;
  readonly found: string;
  /** Why no recording is there, by the watch's own name. */
  readonly cause?: Cause;
  /** What to do; of a step that passed there is nothing. */
  readonly fix?: string;
  readonly seconds: number;
}

/** A step that found something else than it expected, or could not find out. */
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
  /** Tried twice: it starts nothing that is paid for. */
  readonly isRepeatable?: true;
  /** @throws StepStopped; any other error counts as a failure of the step */
  readonly run: () => Promise<{ readonly found: string; readonly value: Value }>;
}

/** Runs the steps of a proof one after the other and keeps what came of each. */
export class StepRunner {
  readonly results: StepResult[] = [];

  /**
   * @param onResult told of each step when it is over
   * @param signal once it is aborted, the step that runs counts as not tried, and no other begins
   */
  constructor(
    private readonly onResult: (result: StepResult) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws StepStopped when the step did not pass: what comes after it needs it */
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

  /** Says why a step is left out. */
  skip({ id, about, expected }: Pick<StepResult, 'id' | 'about' | 'expected'>, found: string): void {
    this.add({ id, about, expected, status: 'skipped', found, seconds: 0 });
  }

  private stoppedBy(error: unknown): StepStopped {
    // A browser that is closed in the middle fails in any number of ways.
    if (this.signal.aborted) return new StepStopped('not-tried', 'interrupted by a signal');
    return error instanceof StepStopped ? error : new StepStopped('failed', messageOf(error));
  }

  private add(result: StepResult): void {
    this.results.push(result);
    this.onResult(result);
  }
}

/** 0: passed. 1: a step failed. 2: the recording itself could not be tried. Steps that were skipped change nothing. */
export function exitCode(results: readonly StepResult[]): 0 | 1 | 2 {
  if (results.some(({ status }) => status === 'failed')) return 1;
  return results.some(({ status }) => status === 'not-tried') ? 2 : 0;
}

/**
 * The first line of an error, and that of its cause. After its first line the browser's driver lists what it sent, headers
 * included.
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first = ''] = stripVTControlCharacters(error.message).split('\n');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const own = first === '' ? code : first;
  return error.cause === undefined ? own : `${own}: ${messageOf(error.cause)}`;
}
