import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DeleteStackCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { GetOpenIDConnectProviderCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ManagedIdentityCredential } from '@azure/identity';
import { clientOptions, rootOf, type EmulatorCredentials } from '../../../local/aws/clients';
import { Directory } from '../../../local/azure/identity/directory';
import { serveIdentities, type IdentityEndpoint } from '../../../local/azure/identity/identity-endpoint';
import { tokenIssuer } from '../../../local/azure/identity/token-issuer';
import { Endpoint, form, withHeaders, type EmulatorResponse } from './guarded';
import { BUCKET, LOG_BUCKET, recordingsStack } from './recordings-template';
import { signInHeader } from './sigv4';
import {
  outcome,
  OWNER,
  Stacks,
  startTestEmulator,
  type TemplateResources,
  type TestEmulator,
} from './support';

const TENANT = '7e4a4700-0000-4000-8000-000000000002';
const AUDIENCE = 'api://6f1c9a3e-0000-4000-8000-000000000003';
/** Known to the provider, but to no role. */
const SECOND = 'api://6f1c9a3e-0000-4000-8000-000000000004';
/** Entra's issuers in tokens of versions 1 and 2. */
const ISSUER = `sts.windows.net/${TENANT}/`;
const ISSUER_V2 = `login.microsoftonline.com/${TENANT}/v2.0`;
const IDENTITY = {
  clientId: '11111111-2222-4333-8444-555555555555',
  principalId: '99999999-2222-4333-8444-555555555555',
  reachesTables: false,
};
const UNASSIGNED = { ...IDENTITY, clientId: 'client-without-assignment', principalId: 'without-assignment' };
const KEY = 'tavus/c1/1';

const issuer = tokenIssuer(TENANT);
const nowSec = (): number => Math.floor(Date.now() / 1_000);

/** The reader role, as in an environment's stack. */
const role = (name: string, provider: string): TemplateResources => ({
  [name]: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name.toLowerCase(),
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRoleWithWebIdentity',
            Principal: { Federated: `arn:aws:iam::${OWNER}:oidc-provider/${provider}` },
            Condition: {
              StringEquals: { [`${provider}:aud`]: AUDIENCE, [`${provider}:sub`]: IDENTITY.principalId },
            },
          },
        ],
      },
      Policies: [
        {
          PolicyName: 'read',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${BUCKET}` },
              { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/*` },
            ],
          },
        },
      ],
    },
  },
});
const provider = (host: string, clientIds: readonly string[]): TemplateResources[string] => ({
  Type: 'AWS::IAM::OIDCProvider',
  Properties: { Url: `https://${host}`, ClientIdList: clientIds },
});

let running: TestEmulator;
let stacks: Stacks;
let endpoint: IdentityEndpoint;
let sts: STSClient;

beforeAll(async () => {
  running = await startTestEmulator({
    issuerKeys: { [issuer.issuer]: issuer.keys(), [`https://${ISSUER_V2}`]: issuer.keys() },
  });
  stacks = new Stacks(running.emulator);
  await stacks.create('provider', { Provider: provider(ISSUER, [AUDIENCE, SECOND]) });
  await stacks.create('provider-v2', { Provider: provider(ISSUER_V2, [AUDIENCE]) });
  await stacks.create('recordings', {
    ...recordingsStack(),
    ...role('Reader', ISSUER),
    ...role('Reader2', ISSUER_V2),
  });
  const root = new S3Client(clientOptions(running.emulator, rootOf(running.emulator, OWNER)));
  await root.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: 'a recording' }));
  const directory = new Directory();
  directory.addApplication(AUDIENCE);
  directory.assign(AUDIENCE, IDENTITY);
  directory.addApplication(SECOND);
  endpoint = await serveIdentities([IDENTITY, UNASSIGNED], issuer, directory);
  Object.assign(process.env, endpoint.environment);
  const { credentials: _none, ...unsigned } = clientOptions(
    running.emulator,
    rootOf(running.emulator, OWNER),
  );
  sts = new STSClient(unsigned);
});
afterAll(async () => {
  await endpoint.close();
  await running.stop();
});

const tokenOf = async (clientId = IDENTITY.clientId, audience = AUDIENCE): Promise<string> =>
  (await new ManagedIdentityCredential({ clientId }).getToken(`${audience}/.default`)).token;

/** Requests a session of a role. */
async function session(
  token: string,
  { name = 'reader', as = 'backend--1', seconds = 3_600 } = {},
): Promise<EmulatorCredentials> {
  const { Credentials: given } = await sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: `arn:aws:iam::${OWNER}:role/${name}`,
      RoleSessionName: as,
      WebIdentityToken: token,
      DurationSeconds: seconds,
    }),
  );
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  };
}

