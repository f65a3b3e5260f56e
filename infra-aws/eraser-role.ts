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
import { bucketStatements, keyStatements } from './rights';

export interface EraserRoleProps {
  /** ARN of the role or user who may assume it. */
  readonly principalArn: string;
  readonly bucketArn: string;
  readonly bucketRegion: string;
  /** @default - the recordings' access log, if there is one, is not in this stack */
  readonly accessLogBucketArn?: string | undefined;
  /** @default - no holds, so nothing is copied */
  readonly holdsBucketArn?: string | undefined;
  /** ARN of the customer key with which the buckets encrypt, or once did. @default - none, SSE-S3 needs no grant */
  readonly kmsKeyArn?: string | undefined;
}

/**
 * The role for `recordings erase`, and with a bucket for them for `hold` and `release`. A role, not a policy that is
 * attached to somebody: roles of IAM Identity Center take none, and to attach policies CI would need rights over people.
 *
 * Erasing needs no key and reads no recording; only with holds may it copy, and so read, what it may delete. It may end no
 * bucket and bypass no Object Lock.
 */
export class EraserRole extends iam.Role {
  constructor(scope: Construct, id: string, props: EraserRoleProps) {
    const holds = [props.holdsBucketArn].filter((arn) => arn !== undefined);
    const logs = [props.accessLogBucketArn].filter((arn) => arn !== undefined);
    super(scope, id, {
      assumedBy: new iam.ArnPrincipal(props.principalArn),
      maxSessionDuration: Duration.hours(1),
      // Inline, because it is for this role alone.
      inlinePolicies: {
        Erase: new iam.PolicyDocument({
          statements: [
            ...bucketStatements('Erase', ERASE_RIGHTS, [props.bucketArn], ERASABLE_KEYS),
            ...bucketStatements('AccessLog', ACCESS_LOG_RIGHTS, logs),
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
