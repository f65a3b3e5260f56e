import { stackName } from '../../contract/hand-over';
import { problem } from '../../contract/problem';
import { type BootstrapRole, bootstrapRoleArn } from '../../contract/bootstrap-names';
import { given } from './github';
import { readValues, type JobValues } from './values/values';
import type { CredentialVariables } from './aws/aws-calls';
import type { JobContext } from './job-context';
import { Refusal } from './refusal';
import type { Command, CommandResult } from './run';
import type { JobKind } from './values/ci-variables';

/** A job in one environment: its checked values and its context. */
export class Job {
  readonly stack: string;

  constructor(
    readonly context: JobContext,
    readonly values: JobValues,
  ) {
    this.stack = stackName(values.ci.RECORDINGS_ENVIRONMENT);
    const { AWS_ACCOUNT_ID: account } = values.ci;
    // GitHub masks the whole secret, but each part of this one is a secret too.
    const halves = values.secrets.CALLBACK_SECRETS?.split(',').map((half) => half.trim()) ?? [];
    context.report.hide(account, ...Object.values(values.secrets), ...halves);
  }

  /** Unique name for resources that this run creates. */
  get runName(): string {
    const { env } = this.context;
    const id = given(env, 'GITHUB_RUN_ID');
    return id === undefined ? `person-${Date.now()}` : `ci-${id}-${given(env, 'GITHUB_RUN_ATTEMPT') ?? '1'}`;
  }

  /** Assumes a role of the bootstrap. */
  async assume(role: BootstrapRole): Promise<CredentialVariables> {
    const { AWS_ACCOUNT_ID: account, AWS_REGION: region, CDK_QUALIFIER: qualifier } = this.values.ci;
    const { aws, report } = this.context;
    try {
      const credentials = await aws.assume(bootstrapRoleArn({ account, region }, qualifier, role));
      report.hide(credentials.AWS_SECRET_ACCESS_KEY, credentials.AWS_SESSION_TOKEN);
      return credentials;
    } catch (cause) {
      const denied = problem({
        name: 'AWS',
        wrong: `the bootstrap's ${role} role cannot be assumed`,
        got: `"${cause instanceof Error ? cause.message : String(cause)}"`,
        why: 'The next step needs it.',
        fix: 'Compare CDK_QUALIFIER, AWS_ACCOUNT_ID and AWS_REGION with the bootstrap in the account.',
      });
      throw new Refusal([denied], { cause });
    }
  }

  /**
   * Runs a program and logs the result.
   * @param isShown whether to show its output @default when it failed
   */
  async run(
    title: string,
    command: Command,
    isShown: (finished: CommandResult) => boolean = ({ code }) => code !== 0,
  ): Promise<CommandResult> {
    const { report, run } = this.context;
    const startedAt = performance.now();
    const finished = await run(command);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    report.say(`${finished.code === 0 ? '✓' : '✗'} ${title}, ${seconds} s`);
    if (isShown(finished)) report.show(finished);
    return finished;
  }

  /** {@link run}, but a failure throws. @throws Refusal */
  async succeed(title: string, why: string, command: Command): Promise<CommandResult> {
    const finished = await this.run(title, command);
    if (finished.code === 0) return finished;
    const fix = 'Its last lines are in the log above.';
    const got = `exit code ${finished.code}`;
    throw new Refusal([problem({ name: title, wrong: 'failed', got, why, fix })]);
  }
}

/** Starts a job. @throws Refusal before anything is run */
export const openJob = (kind: JobKind, context: JobContext): Job =>
  new Job(context, readValues(kind, context));
