import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { defined } from '../../contract/defined';
import { AwsHttp, credentialsBy } from './http';

/** What speaks to AWS. Credentials, profile and endpoint are the SDK's own business, and its environment variables'. */
export interface AwsClients {
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  /** KMS of a region: the key is where the bucket really is. */
  readonly kms: (region: string) => KMSClient;
  /** CloudFormation of a region; undefined leaves it to the environment and the profile. */
  readonly cloudFormation: (region: string | undefined) => CloudFormationClient;
  /** S3 at another address, for the account's own settings. */
  readonly s3At: (endpoint: string) => S3Client;
  /** Gives up whatever is still under way, and closes every connection. */
  readonly close: () => void;
}

/** Whether S3 is asked at an address of the user's own, where names such as `bucket.localhost` may not resolve. */
const hasOwnEndpoint = (env: NodeJS.ProcessEnv): boolean =>
  [env['AWS_ENDPOINT_URL'], env['AWS_ENDPOINT_URL_S3']].some((url) => url !== undefined && url !== '');

/** A failure is an answer; one more try is for an accident on the way. */
const MAX_ATTEMPTS = 2;

/**
 * Clients for one run.
 * @param region where the bucket should be
 * @param onDate gets the `Date` header of AWS's answers
 * @param answerTimeoutMs for one answer: a copy of gigabytes takes minutes @default seconds
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
    // A bucket in another region than the settings say is a finding, not the end.
    followRegionRedirects: true,
  };
  const endpointOf = (endpoint: string): { endpoint?: string } => (hasOwnEndpoint(env) ? {} : { endpoint });
  return {
    s3: new S3Client(s3Options),
    iam: new IAMClient(options),
    sts: new STSClient(options),
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

/** What reads a stack. */
export interface StackClients {
  readonly cloudFormation: CloudFormationClient;
  readonly sts: STSClient;
  readonly close: () => void;
}

/** @param region undefined leaves it to the environment and the profile */
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
