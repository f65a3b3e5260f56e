import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  ACCESS_LOG_RIGHTS,
  COPY_WITH_KEY,
  ERASABLE_KEYS,
  ERASE_RIGHTS,
  HOLD_COPY_RIGHTS,
  HOLD_SOURCE_RIGHTS,
} from '../contract/recordings-rights';
import { backupStatements, bucketStatements, keyStatements } from './rights';

export interface EraserRoleProps {
  /** ARN of the role or user that may assume it. */
  readonly principalArn: string;
  readonly bucketArn: string;
  readonly bucketRegion: string;
  /** @default - this stack has no access log bucket */
  readonly accessLogBucketArn?: string | undefined;
  /** @default - no holds, so nothing is copied */
  readonly holdsBucketArn?: string | undefined;
  /** ARN of the buckets' present or former customer key. @default - none, SSE-S3 needs no grant */
  readonly kmsKeyArn?: string | undefined;
}

/**
 * The role for `recordings erase`, and with a holds bucket for `hold` and `release`. It is a role and not a policy for
 * people, because roles of IAM Identity Center accept no attached policies, and CI would need rights over people.
 *
 * To erase, it needs neither the key nor read access. Only with holds may it copy, and so read, recordings. It may not delete
 * a bucket or bypass Object Lock.
 */
export class EraserRole extends iam.Role {
  constructor(scope: Construct, id: string, props: EraserRoleProps) {
    const holds = [props.holdsBucketArn].filter((arn) => arn !== undefined);
    const logs = [props.accessLogBucketArn].filter((arn) => arn !== undefined);
    super(scope, id, {
      assumedBy: new iam.ArnPrincipal(props.principalArn),
      maxSessionDuration: Duration.hours(1),
      // Inline: the policy is for this role only.
      inlinePolicies: {
        Erase: new iam.PolicyDocument({
          statements: [
            ...bucketStatements('Erase', ERASE_RIGHTS, [props.bucketArn], ERASABLE_KEYS),
            ...bucketStatements('AccessLog', ACCESS_LOG_RIGHTS, logs),
            ...backupStatements(),
            ...(holds.length === 0
              ? []
              : [
                  ...bucketStatements('HoldSource', HOLD_SOURCE_RIGHTS, [props.bucketArn], ERASABLE_KEYS),
                  ...bucketStatements('HoldCopy', HOLD_COPY_RIGHTS, holds),
                  ...keyStatements(COPY_WITH_KEY, props.kmsKeyArn, props.bucketRegion),
                ]),
          ],
        }),
      },
    });
  }
}