/** Code and message of an error, or `allowed`. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.catch((reason: unknown) => reason);
  return error instanceof Error ? `${error.name}: ${error.message}` : 'allowed';
}

describe('a session for the token of a managed identity', () => {
  let options: ReturnType<typeof clientOptions>;
  let s3: S3Client;
  beforeAll(async () => {
    options = clientOptions(running.emulator, await session(await tokenOf()));
    s3 = new S3Client(options);
  });

  test("is available with Microsoft's and Amazon's libraries, and may list and read", async () => {
    const { Arn } = await new STSClient(options).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::${OWNER}:assumed-role/reader/backend--1`);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    expect(Contents?.map((object) => object.Key)).toEqual([KEY]);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY }));
    expect(await Body?.transformToString()).toBe('a recording');
  });

  test.each<[string, () => Promise<unknown>]>([
    ['write', () => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: 'another' }))],
    ['delete', () => s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: KEY }))],
    ['list another bucket', () => s3.send(new ListObjectsV2Command({ Bucket: LOG_BUCKET }))],
    ['list roles', () => new IAMClient(options).send(new ListRolesCommand({}))],
  ])('may not %s', async (_what, call) => {
    expect(await outcome(call())).toBe('AccessDenied');
  });
});

describe('no session for', () => {
  const NOT_AUTHORIZED = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';
  const WRONG_AUDIENCE = 'InvalidIdentityTokenException: Incorrect token audience';
  const made = (changed: Readonly<Record<string, unknown>> = {}, audience = AUDIENCE): string =>
    issuer.token(IDENTITY, audience, changed).token;
  /** A token of version 2, as Entra issues it. */
  const v2 = (): string =>
    made({ iss: `https://${ISSUER_V2}`, ver: '2.0', azp: IDENTITY.clientId, appid: undefined });
  /** A token with parts of different tokens. */
  const mixed = (header: string, claims: string, signature: string): string =>
    [header.split('.')[0], claims.split('.')[1], signature.split('.')[2]].join('.');
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}..`;
  const v2Role = { name: 'reader2' };

  test.each<[string, () => string, string, Parameters<typeof session>[1]?]>([
    ['an audience that the provider does not know', () => made({}, 'api://other'), WRONG_AUDIENCE],
    ['an audience that the role does not accept', () => made({}, SECOND), NOT_AUTHORIZED],
    ['another subject', () => made({ sub: 'another' }), NOT_AUTHORIZED],
    [
      'another subject with the right object id',
      () => made({ sub: 'another', oid: IDENTITY.principalId }),
      NOT_AUTHORIZED,
    ],
    [
      'another tenant',
      () => tokenIssuer('another').token(IDENTITY, AUDIENCE).token,
      'InvalidIdentityTokenException: No OpenIDConnect provider found in your account for https://sts.windows.net/another/',
    ],
    [
      'the issuer without its slash',
      () => made({ iss: issuer.issuer.slice(0, -1) }),
      'InvalidIdentityTokenException: No OpenIDConnect provider found',
    ],
    ['version 2, whose audience is the identity', v2, WRONG_AUDIENCE, v2Role],
    ['version 2 in the role for version 1', v2, WRONG_AUDIENCE],
    [
      'an expired token',
      () => made({ exp: nowSec() - 1 }),
      'ExpiredTokenException: Token expired: current date/time',
    ],
    ['a token without expiry', () => made({ exp: undefined }), 'InvalidIdentityTokenException: '],
    [
      'a token that is not valid yet',
      () => made({ nbf: nowSec() + 600 }),
      'InvalidIdentityTokenException: Token is not valid before',
    ],
    [
      'a token signed in another run',
      () => tokenIssuer(TENANT).token(IDENTITY, AUDIENCE).token,
      "InvalidIdentityTokenException: Couldn't retrieve verification key",
    ],
    [
      'a signature of another key under this key id',
      () => mixed(made(), made(), tokenIssuer(TENANT).token(IDENTITY, AUDIENCE).token),
      'InvalidIdentityTokenException: The web identity token provided could not be validated',
    ],
    [
      'claims that were changed after the signature',
      () => mixed(made(), made(), made({ sub: 'another' })),
      'InvalidIdentityTokenException: The web identity token provided could not be validated',
    ],
    [
      'no signature',
      () => mixed(unsigned, made(), unsigned),
      "InvalidIdentityTokenException: Couldn't retrieve verification key",
    ],
    ['no token', () => 'nothing', 'InvalidIdentityTokenException: The ID Token provided is not a valid JWT'],
    ['an unknown role', made, NOT_AUTHORIZED, { name: 'unknown' }],
    ['the role of the vendor', made, NOT_AUTHORIZED, { name: 'tavus' }],
    ['less than 15 minutes', made, 'ValidationError: 1 validation error detected', { seconds: 899 }],
    [
      'more than the role allows',
      made,
      'ValidationError: The requested DurationSeconds exceeds',
      { seconds: 3_601 },
    ],
    [
      'more than the role allows, with the token of another identity',
      () => made({ sub: 'another' }),
      NOT_AUTHORIZED,
      { seconds: 3_601 },
    ],
    ['a session name with a space', made, 'ValidationError: 1 validation error detected', { as: 'back end' }],
  ])('%s', async (_what, token, words, how = {}) => {
    expect(await refusal(session(token(), how))).toMatch(
      new RegExp(`^${words.replace(/[.*+?()[\]]/g, '\\$&')}`),
    );
  });

  test('an identity without assignment, and an unknown application, get no token', async () => {
    expect(await refusal(tokenOf(UNASSIGNED.clientId))).toContain('AADSTS501051');
    expect(await refusal(tokenOf(IDENTITY.clientId, SECOND))).toContain('AADSTS501051');
    expect(await refusal(tokenOf(IDENTITY.clientId, 'api://nowhere'))).toContain('AADSTS500011');
  });
});

describe('a provider', () => {
  const arn = `arn:aws:iam::${OWNER}:oidc-provider/${ISSUER}`;
  const read = async (): Promise<unknown> =>
    new IAMClient(clientOptions(running.emulator, rootOf(running.emulator, OWNER))).send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }),
    );
  /** Updates the stack. */
  const change = async (clientIds: readonly string[]): Promise<void> => {
    const TemplateBody = JSON.stringify({ Resources: { Provider: provider(ISSUER, clientIds) } });
    await stacks.client.send(new UpdateStackCommand({ StackName: 'provider', TemplateBody }));
    expect(await stacks.settled('provider')).toBe('UPDATE_COMPLETE');
  };

  test('has the deployed properties, and a second one of the same issuer is refused', async () => {
    expect(await read()).toMatchObject({ Url: ISSUER, ClientIDList: [AUDIENCE, SECOND] });
    await expect(stacks.create('again', { Provider: provider(ISSUER, [AUDIENCE]) })).rejects.toThrow(
      `Provider with url https://${ISSUER} already exists.`,
    );
  });

  test('without the audience, or after its deletion, gives no session', async () => {
    const token = await tokenOf();
    await change([SECOND]);
    expect(await refusal(session(token))).toBe('InvalidIdentityTokenException: Incorrect token audience');
    await stacks.client.send(new DeleteStackCommand({ StackName: 'provider' }));
    await stacks.settled('provider').catch(() => undefined);
    expect(await refusal(session(token))).toContain(
      'InvalidIdentityTokenException: No OpenIDConnect provider found',
    );
    expect(await outcome(read())).toBe('NoSuchEntityException');
    await stacks.create('provider', { Provider: provider(ISSUER, [AUDIENCE, SECOND]) });
    expect(await refusal(session(token))).toBe('allowed');
  });
});

