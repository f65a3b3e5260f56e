import { hostname } from 'node:os';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
  type Credentials,
  type STSClientConfig,
} from '@aws-sdk/client-sts';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { ManagedIdentityCredential } from '@azure/identity';
import { defined } from '../../contract/defined';
import { formatValue, problem } from '../../contract/problem';
import type { BucketAccessConfig } from '../config';
import { failureOf, statusOf, vendorMessage } from './aws-failure';
import type { UnreadableReason } from './bucket';
import { unreadable } from './unreadable';

/** In the form of the SDK's clients. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Without it the SDK would never refresh them. */
  readonly expiration?: Date;
}

export type CredentialsProvider = () => Promise<AwsCredentials>;

export interface CredentialsOptions {
  /** Receives warnings about the credentials found. */
  readonly warn: (text: string) => void;
  readonly requestHandler: NonNullable<STSClientConfig['requestHandler']>;
  /** STS endpoint. @default that of the region */
  readonly endpoint?: string;
}

type AccessOf<Kind extends BucketAccessConfig['kind']> = Extract<BucketAccessConfig, { kind: Kind }>;

/** Session duration that every role allows. */
const SESSION_SEC = 3600;

/**
 * The SDK refreshes credentials 5 min before they expire, and a link expires with the credentials that signed it. We report
 * an expiry 20 min earlier, so that the SDK refreshes 25 min before the real one and a link stays valid for 15 min.
 */
const EARLY_MS = 20 * 60_000;

/**
 * The credentials that read the bucket. The SDK's clients cache them until shortly before they expire. The provider rejects
 * with BucketUnreadable.
 */
export const credentialsFor = (
  access: BucketAccessConfig,
  options: CredentialsOptions,
): CredentialsProvider =>
  access.kind === 'web-identity' ? webIdentity(access, options) : defaultChain(access, options);

/** Identifies the replica in CloudTrail. */
const SESSION_NAME = hostname()
  .replaceAll(/[^\w+=,.@-]/g, '-')
  .slice(0, 64)
  .padEnd(2, '-');

/** Exchanges the managed identity's token for a session of the reader role. */
function webIdentity(access: AccessOf<'web-identity'>, options: CredentialsOptions): CredentialsProvider {
  const { bucket, roleArn, audience, clientId } = access;
  const identity = new ManagedIdentityCredential(defined({ clientId }));
  const sts = new STSClient({ ...stsOptions(access, options), credentials: NO_CREDENTIALS });
  return async () => {
    const token = await identity.getToken(`${audience}/.default`).catch((error: unknown) => {
      throw unreadable('no-token', bucket, vendorMessage(error), { cause: error });
    });
    const command = new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn,
      RoleSessionName: SESSION_NAME,
      WebIdentityToken: token.token,
      DurationSeconds: SESSION_SEC,
    });
    return early(await session(sts.send(command), bucket, 'AssumeRoleWithWebIdentity'));
  };
}

/** AssumeRoleWithWebIdentity is an unsigned request. */
const NO_CREDENTIALS = async (): Promise<never> => Promise.reject(new Error('No credentials are needed.'));

/** Credentials found by the SDK, checked; assumes the reader role with them if it is set. */
function defaultChain(access: AccessOf<'default-chain'>, options: CredentialsOptions): CredentialsProvider {
  const { bucket, account, roleArn, asksMachine } = access;
  // The SDK has no other option for this.
  if (!asksMachine) process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
  const { requestHandler, warn } = options;
  const found = defaultProvider({ clientConfig: { ...stsOptions(access, options), requestHandler } });
  const sts = new STSClient({ ...stsOptions(access, options), credentials: found });
  let checking: Promise<void> | undefined;
  const check = async (): Promise<void> => {
    const caller = await sts
      .send(new GetCallerIdentityCommand())
      .catch(refusedBy('no-token', bucket, 'GetCallerIdentity'));
    if (caller.Account !== account) {
      const got = `credentials of account ${caller.Account ?? 'unknown'}, but the bucket is in ${account}`;
      throw unreadable('denied', bucket, got);
    }
    credentialWarnings(await found(), caller.Arn).forEach(warn);
  };
  return async () => {
    // Checked once, and again after a failure.
    checking ??= check();
    await checking.catch((error: unknown) => {
      checking = undefined;
      throw error;
    });
    if (roleArn === undefined) return early(await found());
    const command = new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: SESSION_NAME,
      DurationSeconds: SESSION_SEC,
    });
    return early(await session(sts.send(command), bucket, 'AssumeRole'));
  };
}

const stsOptions = (
  { region }: BucketAccessConfig,
  { requestHandler, endpoint }: CredentialsOptions,
): Pick<STSClientConfig, 'endpoint' | 'region' | 'requestHandler'> =>
  defined({ region, requestHandler, endpoint });

/** Tells a refusal of STS from a missing answer. */
const refusedBy =
  (reason: UnreadableReason, bucket: string, call: string) =>
  (error: unknown): never => {
    const status = statusOf(error);
    if (status === undefined || status >= 500) throw failureOf(error, bucket, call);
    throw unreadable(reason, bucket, `${call}: ${vendorMessage(error)}`, { cause: error });
  };

async function session(
  answer: Promise<{ readonly Credentials?: Credentials | undefined }>,
  bucket: string,
  call: string,
): Promise<AwsCredentials> {
  const { Credentials: given } = await answer.catch(refusedBy('role-refused', bucket, call));
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || Expiration === undefined) {
    throw unreadable('unreachable', bucket, `${call}: no credentials in the answer`);
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...defined({ sessionToken: SessionToken }),
    expiration: Expiration,
  };
}

const early = ({ expiration, ...credentials }: AwsCredentials): AwsCredentials =>
  expiration === undefined
    ? credentials
    : { ...credentials, expiration: new Date(expiration.getTime() - EARLY_MS) };

/** Warnings about the credentials found. */
function credentialWarnings({ sessionToken }: AwsCredentials, arn = ''): readonly string[] {
  const warning = (wrong: string, why: string): string =>
    problem({
      name: 'RECORDINGS_ACCESS',
      wrong,
      got: formatValue(arn),
      why,
      fix: 'Use a role: set RECORDINGS_READER_ROLE_ARN, and sign in with short-lived credentials (`aws sso login`).',
    });
  return [
    ...(arn.endsWith(':root')
      ? [
          warning(
            'finds the access keys of the account root user',
            'They allow everything, and no policy limits them.',
          ),
        ]
      : []),
    ...(sessionToken === undefined
      ? [warning('finds long-lived keys', 'If they leak, they can read recordings until you delete them.')]
      : []),
  ];
}
