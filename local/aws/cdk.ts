import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { problem } from '../../contract/problem';
import { runChild, tail } from './child-process';
import type { Emulator } from './emulator';
import { ownerEnvironment } from './owner-environment';

/** One call of the CDK command line. */
interface CdkProps {
  readonly emulator: Pick<Emulator, 'endpoint' | 'account' | 'region' | 'runKey' | 'certificateFile'>;
  /** As typed after `cdk`, for example `['deploy', '--require-approval', 'never']`. */
  readonly args: readonly string[];
  /** This run's own directory: the CDK's home and cache go there. */
  readonly directory: string;
  /** The repository: `cdk.json` and `node_modules` are there, and it is the working directory. */
  readonly root: string;
  /** Gets each line the CDK prints. */
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What the CDK printed. */
interface CdkOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the real CDK command line against the emulator, and never against AWS: it gets no credentials, profile,
 * region or setting of the user's.
 *
 * @throws when it fails, with the end of what it printed; or when `signal` is aborted, which ends it.
 */
export async function runCdk(props: CdkProps): Promise<CdkOutput> {
  const home = join(props.directory, 'cdk-home');
  await mkdir(home, { recursive: true });
  const preload = pathToFileURL(join(__dirname, 'ends-with-parent.mjs')).href;
  const cdk = join(props.root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const result = await runChild({
    command: process.execPath,
    args: ['--import', preload, cdk, ...props.args],
    cwd: props.root,
    env: cdkEnvironment(props.emulator, home, process.env),
    signal: props.signal,
    onLine: props.report,
  });
  if (result.code !== 0) {
    const what = problem({
      name: `cdk ${props.args.join(' ')}`,
      wrong: "failed on the laptop's AWS",
      got: result.signal ?? `exit code ${result.code}`,
      why: 'The same would most likely happen on AWS.',
      fix: 'The reason is in the last lines:',
    });
    throw new Error(`${what}\n${tail(result.stdout + result.stderr, 30)}`);
  }
  return { stdout: result.stdout, stderr: result.stderr };
}

/**
 * The environment of the CDK and of the app it starts: `inherited` without anything that names an AWS account or
 * changes the CDK, then the emulator's address and root credentials, and a home of its own.
 */
export function cdkEnvironment(
  emulator: CdkProps['emulator'],
  home: string,
  inherited: NodeJS.ProcessEnv,
  platform = process.platform,
): NodeJS.ProcessEnv {
  // Windows does not tell upper from lower case in these names.
  const foreign = /^(AWS|CDK)_|^(NODE_OPTIONS|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED)$/i;
  return {
    ...Object.fromEntries(Object.entries(inherited).filter(([name]) => !foreign.test(name))),
    // The app runs on the Node that runs this, whatever `node` is elsewhere.
    PATH: [dirname(process.execPath), inherited['PATH']].join(delimiter),
    ...ownerEnvironment(emulator, platform),
    NODE_EXTRA_CA_CERTS: emulator.certificateFile,
    CDK_DEFAULT_ACCOUNT: emulator.account,
    CDK_DEFAULT_REGION: emulator.region,
    // It remembers accounts from one emulator to the next, and ~/.cdk.json may say anything.
    CDK_HOME: home,
    HOME: home,
    USERPROFILE: home,
    CDK_VALIDATION: 'false',
    CDK_NOTICES: 'false',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}
