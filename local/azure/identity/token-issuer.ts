import { generateKeyPairSync, randomUUID, sign, type JsonWebKey } from 'node:crypto';

/** A managed identity. */
export interface ManagedIdentity {
  readonly clientId: string;
  /** Its object id in Entra, and the subject of its tokens. */
  readonly principalId: string;
}

/** Issues tokens, and publishes the key that verifies them. */
export interface TokenIssuer {
  /** The tokens' `iss`. */
  readonly issuer: string;
  /** Issues a token that is valid for an hour. @param changed claims to replace, for tokens that must be refused */
  readonly token: (
    identity: ManagedIdentity,
    audience: string,
    changed?: Readonly<Record<string, unknown>>,
  ) => IssuedToken;
  /** The public key as a JSON Web Key Set, as Entra publishes it. */
  readonly keys: () => { readonly keys: readonly JsonWebKey[] };
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresAtSec: number;
}

const LIFETIME_SEC = 3_600;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * A fake of Entra ID for managed identities: signed tokens of version 1, with a key of this run.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference (read 2026-11-28)
 */
export function tokenIssuer(tenantId: string, nowMs: () => number = Date.now): TokenIssuer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  const issuer = `https://sts.windows.net/${tenantId}/`;
  const header = encoded({ typ: 'JWT', alg: 'RS256', kid });
  return {
    issuer,
    keys: () => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid }] }),
    token({ clientId, principalId }, audience, changed = {}) {
      const now = Math.floor(nowMs() / 1000);
      const expiresAtSec = now + LIFETIME_SEC;
      const claims = encoded({
        aud: audience,
        iss: issuer,
        iat: now,
        nbf: now,
        exp: expiresAtSec,
        appid: clientId,
        idtyp: 'app',
        oid: principalId,
        sub: principalId,
        tid: tenantId,
        ver: '1.0',
        ...changed,
      });
      const signature = sign('sha256', Buffer.from(`${header}.${claims}`), privateKey);
      return { token: `${header}.${claims}.${signature.toString('base64url')}`, expiresAtSec };
    },
  };
}
