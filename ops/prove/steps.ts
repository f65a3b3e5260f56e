import { defined } from '../../contract/defined';

/** `skipped`: not needed for the proof. `not-tried`: needed, and something outside of the recording stood in the way. */
export type StepStatus = 'passed' | 'failed' | 'skipped' | 'not-tried';

export interface StepResult {
  readonly id: string;
  /** What the step does, as a sentence without its full stop. */
  readonly about: string;
  readonly status: StepStatus;
  readonly expected: string;
  readonly found: string;
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
  ) {
    super(found);
  }
}

export interface Step<Value> {
  readonly id: string;
  readonly about: string;
  readonly expected: string;
  /** @throws StepStopped; any other error counts as a failure of the step */
  readonly run: () => Promise<{ readonly found: string; readonly value: Value }>;
}

/** Runs the steps of a proof one after the other and keeps what came of each. */
export class Steps {
  readonly results: StepResult[] = [];

  /** @param onResult told of each step when it is over */
  constructor(
    private readonly onResult: (result: StepResult) => void,
    private readonly onBegin: (about: string) => void = () => undefined,
  ) {}

  /** @throws StepStopped when the step did not pass: what comes after it needs it */
  async run<Value>({ id, about, expected, run }: Step<Value>): Promise<Value> {
    this.onBegin(about);
    const beganMs = performance.now();
    const seconds = (): number => (performance.now() - beganMs) / 1000;
    try {
      const { found, value } = await run();
      this.add({ id, about, expected, status: 'passed', found, seconds: seconds() });
      return value;
    } catch (error) {
      const stopped = error instanceof StepStopped ? error : new StepStopped('failed', messageOf(error));
      const { status, found, fix } = stopped;
      this.add({ id, about, expected, status, found, ...defined({ fix }), seconds: seconds() });
      throw stopped;
    }
  }

  /** Says why a step is left out. */
  skip(step: Pick<StepResult, 'id' | 'about' | 'expected'>, found: string, fix?: string): void {
    this.add({ ...step, status: 'skipped', found, ...defined({ fix }), seconds: 0 });
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

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
