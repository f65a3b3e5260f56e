import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetBucketEncryptionCommand, GetBucketLocationCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { VENDOR_ACCOUNT } from '../vendor';
import { toRefusal } from './aws-errors';
import { AwsObjectStore } from './aws-object-store';
import { CloudRefusal, parseRoleArn } from './cloud';
import type {
  AssumeRoleRequest,
  BucketDescription,
  SimulatorCloud,
  CloudCredentials,
  ObjectStore,
  IamRole,
} from './cloud';

/** Options for the clients of IAM, S3 and STS. */
export type AwsClientOptions = Pick<
  S3ClientConfig,
  'credentials' | 'endpoint' | 'forcePathStyle' | 'maxAttempts' | 'region' | 'requestHandler'
>;

/** For IAM, STS and reading a bucket's configuration. */
const CONTROL_REGION = 'us-east-1';

export interface AwsCloudOptions {
  /** Endpoint, TLS and path style. The result must contain `credentials` and `region` as given. */
  readonly clientOptions: (credentials: CloudCredentials, region: string) => AwsClientOptions;
  /** Credentials of an account's root. */
  readonly rootOf: (accountId: string) => CloudCredentials;
}

/**
 * {@link SimulatorCloud} with the AWS SDK, for an emulator.
 *
 * It cannot work with real AWS: an account's root cannot call AssumeRole, and only Daily has credentials of the
 * vendor's account.
 */
export class AwsCloud implements SimulatorCloud {
  private readonly clientOptions: AwsCloudOptions['clientOptions'];
  private readonly rootOf: (accountId: string) => CloudCredentials;

  constructor(options: AwsCloudOptions) {
    this.clientOptions = options.clientOptions;
    this.rootOf = options.rootOf;
  }

  async getRole(roleArn: string): Promise<IamRole> {
    const parts = parseRoleArn(roleArn);
    if (parts === undefined) throw new CloudRefusal('NoSuchEntity', 'Not the ARN of a role.');
    const iam = new IAMClient(this.clientOptions(this.rootOf(parts.accountId), CONTROL_REGION));
    try {
      const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: parts.roleName }));
      // GetRole ignores the path: a role of this name at another path is a different role.
      if (role?.Arn !== roleArn) throw new CloudRefusal('NoSuchEntity', 'The role has another ARN.');
      return {
        trustPolicy: parsePolicy(role.AssumeRolePolicyDocument),
        maxSessionSec: role.MaxSessionDuration ?? 3600,
      };
    } catch (error) {
      throw toRefusal(error);
    } finally {
      iam.destroy();
    }
  }

  async assumeRole({ roleArn, externalId, durationSec }: AssumeRoleRequest): Promise<CloudCredentials> {
    const sts = new STSClient(this.clientOptions(this.rootOf(VENDOR_ACCOUNT), CONTROL_REGION));
    try {
      const { Credentials: session } = await sts.send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: 'tavus-recording',
          ExternalId: externalId,
          DurationSeconds: durationSec,
        }),
      );
      const { AccessKeyId, SecretAccessKey, SessionToken } = session ?? {};
      if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
        throw new CloudRefusal('NoCredentials', 'AssumeRole answered without keys.');
      }
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    } catch (error) {
      throw toRefusal(error);
    } finally {
      sts.destroy();
    }
  }

  async describeBucket(accountId: string, bucket: string): Promise<BucketDescription | undefined> {
    const s3 = this.s3(this.rootOf(accountId), CONTROL_REGION);
    try {
      const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: bucket }));
      return { region: LocationConstraint ?? 'us-east-1', kms: await usesKms(s3, bucket) };
    } catch (error) {
      if (toRefusal(error) instanceof CloudRefusal) return undefined;
      throw error;
    } finally {
      s3.destroy();
    }
  }

  store(credentials: CloudCredentials, region: string, bucket: string): ObjectStore {
    return new AwsObjectStore(this.s3(credentials, region), bucket);
  }

  private s3(credentials: CloudCredentials, region: string): S3Client {
    return new S3Client({
      ...this.clientOptions(credentials, region),
      // Without the SDK's checksum headers: it is unknown whether the vendor sends them.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }
}

async function usesKms(s3: S3Client, bucket: string): Promise<boolean> {
  try {
    const answer = await s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
    const rules = answer.ServerSideEncryptionConfiguration?.Rules ?? [];
    return rules.some((rule) => rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm?.startsWith('aws:kms'));
  } catch (error) {
    if (toRefusal(error) instanceof CloudRefusal) return false;
    throw error;
  }
}

/** IAM returns policies URL-encoded; an emulator may not. An unreadable policy is `undefined`, which allows nothing. */
function parsePolicy(document: string | undefined): unknown {
  if (document === undefined) return undefined;
  try {
    return JSON.parse(document.trimStart().startsWith('{') ? document : decodeURIComponent(document));
  } catch {
    return undefined;
  }
}
