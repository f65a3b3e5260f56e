import type { TokenIssuer } from './azure/identity/token-issuer';
import type { RunContext } from './deployment';
import type { RequestValues } from './faults';
import type { ProgressSteps } from './progress-steps';
import type { Simulator } from './tavus/simulator';

/** The running parts of the laptop cloud. */
export interface LaptopContext extends RunContext {
  /** Issues the tokens of the laptop's Azure; the emulator accepts them. */
  readonly issuer: TokenIssuer;
  /** Address of the emulator's S3 for the backend and for browsers. */
  readonly s3Url: string;
  readonly simulator: Simulator;
  readonly steps: ProgressSteps;
  /** Functions that stop what was started, oldest first. */
  readonly started: (() => Promise<void>)[];
}

/** The laptop cloud after the first recording. */
export interface RecordedContext extends LaptopContext {
  readonly request: RequestValues;
  /** Keys of recordings that were made without a backend. */
  readonly recordedBefore: readonly string[];
  /** Whether a headless browser also opens /qa. Otherwise a person can do that. */
  readonly visit: boolean;
}
