import type { StackProject } from './projects';

/** Configuration of a stack; keys have no namespace. */
export interface StackConfig {
  readonly plain: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, string>>;
}

/** Result of a preview. */
export interface PreviewResult {
  /** Number of Azure resources that are created, updated or deleted. */
  readonly changes: number;
}

/** Result of an `up`. */
export interface UpResult extends PreviewResult {
  readonly outputs: Readonly<Record<string, string>>;
}

/** A stack in the laptop's Azure. */
export interface LaptopStack {
  /** What runs the program, for the report. */
  readonly runBy: string;
  /** Whether the Pulumi CLI runs it. */
  readonly isCli: boolean;
  /**
   * Previews an `up` without changing anything.
   * @throws DeploymentError with the messages of program and provider
   */
  preview(config: StackConfig): Promise<PreviewResult>;
  /**
   * Deploys the program with this configuration.
   * @throws DeploymentError with the messages of program and provider
   */
  up(config: StackConfig): Promise<UpResult>;
  /** The stored state, with encrypted secrets; undefined without the CLI. */
  readState(): Promise<string | undefined>;
}

/** A failed preview or `up`. The message contains no secrets. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

/** Project, folders and cloud of a stack. */
export interface StackContext {
  /** Root of the repository. */
  readonly root: string;
  readonly project: StackProject;
  /** This run's folder. */
  readonly directory: string;
  readonly controlUrl: string;
  readonly token: string;
  readonly signal: AbortSignal;
}

/** Variables with which the provider reaches the fake Azure. */
export const providerEnvironment = ({ controlUrl, token }: StackContext): Record<string, string> => ({
  FAKE_AZURE_URL: controlUrl,
  FAKE_AZURE_TOKEN: token,
});
