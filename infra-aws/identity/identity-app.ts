import type { App } from 'aws-cdk-lib';
import { environmentProblems, parseEnvironments } from '../../contract/environments';
import { problem } from '../../contract/problem';
import { type DeployTarget, stackEnvironment } from '../deploy-target';
import { settingsError } from '../exit-on-problems';
import { regionProblems } from '../region';
import { IdentityStack } from './identity-stack';

/**
 * Adds the stack with the identity providers of all tenants in the context `environments`.
 *
 * @throws ProblemsError with all problems, before the first construct
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
    wrong: 'have no backend',
    got: names.join(', '),
    why: 'The stack needs the tenant of a backend, whose tokens AWS will trust.',
    fix: 'Set backend of an environment in cdk.json: { tenantId, principalId, audience }.',
  });
