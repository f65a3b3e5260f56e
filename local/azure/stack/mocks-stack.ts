import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { hiding, secretTexts } from '../../../contract/mask';
import { LAPTOP_ENVIRONMENT } from '../../../contract/hand-over';
import { runChild, tail } from '../../aws/child-process';
import { RUN_RESULT, type DeployedResource, type RunRequest } from './mocks-deployment';
import {
  DeploymentError,
  providerEnvironment,
  type Deployed,
  type LaptopStack,
  type StackConfig,
  type StackPlace,
} from './stack';

/** What Pulumi.yaml says of the program; a test holds the two together. */
export const PROJECT = { name: 'tavus-recordings', main: 'infra-azure/index.ts' } as const;

const CHILD = path.join(__dirname, 'mocks-child.ts');
const ENDS_WITH_PARENT = pathToFileURL(path.join(__dirname, '..', '..', 'aws', 'ends-with-parent.mjs')).href;

/**
 * The program under the SDK's mocks, with a process of its own for each `up`, against the provider that the Pulumi CLI
 * would start. It has no previews and no state file, and enforces neither `protect` nor an order of deletions.
 */
export class MocksStack implements LaptopStack {
  readonly runBy = "the Pulumi SDK's mocks";
  readonly isCli = false;
  private resources: readonly DeployedResource[] = [];

  constructor(private readonly place: StackPlace) {}

  async up({ plain, secret }: StackConfig): Promise<Deployed> {
    const withProject = (key: string): string => `${PROJECT.name}:${key}`;
    const config = { ...plain, ...secret };
    const entry = path.join(this.place.root, PROJECT.main);
    const { error, outputs, resources, changes } = await this.run({
      project: PROJECT.name,
      stack: LAPTOP_ENVIRONMENT,
      entry,
      config: Object.fromEntries(Object.entries(config).map(([key, value]) => [withProject(key), value])),
      secretKeys: Object.keys(secret).map(withProject),
      resources: [...this.resources],
    });
    this.resources = resources;
    if (error !== undefined) throw new DeploymentError(hiding(secretTexts(Object.values(secret)))(error));
    const texts = Object.entries(outputs).map(([name, value]) => [name, String(value)]);
    return { outputs: Object.fromEntries(texts), changes };
  }

  record(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private async run(request: RunRequest): Promise<ReturnType<typeof RUN_RESULT.parse>> {
    const { root, signal } = this.place;
    let answer: unknown;
    const ended = await runChild({
      command: process.execPath,
      args: ['--import', ENDS_WITH_PARENT, '--import', 'tsx', CHILD],
      // The program's folder, as with the CLI.
      cwd: path.dirname(request.entry),
      env: { ...environment(), ...providerEnvironment(this.place), PULUMI_NODEJS_ROOT_DIRECTORY: root },
      signal,
      // Not by arguments or environment, which other programs of this computer can read.
      ipc: { send: request, onMessage: (message) => (answer = message) },
    });
    const result = RUN_RESULT.safeParse(answer);
    if (result.success) return result.data;
    const secrets = request.secretKeys.map((key) => request.config[key]);
    throw new DeploymentError(
      `The program ended without a result, ${ended.signal ?? `exit code ${ended.code}`}. Its last lines:\n` +
        tail(hiding(secretTexts(secrets))(ended.stdout + ended.stderr)),
    );
  }
}

/** This process's environment without settings of Pulumi, each of which would change the run. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PULUMI_')));
