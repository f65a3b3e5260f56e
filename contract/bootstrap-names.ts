/** Account and region of a bootstrap. */
interface BootstrapScope {
  readonly account: string;
  readonly region: string;
}

/** The bootstrap roles that the CDK CLI assumes, by the distinguishing part of their names. */
export const CLI_ROLES = ['deploy', 'file-publishing', 'image-publishing', 'lookup'] as const;

export type BootstrapRole = (typeof CLI_ROLES)[number] | 'cfn-exec';

/** ARN of a role that `cdk bootstrap --qualifier` creates. */
export const bootstrapRoleArn = (
  { account, region }: BootstrapScope,
  qualifier: string,
  role: BootstrapRole,
): string => `arn:aws:iam::${account}:role/cdk-${qualifier}-${role}-role-${account}-${region}`;

/** ARN of the bootstrap's bucket for templates. */
export const assetBucketArn = (stack: BootstrapScope, qualifier: string): string =>
  `arn:aws:s3:::cdk-${qualifier}-assets-${stack.account}-${stack.region}`;

/** ARN of the parameter that holds the bootstrap's version. */
export const versionParameterArn = (stack: BootstrapScope, qualifier: string): string =>
  `arn:aws:ssm:${stack.region}:${stack.account}:parameter/cdk-bootstrap/${qualifier}/version`;
