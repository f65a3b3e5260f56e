import { Annotations, CfnOutput, Duration, type Environment, Stack, Token } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { identityProviderArn } from '../contract/backend-identity';
import { defined } from '../contract/defined';
import type { EnvironmentSettings } from '../contract/environment-settings';
import type { PromisedDays } from '../contract/environments';
import { CONTRACT_VERSION, EXISTING_BUCKET_REGION_OUTPUT, IDENTITY_OUTPUTS } from '../contract/hand-over';
import { outputId } from '../contract/names';
import { ERASER_ROLE_OUTPUT } from '../contract/recordings-rights';
import type { AwsValues } from '../contract/settings';
import { AccessLogBucket } from './access-log-bucket';
import { EraserRole } from './eraser-role';
import { HoldsBucket } from './holds-bucket';
import { placementProblems } from './placement';
import { promises } from './promises';
import { ReaderRole } from './reader-role';
import { RecordingsBucket } from './recordings-bucket';
import { RecordingsKey } from './recordings-key';
import { REGION_WARNING_ID, regionWarning } from './region';
import { TavusRole } from './tavus-role';

export interface RecordingsStackProps {
  readonly env: Environment;
  /** Name of the environment, for the readers of the outputs. */
  readonly environment: string;
  readonly settings: EnvironmentSettings;
  readonly promised: PromisedDays;
}

type IdentityOutput = (typeof IDENTITY_OUTPUTS)[keyof typeof IDENTITY_OUTPUTS];

interface Buckets {
  readonly bucket: Readonly<Record<'bucketName' | 'bucketArn', string>>;
  /** Undefined for an existing bucket. */
  readonly accessLogBucket?: AccessLogBucket;
}

/**
 * One environment: a bucket for recordings and the role with which the vendor writes into it. Optional: a role for the
 * backend, a bucket for holds, a role for erasing.
 *
 * The construct ids of buckets, key and roles are contract. Another id is another resource: the recordings would stay
 * behind in a bucket that nothing uses.
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
    // Errors of this stack only: other stacks of cdk.json may be for another account or region.
    for (const error of placementProblems(props.environment, settings, this)) {
      Annotations.of(this).addError(error);
    }
    if (settings.permissionsBoundary !== undefined) this.boundRoles(settings.permissionsBoundary);

    const key =
      settings.encryption === 'kms' || settings.withKmsKey
        ? new RecordingsKey(this, 'RecordingsKey')
        : undefined;
    const ownKey = settings.encryption === 'kms' ? key : undefined;
    const { bucket, accessLogBucket } = this.buckets(settings, ownKey);
    const rights = {
      bucketArn: bucket.bucketArn,
      bucketRegion,
      kmsKeyArn: key?.keyArn ?? settings.existingKmsKeyArn,
    };
    const role = new TavusRole(this, 'TavusRole', rights);
    const holdsBucket = settings.holds
      ? new HoldsBucket(this, 'HoldsBucket', {
          accessLogBucket,
          encryptionKey: ownKey ?? this.existingKey(settings),
        })
      : undefined;
    const readerRole =
      settings.backend &&
      new ReaderRole(this, 'ReaderRole', {
        ...rights,
        backend: settings.backend,
        providerArn: identityProviderArn(this.account, settings.backend.tenantId),
        bucketArns: [bucket.bucketArn, ...(holdsBucket === undefined ? [] : [holdsBucket.bucketArn])],
      });
    const eraserRole =
      settings.eraser === undefined
        ? undefined
        : new EraserRole(this, 'EraserRole', {
            ...rights,
            principalArn: settings.eraser,
            accessLogBucketArn: accessLogBucket?.bucketArn,
            holdsBucketArn: holdsBucket?.bucketArn,
          });

    // Typed by the contract, so that a forgotten value does not compile.
    const handOver: AwsValues<string> = {
      TAVUS_RECORDING_S3_BUCKET_NAME: bucket.bucketName,
      TAVUS_RECORDING_S3_BUCKET_REGION: bucketRegion,
      TAVUS_AWS_ASSUME_ROLE_ARN: role.roleArn,
      ...promises(settings, props.promised, key?.keyArn),
      ...defined({
        RECORDINGS_READER_ROLE_ARN: readerRole?.roleArn,
        RECORDINGS_HOLDS_BUCKET_NAME: holdsBucket?.bucketName,
      }),
    };
    const identity: Readonly<Record<IdentityOutput, string>> = {
      [IDENTITY_OUTPUTS.environment]: props.environment,
      [IDENTITY_OUTPUTS.account]: this.account,
      [IDENTITY_OUTPUTS.region]: this.region,
      [IDENTITY_OUTPUTS.contractVersion]: CONTRACT_VERSION,
    };
    for (const [name, value] of Object.entries(handOver)) this.output(outputId(name), value);
    for (const [name, value] of Object.entries(identity)) this.output(name, value);
    if (eraserRole !== undefined) this.output(ERASER_ROLE_OUTPUT, eraserRole.roleArn);
    if (settings.existingBucketRegion !== undefined) {
      this.output(EXISTING_BUCKET_REGION_OUTPUT, settings.existingBucketRegion);
    }
  }

  private buckets(settings: EnvironmentSettings, encryptionKey: RecordingsKey | undefined): Buckets {
    if (settings.existingBucketName !== undefined) {
      return { bucket: Bucket.fromBucketName(this, 'ExistingBucket', settings.existingBucketName) };
    }
    const accessLogBucket = new AccessLogBucket(this, 'AccessLogBucket');
    const bucket = new RecordingsBucket(this, 'RecordingsBucket', {
      accessLogBucket,
      bucketName: settings.bucketName,
      encryptionKey,
      retention: Duration.days(settings.retentionDays),
      noncurrentRetention: Duration.days(settings.noncurrentDays),
    });
    return { bucket, accessLogBucket };
  }

  private existingKey({ existingKmsKeyArn: arn }: EnvironmentSettings): IKey | undefined {
    return arn === undefined ? undefined : Key.fromKeyArn(this, 'ExistingKey', arn);
  }

  /** For all roles, also those added later: CI may not create a role without the boundary. */
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

/** Says how to delete the stack, because CloudFormation's refusal does not. */
function description(stack: string, environment: string): string {
  return (
    `Tavus conversation recordings, environment ${environment}. Under termination protection it is deleted by: ` +
    `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${stack}` +
    ` && npx cdk destroy ${stack}. Buckets and key stay.`
  );
}
