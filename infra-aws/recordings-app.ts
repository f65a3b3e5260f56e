import type { App } from 'aws-cdk-lib';
import { stackName } from '../contract/hand-over';
import { type DeployTarget, stackEnvironment } from './deploy-target';
import { environmentProblems, parseEnvironments } from '../contract/environments';
import { RecordingsStack } from './recordings-stack';
import { regionProblems } from './region';
import { settingsError } from './exit-on-problems';

/**
 * Adds one stack per environment of the context `environments`.
 *
 * @throws ProblemsError with all problems, before the first construct
 */
export function addRecordingsStacks(app: App, target: DeployTarget): RecordingsStack[] {
  const context: unknown = app.node.tryGetContext('environments');
  const problems = [...regionProblems(target.region), ...environmentProblems(context, target.region)];
  if (problems.length > 0) throw settingsError(problems);

  const env = stackEnvironment(target);
  return parseEnvironments(context).map(
    ({ name, settings, promised }) =>
      new RecordingsStack(app, stackName(name), { env, environment: name, settings, promised }),
  );
}
