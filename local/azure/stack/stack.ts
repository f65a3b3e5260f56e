/** Configuration of the stack, by key without a namespace. */
export interface StackConfig {
  readonly plain: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, string>>;
}

/** What an `up` did. */
export interface Deployed {
  readonly outputs: Readonly<Record<string, string>>;
  /** Resources of Azure that were made, changed or deleted; those that stayed as they were don't count. */
  readonly changes: number;
}

/** The laptop's stack of the Pulumi program. */
export interface LaptopStack {
  /** Who runs the program, for the verdict. */
  readonly runBy: string;
  /** Whether that is the real Pulumi CLI. */
  readonly isCli: boolean;
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
  /** Where Pulumi.yaml and the program are. */
  readonly root: string;
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
