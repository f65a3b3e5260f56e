import { BackupClient } from '@aws-sdk/client-backup';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { defined } from '../../contract/defined';
import { AwsHttp, credentialsBy } from './http';

/** AWS clients. The SDK takes credentials, profile and endpoint from its environment variables. */
export interface AwsClients {
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  /** AWS Backup in the bucket's region. */
  readonly backup: BackupClient;
  /** KMS in a region; the key is in the bucket's actual region. */
  readonly kms: (region: string) => KMSClient;
  /** CloudFormation in a region; undefined uses the region of the environment or profile. */
  readonly cloudFormation: (region: string | undefined) => CloudFormationClient;
  /** S3 at another endpoint, for account settings. */
  readonly s3At: (endpoint: string) => S3Client;
  /** Aborts pending requests and closes all connections. */
  readonly close: () => void;
}

/** Whether the user set an S3 endpoint, where host names such as `bucket.localhost` may not resolve. */
const hasOwnEndpoint = (env: NodeJS.ProcessEnv): boolean =>
  [env['AWS_ENDPOINT_URL'], env['AWS_ENDPOINT_URL_S3']].some((url) => url !== undefined && url !== '');

/** One retry for network errors; the doctor reports everything else. */
const MAX_ATTEMPTS = 2;

/**
 * Clients for one run.
 * @param region of the bucket, from the settings
 * @param onDate gets the `Date` header of AWS's answers
 * @param answerTimeoutMs for one answer; copying gigabytes takes minutes @default 8 seconds
 * @throws UsageError when the file of AWS_CA_BUNDLE cannot be read
 */
export function awsClients(
  region: string,
  env: NodeJS.ProcessEnv,
  onDate: (date: string | undefined) => void,
  answerTimeoutMs?: number,
): AwsClients {
  const requestHandler = new AwsHttp(env, onDate, answerTimeoutMs);
  const credentials = credentialsBy(requestHandler);
  const options = { region, maxAttempts: MAX_ATTEMPTS, requestHandler, credentials };
  const s3Options = {
    ...options,
    forcePathStyle: hasOwnEndpoint(env),
    // The doctor reports a wrong region; the other checks still have to run.
    followRegionRedirects: true,
  };
  const endpointOf = (endpoint: string): { endpoint?: string } => (hasOwnEndpoint(env) ? {} : { endpoint });
  return {
    s3: new S3Client(s3Options),
    iam: new IAMClient(options),
    sts: new STSClient(options),
    backup: new BackupClient(options),
    kms: (keyRegion) => new KMSClient({ ...options, region: keyRegion }),
    cloudFormation: (stackRegion) =>
      new CloudFormationClient({
        maxAttempts: MAX_ATTEMPTS,
        requestHandler,
        ...defined({ region: stackRegion }),
      }),
    s3At: (endpoint) => new S3Client({ ...s3Options, forcePathStyle: true, ...endpointOf(endpoint) }),
    close: () => requestHandler.end(),
  };
}

/** Clients for reading a stack. */
export interface StackClients {
  readonly cloudFormation: CloudFormationClient;
  readonly sts: STSClient;
  readonly close: () => void;
}

/** @param region undefined uses the region of the environment or profile */
export function stackClients(region: string | undefined, env: NodeJS.ProcessEnv): StackClients {
  const requestHandler = new AwsHttp(env);
  const options = {
    maxAttempts: MAX_ATTEMPTS,
    requestHandler,
    credentials: credentialsBy(requestHandler),
    ...defined({ region }),
  };
  return {
    cloudFormation: new CloudFormationClient(options),
    sts: new STSClient(options),
    close: () => requestHandler.end(),
  };
}
