import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * Customer key for the recordings, rotated yearly.
 *
 * Its policy leaves every decision to IAM of our own account, so the role's rights are in one place: the role. It has no
 * alias, because nothing needs to find it by name.
 */
export class RecordingsKey extends kms.Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      enableKeyRotation: true,
      // Without the key the recordings are noise, so it goes only by hand.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
