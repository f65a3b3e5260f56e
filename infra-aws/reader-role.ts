import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type BackendIdentity, entraIssuer, tokenAudiences } from '../contract/backend-identity';
import { READ_WITH_KEY, READER_RIGHTS } from '../contract/recordings-rights';
import { bucketStatements, keyStatements } from './rights';

export interface ReaderRoleProps {
  readonly backend: BackendIdentity;
  /** The identity provider of the backend's tenant, created by `infra-aws/identity.ts`. */
  readonly providerArn: string;
  /** The recordings' bucket, and the holds bucket if there is one. */
  readonly bucketArns: readonly string[];
  readonly bucketRegion: string;
  /** ARN of the buckets' present or former customer key. @default - none, SSE-S3 needs no grant */
  readonly kmsKeyArn?: string | undefined;
}

/**
 * The role with which the backend lists and plays recordings. One Azure identity may assume it, without an access key, for an
 * hour; it may only read.
 *
 * `sub` decides: every identity of the tenant can request a token for the audience. Both claims must be present and equal.
 */
export class ReaderRole extends iam.Role {
  constructor(scope: Construct, id: string, props: ReaderRoleProps) {
    const { backend, bucketArns, bucketRegion, kmsKeyArn, providerArn } = props;
    const issuer = entraIssuer(backend.tenantId);
    super(scope, id, {
      assumedBy: new iam.WebIdentityPrincipal(providerArn, {
        StringEquals: {
          [`${issuer}:aud`]: tokenAudiences(backend),
          [`${issuer}:sub`]: backend.principalId,
        },
      }),
      maxSessionDuration: Duration.hours(1),
      // Inline: the policy is for this role only.
      inlinePolicies: {
        Read: new iam.PolicyDocument({
          statements: [
            ...bucketStatements('Read', READER_RIGHTS, bucketArns),
            ...keyStatements(READ_WITH_KEY, kmsKeyArn, bucketRegion),
          ],
        }),
      },
    });
  }
}
