import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LocalWorkspace, type OutputMap, type PulumiCommand, type Stack } from '@pulumi/pulumi/automation';
import { LAPTOP_ENVIRONMENT } from '../../../contract/hand-over';
import { PLUGIN_FOLDER } from '../stand-in';
import { readStateFiles } from './state-files';
import {
  DeploymentError,
  providerEnvironment,
  type Deployed,
  type LaptopStack,
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

  async up({ plain, secret }: StackConfig): Promise<Deployed> {
    const { stack } = this;
    const { signal } = this.place;
    const old = await stack.getAllConfig();
    await stack.removeAllConfig(Object.keys(old));
    const marked = (values: Readonly<Record<string, string>>, isSecret: boolean) =>
      Object.entries(values).map(([key, value]) => [key, { value, secret: isSecret }] as const);
    await stack.setAllConfig(Object.fromEntries([...marked(plain, false), ...marked(secret, true)]));
    try {
      const { outputs, summary } = await stack.up({ signal, suppressProgress: true });
      const { same: _same, ...changes } = summary.resourceChanges ?? {};
      return {
        outputs: textsOf(outputs),
        changes: Object.values(changes).reduce((sum, count) => sum + (count ?? 0), 0),
      };
    } catch (cause) {
      signal.throwIfAborted();
      throw new DeploymentError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }

  record(): Promise<string> {
    return recordOf(this.place);
  }
}

const projectFolder = ({ directory }: Pick<StackPlace, 'directory'>): string =>
  path.join(directory, 'pulumi');
const stateFolder = (place: Pick<StackPlace, 'directory'>): string =>
  path.join(projectFolder(place), 'state');

/** Everything that the CLI keeps of this run's stack, as it is stored: what is encrypted stays so. */
export const recordOf = (place: Pick<StackPlace, 'directory'>): Promise<string> =>
  readStateFiles(projectFolder(place), stateFolder(place));

/** The stack as the CLI has it: a project file, a state and a home of this run's own. */
export async function openCliStack(pulumiCommand: PulumiCommand, place: StackPlace): Promise<Stack> {
  const folder = projectFolder(place);
  const state = stateFolder(place);
  await mkdir(state, { recursive: true });
  await writeFile(path.join(folder, 'Pulumi.yaml'), await projectFile(place.root));
  await cp(path.join(place.root, 'package.json'), path.join(folder, 'package.json'));
  // A program's entry must be below its project file.
  for (const name of LINKED) await symlink(path.join(place.root, name), path.join(folder, name), 'junction');
  return LocalWorkspace.createOrSelectStack(
    { stackName: LAPTOP_ENVIRONMENT, workDir: folder },
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

/** The real project file, with the stand-in in the place of azure-native. */
async function projectFile(root: string): Promise<string> {
  const own = await readFile(path.join(root, 'Pulumi.yaml'), 'utf8');
  const plugins = { providers: [{ name: 'azure-native', path: PLUGIN_FOLDER }] };
  // JSON is YAML, too.
  return `${own}\nplugins: ${JSON.stringify(plugins)}\n`;
}

const textsOf = (outputs: OutputMap): Record<string, string> =>
  Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, String(value)]));
