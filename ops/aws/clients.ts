import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import * as z from 'zod';

/** What speaks to AWS. Credentials, profile and endpoint are the SDK's own business, and its environment variables'. */
export interface AwsClients {
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  /** KMS of a region: the key is where the bucket really is. */
  readonly kms: (region: string) => KMSClient;
  /** S3 at another address, for the account's own settings. */
  readonly s3At: (endpoint: string) => S3Client;
  /** Closes every connection. */
  readonly close: () => void;
}

/** The part of an HTTP answer that is read. */
const ANSWER_HEAD = z.object({ headers: z.object({ date: z.string().optional() }) });

const CONNECT_TIMEOUT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 8_000;

/**
 * The part of a client's configuration that is the same for all.
 *
 * The SDK for JavaScript does not read AWS_CA_BUNDLE, so it is read here; NODE_EXTRA_CA_CERTS is Node's.
 */
function common(env: NodeJS.ProcessEnv): {
  readonly maxAttempts: number;
  readonly requestHandler: NodeHttpHandler;
} {
  const bundle = env['AWS_CA_BUNDLE'];
  const httpsAgent = new Agent({
    keepAlive: true,
    ...(bundle === undefined || bundle === '' ? {} : { ca: readFileSync(bundle) }),
  });
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: ANSWER_TIMEOUT_MS,
    throwOnRequestTimeout: true,
    httpsAgent,
  });
  return { maxAttempts: 2, requestHandler };
}

/** Whether S3 is asked at an address of the user's own, where names such as `bucket.localhost` may not resolve. */
const hasOwnEndpoint = (env: NodeJS.ProcessEnv): boolean =>
  [env['AWS_ENDPOINT_URL'], env['AWS_ENDPOINT_URL_S3']].some((url) => url !== undefined && url !== '');

function dateOf(response: unknown): string | undefined {
  const head = ANSWER_HEAD.safeParse(response);
  return head.success ? head.data.headers.date : undefined;
}

/** Passes on the `Date` of every answer, refusals too. */
function noteDates(
  client: Pick<STSClient, 'middlewareStack'>,
  onDate: (date: string | undefined) => void,
): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      onDate(dateOf(result.response));
      return result;
    },
    // Innermost: a refusal becomes an error further out.
    { step: 'deserialize', priority: 'low', name: 'noteDates' },
  );
}

/**
 * Clients for one run.
 * @param region where the bucket should be
 * @param onDate gets the `Date` header of AWS's answers
 * @throws when the file of AWS_CA_BUNDLE cannot be read
 */
export function awsClients(
  region: string,
  env: NodeJS.ProcessEnv,
  onDate: (date: string | undefined) => void,
): AwsClients {
  const options = { region, ...common(env) };
  const s3Options = {
    ...options,
    forcePathStyle: hasOwnEndpoint(env),
    // A bucket in another region than the settings say is a finding, not the end.
    followRegionRedirects: true,
  };
  const opened: { destroy: () => void }[] = [];
  const open = <Client extends { destroy: () => void }>(client: Client): Client => {
    opened.push(client);
    return client;
  };
  const sts = open(new STSClient(options));
  noteDates(sts, onDate);
  return {
    s3: open(new S3Client(s3Options)),
    iam: open(new IAMClient(options)),
    sts,
    kms: (keyRegion) => open(new KMSClient({ ...options, region: keyRegion })),
    s3At: (endpoint) =>
      open(
        new S3Client({ ...s3Options, forcePathStyle: true, ...(hasOwnEndpoint(env) ? {} : { endpoint }) }),
      ),
    close: () => {
      for (const client of opened) client.destroy();
    },
  };
}

/** What reads a stack. */
export interface StackClients {
  readonly cloudFormation: CloudFormationClient;
  readonly sts: STSClient;
}

/** @param region undefined leaves it to the environment and the profile */
export function stackClients(region: string | undefined, env: NodeJS.ProcessEnv): StackClients {
  const options = { ...common(env), ...(region === undefined ? {} : { region }) };
  return { cloudFormation: new CloudFormationClient(options), sts: new STSClient(options) };
}
