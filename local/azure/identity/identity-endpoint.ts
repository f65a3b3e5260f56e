import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { refusalOf } from '../../tavus/http/request-guard';
import { listen } from '../../listen';
import type { RevisionIdentity } from '../cloud/revision';
import { Directory } from './directory';
import type { TokenIssuer } from './token-issuer';

/** Token endpoint that the platform gives to an app with managed identities. */
export interface IdentityEndpoint {
  /** The variables that the platform sets. The header's value is a secret of the app. */
  readonly environment: Readonly<Record<'IDENTITY_ENDPOINT' | 'IDENTITY_HEADER', string>>;
  close(): Promise<void>;
}

const PATH = '/msi/token';

const STORAGE = 'https://storage.azure.com';

/**
 * Serves tokens of an app's identities on a free port of 127.0.0.1, with the protocol of Container Apps.
 *
 * @see https://learn.microsoft.com/azure/container-apps/managed-identity (read 2026-11-28)
 */
export async function serveIdentities(
  identities: readonly RevisionIdentity[],
  issuer: TokenIssuer,
  directory: Directory = new Directory(),
): Promise<IdentityEndpoint> {
  const secret = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => {
    const [status, body] = answer(request, { identities, issuer, directory, secret });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  const { port, close } = await listen(server);
  return {
    environment: { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}${PATH}`, IDENTITY_HEADER: secret },
    close,
  };
}

interface EndpointState {
  readonly identities: readonly RevisionIdentity[];
  readonly issuer: TokenIssuer;
  readonly directory: Directory;
  readonly secret: string;
}

const failure = (status: number, message: string): [number, object] => [
  status,
  { statusCode: status, message },
];

function answer(
  request: IncomingMessage,
  { identities, issuer, directory, secret }: EndpointState,
): [number, object] {
  const refusal = refusalOf(request);
  if (refusal !== undefined) return failure(403, refusal);
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method !== 'GET' || pathname !== PATH) return failure(404, 'Not found.');
  if (!isSame(request.headers['x-identity-header'], secret))
    return failure(401, 'The header is missing or wrong.');
  const resource = query.get('resource');
  if (query.get('api-version') !== '2019-08-01' || resource === null) {
    return failure(400, 'api-version 2019-08-01 and resource are required.');
  }
  // The laptop's apps have user-assigned identities only.
  const identity = identities.find(({ clientId }) => clientId === query.get('client_id'));
  if (identity === undefined) return failure(400, 'No managed identity of this app has this client_id.');
  // Azure would give the token, and the table service would refuse it. Azurite checks no rights, so the token is refused.
  if (resource === STORAGE && !identity.reachesTables) {
    return failure(403, 'This identity has no right to the tables of any storage account.');
  }
  const unassigned = directory.refusalOf(identity, resource);
  if (unassigned !== undefined) return failure(400, unassigned);
  const { token, expiresAtSec } = issuer.token(identity, resource);
  return [
    200,
    {
      access_token: token,
      client_id: identity.clientId,
      expires_on: String(expiresAtSec),
      resource,
      token_type: 'Bearer',
    },
  ];
}

function isSame(given: string | readonly string[] | undefined, secret: string): boolean {
  const bytes = Buffer.from(String(given));
  const wanted = Buffer.from(secret);
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}
