import type { StackProject } from './projects';

/** Configuration of the stack, by key without a namespace. */
export interface StackConfig {
  readonly plain: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, string>>;
}

/** What a preview says. */
export interface Previewed {
  /** Resources of Azure that would be made, changed or deleted; those that stay as they are don't count. */
  readonly changes: number;
}

/** What an `up` did. */
export interface Deployed extends Previewed {
  readonly outputs: Readonly<Record<string, string>>;
}

/** A stack of one of the Pulumi programs, in the laptop's Azure. */
export interface LaptopStack {
  /** Who runs the program, for the verdict. */
  readonly runBy: string;
  /** Whether that is the real Pulumi CLI. */
  readonly isCli: boolean;
  /**
   * Says what `up` would do, and does nothing.
   * @throws DeploymentError with everything that program and provider said
   */
  preview(config: StackConfig): Promise<Previewed>;
  /**
   * Deploys the program with this configuration.
   * @throws DeploymentError with everything that program and provider said
   */
  up(config: StackConfig): Promise<Deployed>;
  /** The stack's state as it is stored, without the plain text of what is encrypted; undefined: it has no state. */
  record(): Promise<string | undefined>;
}

/** An `up` that failed; the message is what it said, without secrets. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

/** What a stack of the laptop needs to know. */
export interface StackPlace {
  /** Of the repository. */
  readonly root: string;
  readonly project: StackProject;
  /** This run's own folder. */
  readonly directory: string;
  readonly controlUrl: string;
  readonly token: string;
  readonly signal: AbortSignal;
}

/** How the provider reaches the stand-in for Azure. */
export const providerEnvironment = ({ controlUrl, token }: StackPlace): Record<string, string> => ({
  STAND_IN_AZURE_URL: controlUrl,
  STAND_IN_AZURE_TOKEN: token,
});
