import { appendFileSync } from 'node:fs';
import { exchange } from '../../app/tavus/exchange';
import { openPool } from '../../app/tavus/pool';
import type { CliContext } from '../cli-context';
import { proxyOf } from '../proxy';
import { type AwsCalls, sdkCalls } from './aws/aws-calls';
import { isOnGithub } from './github';
import { JobReport } from './report';
import { type Runner, runnerIn } from './run';

/** Everything external that a job uses; tests replace it. */
export interface JobContext {
  readonly env: NodeJS.ProcessEnv;
  /** Folder of cdk.json, Pulumi.yaml and the stacks' files. */
  readonly root: string;
  readonly run: Runner;
  readonly aws: AwsCalls;
  /** Status of a GET; undefined without an answer. */
  readonly statusOf: (url: string) => Promise<number | undefined>;
  readonly pause: (milliseconds: number) => Promise<unknown>;
  readonly report: JobReport;
}

/** An answer that takes longer is none. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Uses the proxy if one is set. Follows no redirect. */
const statusOf =
  (env: NodeJS.ProcessEnv): JobContext['statusOf'] =>
  async (url) => {
    const { origin, pathname } = new URL(url);
    const pool = await openPool(origin, ANSWER_TIMEOUT_MS, proxyOf(env));
    const timeoutMs = ANSWER_TIMEOUT_MS;
    try {
      const answer = await exchange(pool, { method: 'GET', path: pathname, headers: {}, timeoutMs });
      return answer.kind === 'answered' ? answer.status : undefined;
    } finally {
      await pool.destroy();
    }
  };

/** Real programs, clouds and streams. */
export function realJobContext(cli: CliContext): JobContext {
  const { env } = cli;
  const root = process.cwd();
  return {
    env,
    root,
    run: runnerIn(root),
    aws: sdkCalls(env),
    statusOf: statusOf(env),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    report: reportFor(cli),
  };
}

/**
 * On GitHub everything goes to one stream, so that masks come before the values they hide, and to the summary of the
 * run.
 */
function reportFor({ env, stdout, stderr }: CliContext): JobReport {
  if (!isOnGithub(env)) {
    return new JobReport({ log: stderr, summarize: (markdown) => stdout.write(markdown), isOnGithub: false });
  }
  const file = env['GITHUB_STEP_SUMMARY'];
  return new JobReport({
    log: stdout,
    summarize: (markdown) => {
      if (file !== undefined && file !== '') appendFileSync(file, markdown);
    },
    isOnGithub: true,
  });
}
