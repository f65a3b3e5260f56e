import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type BackendIdentity, entraIssuer, tokenAudiences } from '../contract/backend-identity';
import { READ_WITH_KEY, READER_RIGHTS } from '../contract/recordings-rights';
import { bucketStatements, keyStatements } from './rights';

export interface ReaderRoleProps {
  readonly backend: BackendIdentity;
  /** Of the account's provider of the tenant's tokens, which `infra-aws/identity.ts` makes. */
  readonly providerArn: string;
  /** The recordings, and their hold copies where there are any. */
  readonly bucketArns: readonly string[];
  readonly bucketRegion: string;
  /** ARN of the customer key with which the buckets encrypt, or once did. @default - none, SSE-S3 needs no grant */
  readonly kmsKeyArn?: string | undefined;
}

/**
 * The role with which the backend looks at recordings and plays them: for one Azure identity, without a key, for an hour,
 * and able to read only.
 *
 * `sub` is the lock: every identity of a tenant can ask for a token of the audience. Both claims must be there and equal.
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
      // Inline, because it is for this role alone.
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
