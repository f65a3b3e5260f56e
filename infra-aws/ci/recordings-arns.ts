import type { Stack } from 'aws-cdk-lib';
import { identityProviderArn } from '../../contract/backend-identity';
import { stackName } from '../../contract/hand-over';
import type { Environment } from '../../contract/environments';

/** ARNs of the resources of all environments in one account and region, as patterns where a name is generated. */
export interface RecordingsArns {
  readonly stacks: string;
  readonly roles: string;
  /** Buckets that the stacks create: recordings, holds, access logs. */
  readonly buckets: readonly string[];
  /** Existing buckets for recordings. */
  readonly adoptedBuckets: readonly string[];
  /** Buckets of environments with an eraser. */
  readonly erasableBuckets: readonly string[];
  /** Every key of the account and region: a key's ARN has no name to match. */
  readonly ownKeys: string;
  readonly adoptedKeys: readonly string[];
  /** Identity providers of the backends. */
  readonly identityProviders: readonly string[];
}

/**
 * A generated name begins with the stack's name, a bucket's in lower case. Other names come from the environments' settings.
 * So a person must deploy the CI identity again after a new `bucketName` or `existingBucketName`, the first `eraser`, or a
 * `backend` of another tenant. Other changes do not need that.
 */
export function recordingsArns(stack: Stack, environments: readonly Environment[]): RecordingsArns {
  const { account, region } = stack;
  const named = (
    name: 'bucketName' | 'existingBucketName' | 'existingKmsKeyArn',
    among = environments,
  ): string[] => among.flatMap(({ settings }) => settings[name] ?? []);
  const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;
  const generated = stackName('*').toLowerCase();
  const erasing = environments.filter(({ settings }) => settings.eraser !== undefined);
  return {
    stacks: `arn:aws:cloudformation:${region}:${account}:stack/${stackName('*')}/*`,
    roles: `arn:aws:iam::${account}:role/${stackName('*')}`,
    buckets: [generated, ...named('bucketName')].map(bucketArn),
    adoptedBuckets: named('existingBucketName').map(bucketArn),
    erasableBuckets: (erasing.length === 0
      ? []
      : [generated, ...named('bucketName', erasing), ...named('existingBucketName', erasing)]
    ).map(bucketArn),
    ownKeys: `arn:aws:kms:${region}:${account}:key/*`,
    adoptedKeys: named('existingKmsKeyArn'),
    identityProviders: [
      ...new Set(environments.flatMap(({ settings }) => settings.backend?.tenantId ?? [])),
    ].map((tenantId) => identityProviderArn(account, tenantId)),
  };
}
