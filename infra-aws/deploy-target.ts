import type { Environment } from 'aws-cdk-lib';
import { defined } from '../contract/defined';

/** Where the CLI's credentials point; both undefined when there are none. */
export interface DeployTarget {
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/** The target as the CLI hands it to an app. */
export const cliTarget = (): DeployTarget => ({
  account: process.env['CDK_DEFAULT_ACCOUNT'],
  region: process.env['CDK_DEFAULT_REGION'],
});

/** What is unknown stays a CloudFormation pseudo parameter, so a synth needs neither AWS nor a network. */
export const stackEnvironment = ({ account, region }: DeployTarget): Environment =>
  defined({ account, region });
