import type { App } from 'aws-cdk-lib';
import { stackName } from '../app/contract/hand-over';
import { environmentProblems, parseEnvironments } from './environments';
import { RecordingsStack } from './recordings-stack';
import { regionProblems } from './region';
import { SettingsError } from './settings-error';

/** Where the CLI's credentials point; both undefined when there are none. */
export interface DeployTarget {
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/**
 * Adds one stack per environment of the context `environments`.
 *
 * Without credentials the account stays a CloudFormation pseudo parameter, so a synth needs neither AWS nor a network.
 *
 * @throws SettingsError naming everything that is wrong, before the first construct
 */
export function addRecordingsStacks(app: App, target: DeployTarget): RecordingsStack[] {
  const context: unknown = app.node.tryGetContext('environments');
  const problems = [...regionProblems(target.region), ...environmentProblems(context)];
  if (problems.length > 0) throw new SettingsError(problems);

  const env = {
    ...(target.account === undefined ? {} : { account: target.account }),
    ...(target.region === undefined ? {} : { region: target.region }),
  };
  return parseEnvironments(context).map(
    ({ name, settings }) => new RecordingsStack(app, stackName(name), { env, environment: name, settings }),
  );
}
