import type { StackResourceDrift } from '@aws-sdk/client-cloudformation';
import { problem } from '../../../contract/problem';
import type { Job } from '../job';
import { cdk } from './cdk';

/** What a resource is that is not as it was deployed, or that nobody looked at: the CDK counts only the first as drift. */
const STATES: Readonly<Record<string, string>> = {
  MODIFIED: 'is not as it was deployed',
  DELETED: 'is gone',
  NOT_CHECKED: 'was not looked at',
  UNKNOWN: 'could not be looked at',
};

/** One sentence for each resource that is not known to be as it was deployed; names of properties, never a value. */
export function driftProblems(stack: string, drifts: readonly StackResourceDrift[]): string[] {
  return drifts.flatMap(({ LogicalResourceId: id, ResourceType: type, ...drift }) => {
    const { StackResourceDriftStatus: status = 'UNKNOWN', PropertyDifferences: differences = [] } = drift;
    if (status === 'IN_SYNC') return [];
    const paths = differences.flatMap(({ PropertyPath: path }) => path ?? []);
    return [
      problem({
        name: `${stack} ${id} (${type})`,
        wrong: STATES[status] ?? 'is in an unknown state',
        got: `${status}${paths.length === 0 ? '' : ` at ${paths.join(', ')}`}`,
        why: 'Somebody changed it by hand, or may not look at it.',
        fix: 'Deploy again, or take the change over into the code.',
      }),
    ];
  });
}

/** Has CloudFormation compare the stack with what is there. @returns what differs */
export async function awsDrift(job: Job): Promise<readonly string[]> {
  const { aws } = job.context;
  const finished = await job.run('cdk drift', cdk(job, 'drift', '--fail'), () => false);
  const drifts = await aws.describeDrifts(await job.assume('lookup'), job.stack);
  const problems = driftProblems(job.stack, drifts);
  if (problems.length > 0 || (finished.code === 0 && drifts.length > 0)) return problems;
  job.context.report.show(finished);
  return [
    problem({
      name: 'cdk drift',
      wrong: `looked at ${drifts.length} resources`,
      got: `exit code ${finished.code}`,
      why: 'Nobody knows whether the stack is as it was deployed.',
      fix: 'Its last lines are in the log above.',
    }),
  ];
}
