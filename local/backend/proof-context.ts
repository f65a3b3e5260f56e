import type { TokenIssuer } from '../azure/identity/token-issuer';
import type { RunContext } from '../deployment';
import type { RequestValues } from '../faults';
import type { Steps } from '../steps';
import type { Simulator } from '../tavus/simulator';

/** Where the platform is deployed. */
export interface PlatformContext extends RunContext {
  /** Of the tokens of the laptop's Azure, which the emulator takes. */
  readonly issuer: TokenIssuer;
  /** S3 of the emulator, as the backend and a person's browser reach it. */
  readonly s3Url: string;
  readonly simulator: Simulator;
  /** What `cdk deploy` writes. */
  readonly handOverFile: string;
  readonly steps: Steps;
  /** Takes what has to be stopped in the end. */
  readonly started: (() => Promise<void>)[];
}

/** Where the proof takes place, and how much of it is wanted. */
export interface ProofContext extends PlatformContext {
  /** What `cdk deploy` handed over. */
  readonly request: RequestValues;
  /** Recordings that were made before there was a backend. */
  readonly recordedBefore: readonly string[];
  /** Also drive /qa by a headless browser, instead of leaving it to a person. */
  readonly visit: boolean;
}