describe('without a signature', () => {
  const parameters = (WebIdentityToken: string, roleName = 'reader'): string =>
    new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: `arn:aws:iam::${OWNER}:role/${roleName}`,
      RoleSessionName: 'backend',
      WebIdentityToken,
    }).toString();
  const type = { 'content-type': 'application/x-www-form-urlencoded' };

  /** Sends a valid request with changes. */
  const ask = async (
    { more = '', ...change }: Partial<Record<'method' | 'path' | 'body' | 'more', string>> = {},
    headers: Readonly<Record<string, string>> = {},
    url = running.emulator.endpoint,
  ): Promise<EmulatorResponse> => {
    const target = new Endpoint(running.emulator, url, 'localhost');
    const body = `${parameters(await tokenOf())}${more}`;
    return target.send({
      ...form(target),
      body,
      headers: { host: target.host, ...type, ...headers },
      ...change,
    });
  };

  test('a token is accepted', async () => {
    expect(await ask()).toMatchObject({ status: 200, cors: [] });
  });

  test.each<[string, Parameters<typeof ask>]>([
    ['another action', [{ body: 'Action=GetCallerIdentity&Version=2011-06-15' }]],
    ['a second action', [{ more: '&Action=ListRoles' }]],
    ['an action in the query as well', [{ path: '/?Action=ListRoles' }]],
    ['another path', [{ path: '/recordings' }]],
    ['another method', [{ method: 'PUT' }]],
    ['another content type', [{}, { 'content-type': 'text/plain' }]],
    ['another web page', [{}, { origin: 'https://evil.example' }]],
    ['another web page, in a newer browser', [{}, { 'sec-fetch-site': 'cross-site' }]],
    ['another host name of this computer', [{}, { host: 'evil.example' }]],
    ['an unknown key', [{}, { authorization: 'AWS4-HMAC-SHA256 Credential=x' }]],
  ])('%s is refused', async (_what, asked) => {
    const { status, body } = await ask(...asked);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).not.toContain('SecretAccessKey');
  });

  test('a token without TLS is refused', async () => {
    expect((await ask({}, {}, running.emulator.plainEndpoint)).status).toBe(403);
  });

  test('a token with a signature is refused, because MiniStack would not check the token', async () => {
    const target = new Endpoint(running.emulator, running.emulator.endpoint, 'localhost');
    const forged = tokenIssuer(TENANT).token(IDENTITY, AUDIENCE, { iss: `https://${ISSUER_V2}` });
    const request = { ...form(target), body: parameters(forged.token, 'reader2') };
    const credentials = rootOf(running.emulator, OWNER);
    const answer = await target.send(
      withHeaders(signInHeader(request, { credentials, service: 'sts' }), type),
    );
    expect(answer).toMatchObject({ status: 403, outcome: 'AccessDenied' });
  });
});
