import * as z from 'zod';
import type { SettingRule } from './setting-rules';

/** In lower case, as Azure prints it: AWS compares the token's claims case-sensitively. */
const guid = z.string().regex(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
const GUID = 'a GUID in lower-case letters, as Azure prints it';

/** An Application ID URI. An identity requests the scope `<audience>/.default`; its token then has `<audience>` as `aud`. */
export const AUDIENCE = /^api:\/\/(?!.*\/\.default$)[A-Za-z\d][\w./-]{0,248}$/;

/** The fields of the setting `backend`: the Azure identity that may read an environment's recordings. */
export const BACKEND_RULES = {
  /** Entra tenant that issues the backend's tokens. */
  tenantId: {
    schema: guid,
    must: GUID,
    why: 'AWS would trust the wrong tenant, or none.',
  },

  /** Object id (principal id) of the backend's managed identity: the `sub` of its tokens. */
  principalId: {
    schema: guid,
    must: GUID,
    why: 'The wrong identity could read the recordings, or none.',
  },

  /** Application ID URI of the audience application; the backend requests its tokens for it. */
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
 * Issuer of a tenant's v1 tokens without `https://`, as AWS writes it in ARNs and condition keys. The trailing slash is part
 * of it. The audience application must request v1 tokens: AWS refuses a managed identity's v2 token, because its `azp` is
 * not the audience (github.com/aws/aws-sdk-net/issues/3071, read 2026-11-22).
 */
export const entraIssuer = (tenantId: string): string => `sts.windows.net/${tenantId}/`;

/** ARN of the account's identity provider for a tenant. */
export const identityProviderArn = (account: string, tenantId: string): string =>
  `arn:aws:iam::${account}:oidc-provider/${entraIssuer(tenantId)}`;

/**
 * Possible values of `aud` in a v1 token: the requested URI, or the application's id if the URI ends with it.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference (read 2026-11-22)
 */
export function tokenAudiences({ tenantId, audience }: Omit<BackendIdentity, 'principalId'>): string[] {
  const last = audience.split('/').at(-1) ?? '';
  return guid.safeParse(last).success && last !== tenantId ? [audience, last] : [audience];
}
