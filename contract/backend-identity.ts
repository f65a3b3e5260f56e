import * as z from 'zod';
import type { SettingRule } from './setting-rules';

/** In lower case, as Azure prints it: AWS compares the token's claims letter by letter. */
const guid = z.string().regex(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
const GUID = 'a GUID in lower-case letters, as Azure prints it';

/** An Application ID URI. An identity asks for the scope `<audience>/.default`; its token then names the audience alone. */
export const AUDIENCE = /^api:\/\/(?!.*\/\.default$)[A-Za-z\d][\w./-]{0,248}$/;

/** Which Azure identity may read an environment's recordings; the parts of the setting `backend`, a row each. */
export const BACKEND_RULES = {
  /** Entra tenant that issues the backend's tokens. */
  tenantId: {
    schema: guid,
    must: GUID,
    why: 'AWS would trust the tokens of another tenant, or of none.',
  },

  /** Object id (principal id) of the backend's managed identity: the `sub` of its tokens. */
  principalId: {
    schema: guid,
    must: GUID,
    why: 'Another identity could read the recordings, or none.',
  },

  /** Application ID URI of the audience application, for which the backend asks its tokens. */
  audience: {
    schema: z.string().regex(AUDIENCE),
    must: 'the Application ID URI of the audience application (api://<application id>, without /.default)',
    why: 'AWS would refuse every token of the backend.',
  },
} as const satisfies Readonly<Record<string, SettingRule>>;

/** Checked setting `backend`. */
export interface BackendIdentity {
  readonly tenantId: string;
  readonly principalId: string;
  readonly audience: string;
}

/**
 * Issuer of a tenant's v1 tokens without `https://`, as AWS writes it in ARNs and condition keys. The slash at its end is
 * part of it. The audience application must ask for v1 tokens: AWS refuses a managed identity's v2 token, because its
 * `azp` is not the audience (github.com/aws/aws-sdk-net/issues/3071, read 2026-11-22).
 */
export const entraIssuer = (tenantId: string): string => `sts.windows.net/${tenantId}/`;

/** ARN of an account's provider of a tenant's tokens. */
export const identityProviderArn = (account: string, tenantId: string): string =>
  `arn:aws:iam::${account}:oidc-provider/${entraIssuer(tenantId)}`;

/**
 * What the `aud` of a v1 token can be: the URI that was asked for, or the application's id, where the URI ends with it.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference (read 2026-11-22)
 */
export function tokenAudiences({ tenantId, audience }: Omit<BackendIdentity, 'principalId'>): string[] {
  const last = audience.split('/').at(-1) ?? '';
  return guid.safeParse(last).success && last !== tenantId ? [audience, last] : [audience];
}
