import type { Environment } from 'aws-cdk-lib';
import { defined } from '../contract/defined';

/** Account and region of the CLI's credentials; undefined without credentials. */
export interface DeployTarget {
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/** The target that the CDK CLI passes to the app. */
export const cliTarget = (): DeployTarget => ({
  account: process.env['CDK_DEFAULT_ACCOUNT'],
  region: process.env['CDK_DEFAULT_REGION'],
});

/** An unknown account or region stays a CloudFormation pseudo parameter, so a synth needs neither AWS nor a network. */
export const stackEnvironment = ({ account, region }: DeployTarget): Environment =>
  defined({ account, region });
