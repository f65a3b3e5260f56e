import type { StackResourceDrift } from '@aws-sdk/client-cloudformation';
import { problem } from '../../../contract/problem';
import type { Job } from '../job';
import { cdk } from './cdk';

/** Texts by drift status. The CDK reports only MODIFIED and DELETED as drift. */
const STATES: Readonly<Record<string, string>> = {
  MODIFIED: 'differs from what was deployed',
  DELETED: 'is gone',
  NOT_CHECKED: 'was not checked',
  UNKNOWN: 'could not be checked',
};

/** One problem for each resource that may differ. Names properties, never values. */
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
        why: 'It was changed manually, or CI may not read it.',
        fix: 'Deploy again, or add the change to the code.',
      }),
    ];
  });
}

/** Runs drift detection. @returns differences */
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
      wrong: `checked ${drifts.length} resources`,
      got: `exit code ${finished.code}`,
      why: 'Drift of the stack is unknown.',
      fix: 'Its last lines are in the log above.',
    }),
  ];
}
