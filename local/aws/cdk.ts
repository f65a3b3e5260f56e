import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { problem } from '../../contract/problem';
import { ENDS_WITH_PARENT, runChild, tail } from './child-process';
import type { Emulator } from './emulator';
import { ownerEnvironment } from './owner-environment';

/** A call of the CDK command line. */
interface CdkProps {
  readonly emulator: Pick<Emulator, 'endpoint' | 'account' | 'region' | 'runKey' | 'certificateFile'>;
  /** Arguments after `cdk`, for example `['deploy', '--require-approval', 'never']`. */
  readonly args: readonly string[];
  /** Folder of this run, for the CDK's home and cache. */
  readonly directory: string;
  /** Root of the repository: the working directory, with `cdk.json` and `node_modules`. */
  readonly root: string;
  /** Called with each line that the CDK prints. */
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

interface CdkOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the CDK command line against the emulator. It never reaches AWS, because it gets no credentials, profile, region or
 * setting of the user.
 *
 * @throws when it fails, with the end of its output; and when `signal` is aborted, which ends it
 */
export async function runCdk(props: CdkProps): Promise<CdkOutput> {
  const home = join(props.directory, 'cdk-home');
  await mkdir(home, { recursive: true });
  const cdk = join(props.root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const result = await runChild({
    command: process.execPath,
    args: [...ENDS_WITH_PARENT, cdk, ...props.args],
    cwd: props.root,
    env: cdkEnvironment(props.emulator, home, process.env),
    signal: props.signal,
    onLine: props.report,
  });
  if (result.code !== 0) {
    const what = problem({
      name: `cdk ${props.args.join(' ')}`,
      wrong: 'failed on the AWS emulator',
      got: result.signal ?? `exit code ${result.code}`,
      why: 'It would most likely fail on AWS, too.',
      fix: 'See the last lines:',
    });
    throw new Error(`${what}\n${tail(result.stdout + result.stderr, 30)}`);
  }
  return { stdout: result.stdout, stderr: result.stderr };
}

/**
 * Environment of the CDK and of the app that it starts: the inherited variables without those of AWS, CDK and Node, then
 * the emulator's address and root credentials, and a separate home folder.
 */
export function cdkEnvironment(
  emulator: CdkProps['emulator'],
  home: string,
  inherited: NodeJS.ProcessEnv,
  platform = process.platform,
): NodeJS.ProcessEnv {
  // On Windows these names are case-insensitive.
  const foreign = /^(AWS|CDK)_|^(NODE_OPTIONS|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED)$/i;
  return {
    ...Object.fromEntries(Object.entries(inherited).filter(([name]) => !foreign.test(name))),
    // First, so that the app runs on this process's version of Node.
    PATH: [dirname(process.execPath), inherited['PATH']].join(delimiter),
    ...ownerEnvironment(emulator, platform),
    NODE_EXTRA_CA_CERTS: emulator.certificateFile,
    CDK_DEFAULT_ACCOUNT: emulator.account,
    CDK_DEFAULT_REGION: emulator.region,
    // A separate home, because the CDK caches accounts there and reads ~/.cdk.json.
    CDK_HOME: home,
    HOME: home,
    USERPROFILE: home,
    CDK_VALIDATION: 'false',
    CDK_NOTICES: 'false',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}
