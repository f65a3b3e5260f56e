import type { Job } from '../job';
import { cdk } from './cdk';
import { changesTable, destructiveChanges } from './judge-changes';
import { readDiff } from './read-diff';

/**
 * Compares the stack with its template as the role that only looks, and says what would change. CloudFormation itself is
 * not asked here: a change set needs the role that deploys. So this can miss what only CloudFormation knows; the job that
 * deploys asks it.
 *
 * @returns why the deployment must not happen
 */
export async function diffStack(job: Job): Promise<readonly string[]> {
  const { report } = job.outside;
  const finished = await job.run(
    'cdk diff',
    cdk(job, 'diff', '--method', 'template', '--fail-on', 'destructive'),
    // What it prints holds values; of a difference only the names are told.
    ({ code, stdout, stderr }) => code !== 0 && readDiff(`${stdout}\n${stderr}`).length === 0,
  );
  const changes = readDiff(`${finished.stdout}\n${finished.stderr}`);
  report.summarize(`### AWS\n\n${changesTable(changes)}`);
  const problems = destructiveChanges(job.stack, changes);
  if (finished.code === 0 || problems.length > 0) return problems;
  return [
    `cdk diff: failed, got exit code ${finished.code}. Nobody knows what a deployment would do. ` +
      'Its last lines are in the log above.',
  ];
}
