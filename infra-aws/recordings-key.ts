import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * Customer key for the recordings, rotated yearly.
 *
 * The key policy delegates to IAM of our account, so the roles' policies alone decide. It has no alias, because nothing
 * looks it up by name.
 */
export class RecordingsKey extends kms.Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      enableKeyRotation: true,
      // Without the key the recordings cannot be read, so only a person may delete it.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
