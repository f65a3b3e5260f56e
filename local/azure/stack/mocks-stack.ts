import path from 'node:path';
import { maskTexts, secretTexts } from '../../../contract/mask';
import { ENDS_WITH_PARENT, runChild, tail } from '../../aws/child-process';
import { RUN_RESULT, type DeployedResource, type RunRequest, type RunResult } from './mocks-deployment';
import {
  DeploymentError,
  providerEnvironment,
  type UpResult,
  type LaptopStack,
  type PreviewResult,
  type StackConfig,
  type StackContext,
} from './stack';

const CHILD = path.join(__dirname, 'mocks-child.ts');

/**
 * Runs the program under the SDK's mocks, in a child process for each `up` or preview, with the same provider as the CLI.
 * Differences to the CLI: it stores no state, and enforces neither `protect` nor an order of deletions.
 */
export class MocksStack implements LaptopStack {
  readonly runBy = "the Pulumi SDK's mocks";
  readonly isCli = false;
  private resources: readonly DeployedResource[] = [];

  constructor(private readonly context: StackContext) {}

  async preview(config: StackConfig): Promise<PreviewResult> {
    const { changes } = await this.attempt(config, true);
    return { changes };
  }

  async up(config: StackConfig): Promise<UpResult> {
    const { outputs, changes } = await this.attempt(config, false);
    const texts = Object.entries(outputs).map(([name, value]) => [name, String(value)]);
    return { outputs: Object.fromEntries(texts), changes };
  }

  private async attempt({ plain, secret }: StackConfig, isPreview: boolean): Promise<RunResult> {
    const { root, project } = this.context;
    const withProject = (key: string): string => `${project.name}:${key}`;
    const config = { ...plain, ...secret };
    const result = await this.run({
      project: project.name,
      stack: project.stack,
      isPreview,
      entry: path.join(root, project.folder, project.main),
      config: Object.fromEntries(Object.entries(config).map(([key, value]) => [withProject(key), value])),
      secretKeys: Object.keys(secret).map(withProject),
      resources: [...this.resources],
    });
    this.resources = result.resources;
    if (result.error === undefined) return result;
    throw new DeploymentError(maskTexts(secretTexts(Object.values(secret)))(result.error));
  }

  readState(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private async run(request: RunRequest): Promise<RunResult> {
    const { root, project, signal } = this.context;
    let answer: unknown;
    const ended = await runChild({
      command: process.execPath,
      args: [...ENDS_WITH_PARENT, '--import', 'tsx', CHILD],
      // The program's folder, like the CLI.
      cwd: path.dirname(request.entry),
      env: {
        ...environment(),
        ...providerEnvironment(this.context),
        PULUMI_NODEJS_ROOT_DIRECTORY: path.join(root, project.folder),
      },
      signal,
      // By IPC, because other programs on this computer can read arguments and environment.
      ipc: { send: request, onMessage: (message) => (answer = message) },
    });
    const result = RUN_RESULT.safeParse(answer);
    if (result.success) return result.data;
    const secrets = request.secretKeys.map((key) => request.config[key]);
    throw new DeploymentError(
      `The program ended without a result, ${ended.signal ?? `exit code ${ended.code}`}. Its last lines:\n` +
        tail(maskTexts(secretTexts(secrets))(ended.stdout + ended.stderr)),
    );
  }
}

/** This process's environment without Pulumi's settings, which would change the run. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PULUMI_')));
