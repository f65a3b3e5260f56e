import { problem } from '../../../contract/problem';
import { isInProgress, isComplete, recoverySteps } from '../../aws/stack-status';
import type { Job } from '../job';
import type { Command } from '../run';
import { Refusal } from '../refusal';
import { cdk } from './cdk';
import type { AwsCalls, ChangeSet } from './aws-calls';
import { changesOf, changesTable, destructiveChanges } from './judge-changes';

/** CloudFormation has no status for an empty change set; the CDK matches these messages too. */
const NO_CHANGES = /^(?:The submitted information didn't contain changes|No updates are to be performed)/;

const NEVER_ASK = ['--require-approval', 'never'];

/**
 * Deploys the stack: creates a change set, checks it, and executes exactly this change set.
 * @throws Refusal before any change, when a resource would be replaced or removed
 */
export async function deployStack(job: Job): Promise<void> {
  const { context, stack, runName } = job;
  await succeed(
    job,
    'cdk deploy, prepared',
    'Nothing was changed.',
    cdk(job, 'deploy', '--method', 'prepare-change-set', '--change-set-name', runName, ...NEVER_ASK),
  );
  const credentials = await job.assume('deploy');
  const changeSet = await context.aws.describeChangeSet(credentials, stack, runName);
  const discard = (): Promise<void> => context.aws.deleteChangeSet(credentials, stack, changeSet.id);
  if (isEmpty(changeSet)) {
    await discard();
    context.report.summarize(`### AWS\n\n${changesTable([])}`);
    return;
  }
  const changes = changesOf(changeSet.changes);
  context.report.summarize(`### AWS\n\n${changesTable(changes)}`);
  const problems = [...statusProblems(stack, changeSet), ...destructiveChanges(stack, changes)];
  if (problems.length > 0) {
    await discard();
    throw new Refusal(problems, { title: 'The stack was not deployed' });
  }
  await succeed(
    job,
    'cdk deploy, executed',
    'CloudFormation rolls back.',
    // By ARN, because the name could have been reused meanwhile.
    cdk(job, 'deploy', '--method', 'execute-change-set', '--change-set-name', changeSet.id, ...NEVER_ASK),
  );
}

/** Runs a CDK command. After a failure adds the state of the stack and the commands to recover it. */
async function succeed(job: Job, title: string, why: string, command: Command): Promise<void> {
  try {
    await job.succeed(title, why, command);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const state = await stateOf(job);
    if (state === undefined || isComplete(state.status) || isInProgress(state.status)) throw error;
    const stuck = problem({
      name: job.stack,
      wrong: 'is not complete',
      got: state.status,
      why: 'It has no valid outputs, and a person must recover it: CI may not delete stacks.',
      fix: recoverySteps({ stack: job.stack, ...state }),
    });
    throw new Refusal([...error.problems, stuck], { cause: error });
  }
}

/** Undefined when the stack does not exist or may not be read. */
async function stateOf(job: Job): ReturnType<AwsCalls['stack']> {
  try {
    return await job.context.aws.stack(await job.assume('deploy'), job.stack);
  } catch {
    return undefined;
  }
}

const isEmpty = ({ status, reason }: ChangeSet): boolean => status === 'FAILED' && NO_CHANGES.test(reason);

const statusProblems = (stack: string, { status, reason }: ChangeSet): string[] =>
  status === 'CREATE_COMPLETE'
    ? []
    : [
        problem({
          name: stack,
          wrong: 'has no change set that can be executed',
          got: `${status} (${reason})`,
          why: 'Without it the changes are unknown.',
          fix: 'Check the stack in CloudFormation, and run the job again.',
        }),
      ];
