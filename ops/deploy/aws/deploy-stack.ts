import { problem } from '../../../contract/problem';
import { isInProgress, isComplete, recoverySteps } from '../../aws/stack-status';
import type { Job } from '../job';
import type { Command } from '../run';
import { Refusal } from '../refusal';
import { cdk } from './cdk';
import type { AwsCalls, ChangeSet } from './aws-calls';
import { changesOf, changesTable, destructiveChanges } from './judge-changes';

/** CloudFormation has no status of its own for a change set without changes; the CDK tells it by these words too. */
const NO_CHANGES = /^(?:The submitted information didn't contain changes|No updates are to be performed)/;

const NEVER_ASK = ['--require-approval', 'never'];

/**
 * Deploys the stack: has CloudFormation say what it would do, judges that, and executes the very change set that was judged.
 * @throws Refusal when anything would be replaced or leave the stack; nothing was changed then
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
    'CloudFormation rolls back what it had begun.',
    // By its ARN: a name could have been given to another one in between.
    cdk(job, 'deploy', '--method', 'execute-change-set', '--change-set-name', changeSet.id, ...NEVER_ASK),
  );
}

/** The CDK's command, and when it fails how the stack is and which commands lead out of that. */
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
      why: 'Nothing can be handed over from it, and a person has to lead it out: CI may delete no stack.',
      fix: recoverySteps({ stack: job.stack, ...state }),
    });
    throw new Refusal([...error.problems, stuck], { cause: error });
  }
}

/** Undefined when there is no stack, or it may not be seen: then the command's own failure has to do. */
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
          wrong: 'has no change set that could be executed',
          got: `${status} (${reason})`,
          why: 'What is not known cannot be judged.',
          fix: 'ProblemCheck at the stack in CloudFormation, and run the job again.',
        }),
      ];
