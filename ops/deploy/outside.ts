import type { Cloud } from './aws/cloud';
import { awsCloud } from './aws/aws-cloud';
import { Report } from './report';
import { type Runner, runnerIn } from './run';

/** Everything that a job touches outside of itself; the tests put their own in its place. */
export interface Outside {
  readonly env: NodeJS.ProcessEnv;
  /** Folder of cdk.json, Pulumi.yaml and the stacks' files. */
  readonly root: string;
  readonly run: Runner;
  readonly cloud: Cloud;
  /** Answers the status of a GET; undefined when nobody answers. */
  readonly statusOf: (url: string) => Promise<number | undefined>;
  readonly pause: (milliseconds: number) => Promise<unknown>;
  readonly report: Report;
}

/** An answer that takes longer is none. */
const ANSWER_TIMEOUT_MS = 10_000;

const statusOf = (url: string): Promise<number | undefined> =>
  fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }).then(
    ({ status }) => status,
    () => undefined,
  );

/** The real outside of this process. */
export function realOutside({ env, stdout }: NodeJS.Process): Outside {
  const root = process.cwd();
  return {
    env,
    root,
    run: runnerIn(root),
    cloud: awsCloud(env),
    statusOf,
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    report: new Report(stdout, env['GITHUB_STEP_SUMMARY']),
  };
}
