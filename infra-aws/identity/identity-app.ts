import type { App } from 'aws-cdk-lib';
import { environmentProblems, parseEnvironments } from '../../contract/environments';
import { problem } from '../../contract/problem';
import { type DeployTarget, stackEnvironment } from '../deploy-target';
import { settingsError } from '../exit-on-problems';
import { regionProblems } from '../region';
import { IdentityStack } from './identity-stack';

/**
 * Adds the stack with the providers of all tenants that the context `environments` names.
 *
 * @throws ProblemsError naming everything that is wrong, before the first construct
 */
export function addIdentityStack(app: App, target: DeployTarget): IdentityStack {
  const context: unknown = app.node.tryGetContext('environments');
  const problems = [...regionProblems(target.region), ...environmentProblems(context)];
  if (problems.length > 0) throw settingsError(problems);

  const environments = parseEnvironments(context);
  const backends = environments.flatMap(({ settings }) => settings.backend ?? []);
  if (backends.length === 0) throw settingsError([noBackend(environments.map(({ name }) => name))]);
  return new IdentityStack(app, { env: stackEnvironment(target), backends });
}

const noBackend = (names: readonly string[]): string =>
  problem({
    name: 'environments',
    wrong: 'name no backend',
    got: names.join(', '),
    why: 'Without one there is no tenant whose tokens AWS should trust.',
    fix: 'Set backend of an environment in cdk.json: { tenantId, principalId, audience }.',
  });
