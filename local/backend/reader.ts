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
import { isAnswer } from '../access-tests';
import { clientOptions, rootOf, type Credentials } from '../aws/clients';
import type { Emulator } from '../aws/emulator';
import type { Directory } from '../azure/identity/directory';
import { tokenIssuer, type ManagedIdentity, type TokenIssuer } from '../azure/identity/token-issuer';
import type { Deployed } from '../azure/stack/stack';
import { check, type ReportCheck } from '../checks';
import { deploy, deployIdentityProvider, readHandOver, writeCdkJson, type RunContext } from '../deployment';
import { AUDIENCE } from './settings';

/** The role that reads the bucket, and who may assume it. */
export interface Reader {
  readonly identity: ManagedIdentity;
  readonly backend: BackendIdentity;
  readonly roleArn: string;
}

/**
 * Lets the backend's identity read the bucket without a key, in the order of a real deployment: the audience application
 * with its assignment, the account's identity provider, and the stack once more with `backend`.
 */
export async function grantReader(
  context: RunContext,
  directory: Directory,
  { outputs }: Deployed,
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

/** A recording in the bucket, and where browsers reach it. */
interface Recording {
  readonly s3Url: string;
  readonly bucket: string;
  readonly key: string;
}

/** Tries the role as the backend does, and with tokens that must be refused. */
export async function readerChecks(
  emulator: Emulator,
  issuer: TokenIssuer,
  recording: Recording,
  { identity, backend, roleArn }: Reader,
): Promise<ReportCheck[]> {
  const token = (changed: Readonly<Record<string, unknown>> = {}, from = issuer): string =>
    from.token(identity, AUDIENCE, changed).token;
  const passed = Math.floor(Date.now() / 1000) - 60;
  const refused: readonly (readonly [string, string, string, string])[] = [
    ['audience', 'for another audience', token({ aud: 'api://another' }), 'InvalidIdentityTokenException'],
    ['subject', 'of another identity', token({ sub: 'another' }), 'AccessDenied'],
    ['issuer', 'of another tenant', token({}, tokenIssuer('another')), 'InvalidIdentityTokenException'],
    ['expiry', 'that has expired', token({ exp: passed }), 'ExpiredTokenException'],
    [
      'signature',
      'signed by somebody else',
      token({}, tokenIssuer(backend.tenantId)),
      'InvalidIdentityTokenException',
    ],
    [
      'v2',
      'of version 2',
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
      refused.map(async ([id, words, wrong, code]) => {
        const got = await assume(emulator, roleArn, wrong);
        const found = typeof got === 'string' ? got : 'allowed';
        return check('emulator', `reader-token-${id}`, `reader role: a token ${words}`, code, found);
      }),
    )),
  ];
}

async function sessionChecks(
  emulator: Emulator,
  bucket: string,
  session: Credentials | string,
): Promise<ReportCheck[]> {
  const object = { Bucket: bucket, Key: 'tavus/laptop-probe/0' };
  const attempts: readonly (readonly [string, string, string, (s3: S3Client) => Promise<unknown>])[] = [
    [
      'list',
      'lists the recordings',
      'allowed',
      (s3) => s3.send(new ListObjectsV2Command({ Bucket: bucket })),
    ],
    [
      'put',
      'writes a recording',
      'AccessDenied',
      (s3) => s3.send(new PutObjectCommand({ ...object, Body: 'x' })),
    ],
    ['delete', 'deletes a recording', 'AccessDenied', (s3) => s3.send(new DeleteObjectCommand(object))],
  ];
  return Promise.all(
    attempts.map(async ([id, words, expected, attempt]) => {
      const found = typeof session === 'string' ? session : await outcomeOf(emulator, session, attempt);
      return check('emulator', `reader-${id}`, `reader role: the backend ${words}`, expected, found);
    }),
  );
}

/** As long as the backend's links live. */
const LINK_SEC = 900;

/** A link that the backend's session signed, opened without credentials: while it lives, and a second after its time. */
async function linkChecks(
  emulator: Emulator,
  { s3Url, bucket, key }: Recording,
  session: Credentials | string,
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
    check('emulator', 'link', 'link: to a recording, without credentials', 'HTTP 206', await found(0)),
    check(
      'emulator',
      'link-expired',
      'link: a second after its 15 minutes',
      'HTTP 403 Request has expired',
      await found(LINK_SEC + 1),
    ),
  ];
}

async function outcomeOf(
  emulator: Emulator,
  session: Credentials,
  attempt: (s3: S3Client) => Promise<unknown>,
): Promise<string> {
  const s3 = new S3Client(clientOptions(emulator, session));
  try {
    await attempt(s3);
    return 'allowed';
  } catch (error) {
    if (isAnswer(error)) return error.name;
    throw error;
  } finally {
    s3.destroy();
  }
}

/** A session, or the code with which AWS refuses it. */
async function assume(emulator: Emulator, roleArn: string, token: string): Promise<Credentials | string> {
  // The token is all that this request proves itself by: the SDK sends it without a signature.
  const sts = new STSClient(clientOptions(emulator, rootOf(emulator, emulator.account)));
  try {
    const { Credentials: given } = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: 'laptop-probe',
        WebIdentityToken: token,
      }),
    );
    return {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
  } catch (error) {
    if (isAnswer(error)) return error.name;
    throw error;
  } finally {
    sts.destroy();
  }
}
