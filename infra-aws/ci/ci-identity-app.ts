import type { App } from 'aws-cdk-lib';
import { type DeployTarget, stackEnvironment } from '../deploy-target';
import { environmentProblems, parseEnvironments } from '../../contract/environments';
import { regionProblems } from '../region';
import { settingsError } from '../exit-on-problems';
import { parseCiIdentitySettings, ciIdentityProblems } from './ci-identity-settings';
import { CiIdentityStack } from './ci-identity-stack';

/**
 * Adds the stack of the CI identity. The context `environments` has the names of the buckets.
 *
 * @throws ProblemsError with all problems, before the first construct
 */
export function addCiIdentityStack(app: App, target: DeployTarget): CiIdentityStack {
  const context: Readonly<Record<string, unknown>> = app.node.getAllContext();
  const environments = context['environments'];
  const problems = [
    ...regionProblems(target.region),
    ...environmentProblems(environments),
    ...ciIdentityProblems(context),
  ];
  if (problems.length > 0) throw settingsError(problems);

  return new CiIdentityStack(app, {
    env: stackEnvironment(target),
    settings: parseCiIdentitySettings(context),
    environments: parseEnvironments(environments),
  });
}
