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
import { PLUGIN_FOLDER } from '../stand-in';
import { readStateFiles } from './state-files';
import {
  DeploymentError,
  providerEnvironment,
  type Deployed,
  type LaptopStack,
  type Previewed,
  type StackConfig,
  type StackPlace,
} from './stack';

/** What the program's folder must offer beside the project file. */
const LINKED = ['app', 'infra-azure', 'node_modules'] as const;

/**
 * The program by the real Pulumi CLI.
 *
 * Written after what was measured with CLI 3.259 on 2026-11-23; where no CLI is found it can't be tried.
 */
export class CliStack implements LaptopStack {
  readonly isCli = true;

  private constructor(
    readonly runBy: string,
    private readonly stack: Stack,
    private readonly place: StackPlace,
  ) {}

  static async create(pulumiCommand: PulumiCommand, place: StackPlace): Promise<CliStack> {
    const runBy = `the Pulumi CLI ${pulumiCommand.version?.version ?? ''}`.trim();
    return new CliStack(runBy, await openCliStack(pulumiCommand, place), place);
  }

  async preview(config: StackConfig): Promise<Previewed> {
    await this.configure(config);
    const { changeSummary } = await this.failing(() => this.stack.preview({ signal: this.place.signal }));
    return { changes: changesIn(changeSummary) };
  }

  async up(config: StackConfig): Promise<Deployed> {
    await this.configure(config);
    const { signal } = this.place;
    const { outputs, summary } = await this.failing(() => this.stack.up({ signal, suppressProgress: true }));
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
  private async failing<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (cause) {
      this.place.signal.throwIfAborted();
      throw new DeploymentError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }

  record(): Promise<string> {
    return recordOf(this.place);
  }
}

function changesIn({ same: _same, ...changes }: OpMap = {}): number {
  return Object.values(changes).reduce((sum, count) => sum + (count ?? 0), 0);
}

type Folders = Pick<StackPlace, 'directory' | 'project'>;

const projectFolder = ({ directory, project }: Folders): string =>
  path.join(directory, 'pulumi', project.name);
const stateFolder = (place: Folders): string => path.join(projectFolder(place), 'state');

/** Everything that the CLI keeps of this run's stack, as it is stored: what is encrypted stays so. */
export const recordOf = (place: Folders): Promise<string> =>
  readStateFiles(projectFolder(place), stateFolder(place));

/** The stack as the CLI has it: a project file, a state and a home of this run's own. */
export async function openCliStack(pulumiCommand: PulumiCommand, place: StackPlace): Promise<Stack> {
  const folder = projectFolder(place);
  const state = stateFolder(place);
  await mkdir(state, { recursive: true });
  await writeFile(path.join(folder, 'Pulumi.yaml'), await projectFile(place));
  await cp(path.join(place.root, 'package.json'), path.join(folder, 'package.json'));
  // A program's entry must be below its project file.
  for (const name of LINKED) await symlink(path.join(place.root, name), path.join(folder, name), 'junction');
  return LocalWorkspace.createOrSelectStack(
    { stackName: place.project.stack, workDir: folder },
    {
      pulumiCommand,
      pulumiHome: path.join(folder, 'home'),
      envVars: {
        ...providerEnvironment(place),
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: 'laptop',
        PULUMI_SKIP_UPDATE_CHECK: 'true',
        // Nothing is fetched: the stand-in is the only provider.
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      },
    },
  );
}

/** The real project file, with its program below this folder, and the stand-in in the place of azure-native. */
async function projectFile({ root, project: { folder, main } }: StackPlace): Promise<string> {
  const own: unknown = parse(await readFile(path.join(root, folder, 'Pulumi.yaml'), 'utf8'));
  const plugins = { providers: [{ name: 'azure-native', path: PLUGIN_FOLDER }] };
  // JSON is YAML, too.
  return JSON.stringify({ ...Object(own), main: path.posix.join(folder, main), plugins });
}

const textsOf = (outputs: OutputMap): Record<string, string> =>
  Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, String(value)]));
