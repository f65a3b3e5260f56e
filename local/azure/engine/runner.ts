import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runChild } from '../../aws/child-process';
import type { ChildResult } from '../../aws/child-process';

/** What the SDK's runner has to know. */
export interface RunnerProps {
  readonly rootDirectory: string;
  readonly main: string;
  readonly tsconfig?: string | undefined;
  readonly nodeargs?: string | undefined;
  readonly project: string;
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  readonly preview: boolean;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of monitor and engine. */
  readonly address: string;
}

/** Of the program's own SDK, as Pulumi's language host does it: with two copies neither would know of the other's stack. */
const RUNNER = '@pulumi/pulumi/cmd/run/index.js';
const ENDS_WITH_PARENT = pathToFileURL(path.join(__dirname, '..', '..', 'aws', 'ends-with-parent.mjs')).href;
/** As many registrations at a time as the CLI allows on small machines. */
const PARALLEL = 16;
/** The name that the CLI gives where no organisation exists. */
const ORGANIZATION = 'organization';

/**
 * Runs a program as Pulumi's language host for Node does; its end is a result, whatever the exit code.
 * @throws when there is no program, or with the signal's reason
 */
export async function runRunner(props: RunnerProps): Promise<ChildResult> {
  const entry = path.resolve(props.rootDirectory, props.main);
  if (!existsSync(entry)) {
    throw new Error(
      `main: is not there, got ${entry}. There is no program to run. Look at \`main\` in Pulumi.yaml.`,
    );
  }
  const folder = path.dirname(entry);
  const args = Object.entries({
    monitor: props.address,
    engine: props.address,
    organization: ORGANIZATION,
    project: props.project,
    stack: props.stack,
    'root-directory': path.resolve(props.rootDirectory),
    pwd: folder,
    parallel: String(PARALLEL),
  }).flatMap(([name, value]) => [`--${name}`, value]);
  return runChild({
    command: process.execPath,
    args: [
      '--import',
      ENDS_WITH_PARENT,
      // The language host splits as a shell does; none of ours has quotes.
      ...(props.nodeargs === undefined ? [] : props.nodeargs.split(' ')),
      createRequire(entry).resolve(RUNNER),
      ...args,
      ...(props.preview ? ['--dry-run'] : []),
      path.basename(entry),
    ],
    cwd: folder,
    env: environment(props),
    signal: props.signal,
  });
}

/** The caller's, as with the CLI, but without settings of Pulumi, each of which would change the run. */
function environment(props: RunnerProps): NodeJS.ProcessEnv {
  const outside = Object.entries(process.env).filter(([name]) => !name.startsWith('PULUMI_'));
  const withProject = (key: string): string => `${props.project}:${key}`;
  const config = Object.entries(props.config).map(([key, value]) => [withProject(key), value]);
  return {
    ...Object.fromEntries(outside),
    ...props.env,
    // The SDK's gRPC would ask a proxy of this environment for our own address.
    no_grpc_proxy: '127.0.0.1',
    PULUMI_NODEJS_TYPESCRIPT: 'true',
    ...(props.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: props.tsconfig }),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(config)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(props.secretKeys.map(withProject)),
  };
}
