import type { App } from 'aws-cdk-lib';
import { type DeployTarget, stackEnvironment } from '../deploy-target';
import { environmentProblems, parseEnvironments } from '../../contract/environments';
import { regionProblems } from '../region';
import { settingsError } from '../exit-on-problems';
import { parseTrustSettings, trustProblems } from './trust-settings';
import { TrustStack } from './trust-stack';

/**
 * Adds the trust's stack. It reads the context `environments` too: named buckets are known from there.
 *
 * @throws ProblemsError naming everything that is wrong, before the first construct
 */
export function addTrustStack(app: App, target: DeployTarget): TrustStack {
  const context: Readonly<Record<string, unknown>> = app.node.getAllContext();
  const environments = context['environments'];
  const problems = [
    ...regionProblems(target.region),
    ...environmentProblems(environments),
    ...trustProblems(context),
  ];
  if (problems.length > 0) throw settingsError(problems);

  return new TrustStack(app, {
    env: stackEnvironment(target),
    settings: parseTrustSettings(context),
    environments: parseEnvironments(environments),
  });
}
