import type { Stack } from 'aws-cdk-lib';
import { identityProviderArn } from '../../contract/backend-identity';
import { stackName } from '../../contract/hand-over';
import type { Environment } from '../../contract/environments';

/** What the stacks of all environments are made of in one account and region, as far as it can be known before they are. */
export interface RecordingsArns {
  readonly stacks: string;
  readonly roles: string;
  /** Buckets that the stacks make, for recordings and for logs. */
  readonly buckets: readonly string[];
  /** Buckets that were there before, into which Tavus writes. */
  readonly adoptedBuckets: readonly string[];
  /** Buckets of environments with an eraser. */
  readonly erasableBuckets: readonly string[];
  /** KMS takes no names: every key of the account and region, and the ones that environments name. */
  readonly ownKeys: string;
  readonly adoptedKeys: readonly string[];
  /** Providers of the tokens with which backends read. */
  readonly identityProviders: readonly string[];
}

/**
 * CloudFormation begins a made-up name with the stack's, for a bucket in lower case; a bucket with a name of its own is
 * known from its environment's settings. So an environment with another `bucketName` or `existingBucketName`, the first
 * `eraser` or another tenant of a `backend` needs the trust deployed again, by a person; others do not.
 */
export function recordingsArns(stack: Stack, environments: readonly Environment[]): RecordingsArns {
  const { account, region } = stack;
  const named = (
    name: 'bucketName' | 'existingBucketName' | 'existingKmsKeyArn',
    among = environments,
  ): string[] => among.flatMap(({ settings }) => settings[name] ?? []);
  const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;
  const madeUp = stackName('*').toLowerCase();
  const erasing = environments.filter(({ settings }) => settings.eraser !== undefined);
  return {
    stacks: `arn:aws:cloudformation:${region}:${account}:stack/${stackName('*')}/*`,
    roles: `arn:aws:iam::${account}:role/${stackName('*')}`,
    buckets: [madeUp, ...named('bucketName')].map(bucketArn),
    adoptedBuckets: named('existingBucketName').map(bucketArn),
    erasableBuckets: (erasing.length === 0
      ? []
      : [madeUp, ...named('bucketName', erasing), ...named('existingBucketName', erasing)]
    ).map(bucketArn),
    ownKeys: `arn:aws:kms:${region}:${account}:key/*`,
    adoptedKeys: named('existingKmsKeyArn'),
    identityProviders: [
      ...new Set(environments.flatMap(({ settings }) => settings.backend?.tenantId ?? [])),
    ].map((tenantId) => identityProviderArn(account, tenantId)),
  };
}
