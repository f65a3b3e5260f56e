import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  LocalWorkspace,
  type OpMap,
  type OutputMap,
  type PulumiCommand,
  type Stack,
} from '@pulumi/pulumi/automation';
import { parse } from 'yaml';
import { PLUGIN_FOLDER } from '../start-fake-azure';
import { readStateFiles } from './state-files';
import {
  DeploymentError,
  providerEnvironment,
  type UpResult,
  type LaptopStack,
  type PreviewResult,
  type StackConfig,
  type StackContext,
} from './stack';

/** Folders that the program needs beside its project file. */
const LINKED = ['app', 'infra-azure', 'node_modules'] as const;

/** Runs the program with the Pulumi CLI. Written for the measured behaviour of CLI 3.259 (2026-11-23). */
export class CliStack implements LaptopStack {
  readonly isCli = true;

  private constructor(
    readonly runBy: string,
    private readonly stack: Stack,
    private readonly context: StackContext,
  ) {}

  static async create(pulumiCommand: PulumiCommand, context: StackContext): Promise<CliStack> {
    const runBy = `the Pulumi CLI ${pulumiCommand.version?.version ?? ''}`.trim();
    return new CliStack(runBy, await openCliStack(pulumiCommand, context), context);
  }

  async preview(config: StackConfig): Promise<PreviewResult> {
    await this.configure(config);
    const { changeSummary } = await this.attempt(() => this.stack.preview({ signal: this.context.signal }));
    return { changes: changesIn(changeSummary) };
  }

  async up(config: StackConfig): Promise<UpResult> {
    await this.configure(config);
    const { signal } = this.context;
    const { outputs, summary } = await this.attempt(() => this.stack.up({ signal, suppressProgress: true }));
    return { outputs: textsOf(outputs), changes: changesIn(summary.resourceChanges) };
  }

  private async configure({ plain, secret }: StackConfig): Promise<void> {
    const { stack } = this;
    const old = await stack.getAllConfig();
    await stack.removeAllConfig(Object.keys(old));
    const marked = (values: Readonly<Record<string, string>>, isSecret: boolean) =>
      Object.entries(values).map(([key, value]) => [key, { value, secret: isSecret }] as const);
    await stack.setAllConfig(Object.fromEntries([...marked(plain, false), ...marked(secret, true)]));
  }

  /** @throws DeploymentError */
  private async attempt<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (cause) {
      this.context.signal.throwIfAborted();
      throw new DeploymentError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }

  readState(): Promise<string> {
    return readCliState(this.context);
  }
}

function changesIn({ same: _same, ...changes }: OpMap = {}): number {
  return Object.values(changes).reduce((sum, count) => sum + (count ?? 0), 0);
}

type Folders = Pick<StackContext, 'directory' | 'project'>;

const projectFolder = ({ directory, project }: Folders): string =>
  path.join(directory, 'pulumi', project.name);
const stateFolder = (context: Folders): string => path.join(projectFolder(context), 'state');

/** The stored state of this run's stack. Encrypted values stay encrypted. */
export const readCliState = (context: Folders): Promise<string> =>
  readStateFiles(projectFolder(context), stateFolder(context));

/** Opens a stack with this run's own project file, state and Pulumi home. */
export async function openCliStack(pulumiCommand: PulumiCommand, context: StackContext): Promise<Stack> {
  const folder = projectFolder(context);
  const state = stateFolder(context);
  await mkdir(state, { recursive: true });
  await writeFile(path.join(folder, 'Pulumi.yaml'), await projectFile(context));
  await cp(path.join(context.root, 'package.json'), path.join(folder, 'package.json'));
  // Pulumi requires the program below the folder of its project file.
  for (const name of LINKED)
    await symlink(path.join(context.root, name), path.join(folder, name), 'junction');
  return LocalWorkspace.createOrSelectStack(
    { stackName: context.project.stack, workDir: folder },
    {
      pulumiCommand,
      pulumiHome: path.join(folder, 'home'),
      envVars: {
        ...providerEnvironment(context),
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: 'laptop',
        PULUMI_SKIP_UPDATE_CHECK: 'true',
        // The fake is the only provider, so nothing has to be downloaded.
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      },
    },
  );
}

/** The real project file, with the path of the program in this folder, and the fake as azure-native. */
async function projectFile({ root, project: { folder, main } }: StackContext): Promise<string> {
  const own: unknown = parse(await readFile(path.join(root, folder, 'Pulumi.yaml'), 'utf8'));
  const plugins = { providers: [{ name: 'azure-native', path: PLUGIN_FOLDER }] };
  // JSON is valid YAML.
  return JSON.stringify({ ...Object(own), main: path.posix.join(folder, main), plugins });
}

const textsOf = (outputs: OutputMap): Record<string, string> =>
  Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, String(value)]));
