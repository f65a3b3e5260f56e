import { createPublicKey, verify } from 'node:crypto';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { ManagedIdentityCredential } from '@azure/identity';
import * as z from 'zod';
import { Directory } from '../../../../local/azure/identity/directory';
import { serveIdentities, type IdentityEndpoint } from '../../../../local/azure/identity/identity-endpoint';
import { tokenIssuer } from '../../../../local/azure/identity/token-issuer';

const TENANT = '7e4a4700-0000-4000-8000-000000000002';
const CLIENT = '11111111-2222-4333-8444-555555555555';
const STORAGE = 'https://storage.azure.com';
/** An identity with all rights. */
const IDENTITY = {
  clientId: CLIENT,
  principalId: '99999999-2222-4333-8444-555555555555',
  reachesTables: true,
};

const nowSec = (): number => Math.floor(Date.now() / 1000);

let endpoint: IdentityEndpoint;
const issuer = tokenIssuer(TENANT);

beforeAll(async () => {
  const directory = new Directory();
  directory.addApplication('api://aws');
  directory.assign('api://aws', IDENTITY);
  directory.addApplication('api://other');
  endpoint = await serveIdentities([IDENTITY], issuer, directory);
});
afterAll(() => endpoint.close());

const CLAIMS = z.record(z.string(), z.unknown());

function read(token: string): { header: unknown; claims: z.output<typeof CLAIMS>; isSigned: boolean } {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const [key] = issuer.keys().keys;
  const publicKey = createPublicKey({ key: key ?? {}, format: 'jwk' });
  const decode = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  return {
    header: decode(header),
    claims: CLAIMS.parse(decode(claims)),
    isSigned: verify(
      'sha256',
      Buffer.from(`${header}.${claims}`),
      publicKey,
      Buffer.from(signature, 'base64url'),
    ),
  };
}

async function ask(
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = endpoint.environment;
  const url = `${IDENTITY_ENDPOINT}?${new URLSearchParams(query).toString()}`;
  return new Promise((resolve, reject) => {
    const request = get(
      url,
      { headers: { 'x-identity-header': IDENTITY_HEADER, ...headers } },
      (response) => {
        void text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      },
    );
    request.on('error', reject);
  });
}

const GOOD = { 'api-version': '2019-08-01', resource: STORAGE, client_id: CLIENT };

describe('a token', () => {
  test("is available to Microsoft's library, and has the claims that Entra sets", async () => {
    Object.assign(process.env, endpoint.environment);
    const given = await new ManagedIdentityCredential({ clientId: CLIENT }).getToken(`${STORAGE}/.default`);
    const { header, claims, isSigned } = read(given.token);
    expect(isSigned).toBe(true);
    expect(header).toEqual({ typ: 'JWT', alg: 'RS256', kid: issuer.keys().keys[0]?.kid });
    expect(claims).toMatchObject({
      aud: STORAGE,
      iss: `https://sts.windows.net/${TENANT}/`,
      sub: IDENTITY.principalId,
      oid: IDENTITY.principalId,
      tid: TENANT,
      appid: CLIENT,
    });
    expect(Math.abs(Number(claims['exp']) - nowSec() - 3_600)).toBeLessThan(60);
    expect(Math.abs(given.expiresOnTimestamp - Number(claims['exp']) * 1_000)).toBeLessThan(60_000);
  });

  test('is for the requested audience', async () => {
    const { body } = await ask({ ...GOOD, resource: 'api://aws' });
    const { access_token: token } = z.object({ access_token: z.string() }).parse(JSON.parse(body));
    expect(read(token)).toMatchObject({ claims: { aud: 'api://aws' }, isSigned: true });
  });

  test('of another run has no valid signature here', () => {
    expect(read(tokenIssuer(TENANT).token(IDENTITY, STORAGE).token).isSigned).toBe(false);
  });
});

describe('no token is issued', () => {
  test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, number]>([
    ['without the secret header', GOOD, { 'x-identity-header': '' }, 401],
    ['with another value of the header', GOOD, { 'x-identity-header': 'guessed' }, 401],
    ['for an identity that the app does not have', { ...GOOD, client_id: TENANT }, {}, 400],
    ['for no identity', { 'api-version': '2019-08-01', resource: STORAGE }, {}, 400],
    ['for an application that it is not assigned to', { ...GOOD, resource: 'api://other' }, {}, 400],
    ['for an unknown application', { ...GOOD, resource: 'api://nowhere' }, {}, 400],
    ['for no audience', { 'api-version': '2019-08-01', client_id: CLIENT }, {}, 400],
    ['in another version of the protocol', { ...GOOD, 'api-version': '2017-09-01' }, {}, 400],
    ['under another name of this computer', GOOD, { host: 'evil.example.com' }, 403],
    ['for a web page', GOOD, { 'sec-fetch-site': 'cross-site' }, 403],
  ])('%s', async (_what, query, headers, status) => {
    const answer = await ask(query, headers);
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('access_token');
  });
});
