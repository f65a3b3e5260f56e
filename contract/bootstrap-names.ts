/** Where a bootstrap is. */
interface BootstrapScope {
  readonly account: string;
  readonly region: string;
}

/** The roles of a bootstrap that the CDK's command line assumes, by the part that tells their names apart. */
export const CLI_ROLES = ['deploy', 'file-publishing', 'image-publishing', 'lookup'] as const;

export type BootstrapRole = (typeof CLI_ROLES)[number] | 'cfn-exec';

/** ARN of a role that `cdk bootstrap --qualifier` makes in an account and region. */
export const bootstrapRoleArn = (
  { account, region }: BootstrapScope,
  qualifier: string,
  role: BootstrapRole,
): string => `arn:aws:iam::${account}:role/cdk-${qualifier}-${role}-role-${account}-${region}`;

/** ARN of the bucket for templates that it makes. */
export const assetBucketArn = (stack: BootstrapScope, qualifier: string): string =>
  `arn:aws:s3:::cdk-${qualifier}-assets-${stack.account}-${stack.region}`;

/** ARN of the parameter in which it keeps its version. */
export const versionParameterArn = (stack: BootstrapScope, qualifier: string): string =>
  `arn:aws:ssm:${stack.region}:${stack.account}:parameter/cdk-bootstrap/${qualifier}/version`;
