import type { Change, StackResourceDrift } from '@aws-sdk/client-cloudformation';

/** Credentials as programs take them from their environment. */
export interface Credentials {
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_SESSION_TOKEN: string;
}

/** What CloudFormation would do to a stack. */
export interface ChangeSet {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
  /** All pages. */
  readonly changes: readonly Change[];
}

/** What of AWS is asked directly; everything else goes by the CDK's command line. */
export interface AwsCalls {
  /** Becomes another role, for the rest of the job. */
  assume(roleArn: string): Promise<Credentials>;
  describeChangeSet(credentials: Credentials, stack: string, name: string): Promise<ChangeSet>;
  deleteChangeSet(credentials: Credentials, stack: string, changeSetId: string): Promise<void>;
  /** Template of a stack as it was given to CloudFormation; undefined when there is none. */
  template(credentials: Credentials, stack: string): Promise<string | undefined>;
  /** What the last detection found, for every resource. */
  describeDrifts(credentials: Credentials, stack: string): Promise<readonly StackResourceDrift[]>;
}
