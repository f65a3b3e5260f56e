import { Annotations, CfnOutput, Duration, type Environment, Stack, Token } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { CONTRACT_VERSION, EXISTING_BUCKET_REGION_OUTPUT, IDENTITY_OUTPUTS } from '../contract/hand-over';
import { outputId } from '../contract/names';
import type { AwsValues } from '../contract/settings';
import { AccessLogBucket } from './access-log-bucket';
import type { EnvironmentSettings } from '../contract/environment-settings';
import { RecordingsBucket } from './recordings-bucket';
import { RecordingsKey } from './recordings-key';
import { REGION_WARNING_ID, regionWarning } from './region';
import { TavusRole } from './tavus-role';

export interface RecordingsStackProps {
  readonly env: Environment;
  /** Name of the environment, for whoever reads the outputs. */
  readonly environment: string;
  readonly settings: EnvironmentSettings;
}

type IdentityOutput = (typeof IDENTITY_OUTPUTS)[keyof typeof IDENTITY_OUTPUTS];

type BucketIdentity = Readonly<Record<'bucketName' | 'bucketArn', string>>;

/**
 * One environment: a bucket for recordings and the role with which the vendor writes into it.
 *
 * The construct ids of bucket, key and role are contract. Another id is another resource: the recordings would stay
 * behind in a bucket that nothing points to.
 */
export class RecordingsStack extends Stack {
  constructor(scope: Construct, id: string, props: RecordingsStackProps) {
    const { settings } = props;
    super(scope, id, {
      env: props.env,
      description: description(id, props.environment),
      terminationProtection: settings.terminationProtection,
      tags: { ...settings.tags },
    });
    const bucketRegion = settings.existingBucketRegion ?? this.region;
    this.warnAboutRegion(bucketRegion);
    if (settings.permissionsBoundary !== undefined) this.boundRoles(settings.permissionsBoundary);

    const key =
      settings.encryption === 'kms' || settings.withKmsKey
        ? new RecordingsKey(this, 'RecordingsKey')
        : undefined;
    const bucket = this.bucket(settings, settings.encryption === 'kms' ? key : undefined);
    const role = new TavusRole(this, 'TavusRole', {
      bucketArn: bucket.bucketArn,
      bucketRegion,
      kmsKeyArn: key?.keyArn ?? settings.existingKmsKeyArn,
    });

    // Typed by the contract, so that a forgotten value does not compile.
    const handOver: AwsValues<string> = {
      TAVUS_RECORDING_S3_BUCKET_NAME: bucket.bucketName,
      TAVUS_RECORDING_S3_BUCKET_REGION: bucketRegion,
      TAVUS_AWS_ASSUME_ROLE_ARN: role.roleArn,
    };
    const identity: Readonly<Record<IdentityOutput, string>> = {
      [IDENTITY_OUTPUTS.environment]: props.environment,
      [IDENTITY_OUTPUTS.account]: this.account,
      [IDENTITY_OUTPUTS.region]: this.region,
      [IDENTITY_OUTPUTS.contractVersion]: CONTRACT_VERSION,
    };
    for (const [name, value] of Object.entries(handOver)) this.output(outputId(name), value);
    for (const [name, value] of Object.entries(identity)) this.output(name, value);
    if (settings.existingBucketRegion !== undefined) {
      this.output(EXISTING_BUCKET_REGION_OUTPUT, settings.existingBucketRegion);
    }
  }

  private bucket(settings: EnvironmentSettings, encryptionKey: RecordingsKey | undefined): BucketIdentity {
    if (settings.existingBucketName !== undefined) {
      return Bucket.fromBucketName(this, 'ExistingBucket', settings.existingBucketName);
    }
    return new RecordingsBucket(this, 'RecordingsBucket', {
      accessLogBucket: new AccessLogBucket(this, 'AccessLogBucket'),
      bucketName: settings.bucketName,
      encryptionKey,
      retention: Duration.days(settings.retentionDays),
      noncurrentRetention: Duration.days(settings.noncurrentDays),
    });
  }

  /** All roles, also one that somebody adds later: CI may make none without the boundary. */
  private boundRoles(policy: string): void {
    const id = 'PermissionsBoundary';
    PermissionsBoundary.of(this).apply(
      policy.startsWith('arn:')
        ? ManagedPolicy.fromManagedPolicyArn(this, id, policy)
        : ManagedPolicy.fromManagedPolicyName(this, id, policy),
    );
  }

  private output(id: string, value: string): CfnOutput {
    return new CfnOutput(this, id, { value });
  }

  private warnAboutRegion(region: string): void {
    const warning = Token.isUnresolved(region) ? undefined : regionWarning(region);
    if (warning !== undefined) Annotations.of(this).addWarningV2(REGION_WARNING_ID, warning);
  }
}

/** For whoever stands before a stack that refuses to be deleted; the CLI passes on CloudFormation's refusal without a word more. */
function description(stack: string, environment: string): string {
  return (
    `Tavus conversation recordings, environment ${environment}. Under termination protection it is deleted by: ` +
    `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${stack}` +
    ` && npx cdk destroy ${stack}. Buckets and key stay.`
  );
}
