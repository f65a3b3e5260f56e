import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { BackendIdentity } from '../../contract/backend-identity';
import { isAwsError, outcomeOf } from '../access-tests';
import { clientOptions, rootClientOptions, type EmulatorCredentials } from '../aws/clients';
import type { Emulator } from '../aws/emulator';
import type { Directory } from '../azure/identity/directory';
import { tokenIssuer, type ManagedIdentity, type TokenIssuer } from '../azure/identity/token-issuer';
import type { UpResult } from '../azure/stack/stack';
import { check, type CheckId, type ReportCheck } from '../checks';
import { deploy, deployIdentityProvider, readHandOver, writeCdkJson, type RunContext } from '../deployment';
import { AUDIENCE } from './settings';

/** The role that reads the bucket, and the identity that may assume it. */
export interface Reader {
  readonly identity: ManagedIdentity;
  readonly backend: BackendIdentity;
  readonly roleArn: string;
}

/**
 * Lets the backend's identity read the bucket without an access key, in the order of a real deployment: the application
 * and its assignment in Entra, the identity provider in AWS, and the stack once more with `backend`.
 */
export async function grantReader(
  context: RunContext,
  directory: Directory,
  { outputs }: UpResult,
): Promise<Reader> {
  const { tenantId = '', appClientId: clientId = '', appPrincipalId: principalId = '' } = outputs;
  const backend = { tenantId, principalId, audience: AUDIENCE };
  directory.addApplication(AUDIENCE);
  directory.assign(AUDIENCE, { principalId });
  const granted: RunContext = { ...context, backend };
  await deployIdentityProvider(granted);
  await deploy(granted);
  await writeCdkJson(granted);
  const { settings } = await readHandOver(granted);
  return {
    backend,
    identity: { clientId, principalId },
    roleArn: settings.RECORDINGS_READER_ROLE_ARN ?? 'none',
  };
}

/** A recording in the bucket, and the address of S3 for browsers. */
interface StoredRecording {
  readonly s3Url: string;
  readonly bucket: string;
  readonly key: string;
}

/** Tries the role as the backend does, and with tokens that AWS must refuse. */
export async function readerChecks(
  emulator: Emulator,
  issuer: TokenIssuer,
  recording: StoredRecording,
  { identity, backend, roleArn }: Reader,
): Promise<ReportCheck[]> {
  const token = (changed: Readonly<Record<string, unknown>> = {}, from = issuer): string =>
    from.token(identity, AUDIENCE, changed).token;
  const expired = Math.floor(Date.now() / 1000) - 60;
  const refused: readonly (readonly [CheckId, string, string])[] = [
    ['reader-token-audience', token({ aud: 'api://another' }), 'InvalidIdentityTokenException'],
    ['reader-token-subject', token({ sub: 'another' }), 'AccessDenied'],
    ['reader-token-issuer', token({}, tokenIssuer('another')), 'InvalidIdentityTokenException'],
    ['reader-token-expiry', token({ exp: expired }), 'ExpiredTokenException'],
    ['reader-token-signature', token({}, tokenIssuer(backend.tenantId)), 'InvalidIdentityTokenException'],
    [
      'reader-token-v2',
      token({
        iss: `https://login.microsoftonline.com/${backend.tenantId}/v2.0`,
        ver: '2.0',
        azp: identity.clientId,
      }),
      'InvalidIdentityTokenException',
    ],
  ];
  const session = await assume(emulator, roleArn, token());
  return [
    ...(await sessionChecks(emulator, recording.bucket, session)),
    ...(await linkChecks(emulator, recording, session)),
    ...(await Promise.all(
      refused.map(async ([id, wrong, code]) => {
        const result = await assume(emulator, roleArn, wrong);
        return check(id, code, typeof result === 'string' ? result : 'allowed');
      }),
    )),
  ];
}

async function sessionChecks(
  emulator: Emulator,
  bucket: string,
  session: EmulatorCredentials | string,
): Promise<ReportCheck[]> {
  const object = { Bucket: bucket, Key: 'tavus/access-test/0' };
  const attempts: readonly (readonly [CheckId, string, (s3: S3Client) => Promise<unknown>])[] = [
    ['reader-list', 'allowed', (s3) => s3.send(new ListObjectsV2Command({ Bucket: bucket }))],
    ['reader-put', 'AccessDenied', (s3) => s3.send(new PutObjectCommand({ ...object, Body: 'x' }))],
    ['reader-delete', 'AccessDenied', (s3) => s3.send(new DeleteObjectCommand(object))],
  ];
  return Promise.all(
    attempts.map(async ([id, expected, attempt]) => {
      const found = typeof session === 'string' ? session : await outcomeOf(emulator, session, attempt);
      return check(id, expected, found);
    }),
  );
}

/** Lifetime of the backend's links. */
const LINK_SEC = 900;

/** Opens a presigned link without credentials: a fresh one, and one that expired a second ago. */
async function linkChecks(
  emulator: Emulator,
  { s3Url, bucket, key }: StoredRecording,
  session: EmulatorCredentials | string,
): Promise<ReportCheck[]> {
  const found = async (ageSec: number): Promise<string> => {
    if (typeof session === 'string') return session;
    const s3 = new S3Client({ ...clientOptions(emulator, session), endpoint: s3Url });
    const signingDate = new Date(Date.now() - ageSec * 1000);
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    const url = await getSignedUrl(s3, command, { expiresIn: LINK_SEC, signingDate });
    s3.destroy();
    const response = await fetch(url, { headers: { range: 'bytes=0-0' } });
    const [, message = ''] = /<Message>([^<]*)/.exec(await response.text()) ?? [];
    return `HTTP ${response.status} ${message}`.trim();
  };
  return [
    check('link', 'HTTP 206', await found(0)),
    check('link-expired', 'HTTP 403 Request has expired', await found(LINK_SEC + 1)),
  ];
}

/** A session, or the code with which AWS refuses it. */
async function assume(
  emulator: Emulator,
  roleArn: string,
  token: string,
): Promise<EmulatorCredentials | string> {
  // The SDK sends this request without a signature; only the token counts.
  const sts = new STSClient(rootClientOptions(emulator));
  try {
    const { Credentials: given } = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: 'access-test',
        WebIdentityToken: token,
      }),
    );
    return {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
  } catch (error) {
    if (isAwsError(error)) return error.name;
    throw error;
  } finally {
    sts.destroy();
  }
}
