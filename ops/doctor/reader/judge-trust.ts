import {
  type BackendIdentity,
  entraIssuer,
  identityProviderArn,
  tokenAudiences,
} from '../../../contract/backend-identity';
import { maskAccount } from '../../mask';
import type { Condition, NormalisedStatement } from '../policy/document';
import { coversAction } from '../policy/evaluate';
import { fail, ok, warn, type CheckOutcome } from '../check-result';

const ACTION = 'sts:AssumeRoleWithWebIdentity';

/**
 * Issuer of a tenant's v2 tokens, which AWS refuses: their `azp` is the identity's own application, not the audience.
 */
export const v2Issuer = (tenantId: string): string => `login.microsoftonline.com/${tenantId}/v2.0`;

/** The identity that the reader role must trust. */
export interface RequiredTrust {
  /** `backend` of the environment in cdk.json. */
  readonly backend: BackendIdentity;
  readonly account: string;
  /** What puts it right. */
  readonly fix: string;
}

/** Whether the role trusts exactly the tokens of this identity for this audience. */
export function judgeReaderTrust(
  trust: readonly NormalisedStatement[],
  { backend, account, fix }: RequiredTrust,
): CheckOutcome {
  const { tenantId, principalId } = backend;
  const expected = `tokens of version 1 of tenant ${tenantId}, for ${backend.audience}, of identity ${principalId}, and no others`;
  const provider = `Federated:${identityProviderArn(account, tenantId)}`;
  const allows = trust.filter(({ effect }) => effect === 'Allow');
  const own = allows.filter((one) => coversAction(one, ACTION) && one.principals.includes(provider));
  const others = new Set(allows.flatMap(({ principals }) => principals).filter((name) => name !== provider));
  const claim = (name: 'aud' | 'sub'): string => `${entraIssuer(tenantId)}:${name}`;
  const problems = [
    ...(own.length === 0 ? [`does not trust the issuer ${entraIssuer(tenantId)}`] : []),
    ...[...others].map((name) => otherIssuer(name, tenantId)),
    ...own.flatMap(({ conditions }) => [
      ...claimProblems(conditions, claim('aud'), tokenAudiences(backend)),
      ...claimProblems(conditions, claim('sub'), [principalId]),
    ]),
    ...(allows.some(({ isInverted }) => isInverted) ? ['has NotPrincipal or NotAction in an Allow'] : []),
  ];
  if (problems.length > 0) return fail(problems.join('; '), expected, fix);
  const more = own
    .flatMap(({ conditions }) => conditions.map(({ key }) => key))
    .filter((key) => key !== claim('aud') && key !== claim('sub'));
  const doubts = [
    ...(more.length === 0 ? [] : [`has another condition, on ${more.join(', ')}`]),
    ...(trust.length === allows.length ? [] : ['has a Deny']),
  ];
  if (doubts.length > 0) return warn(`${doubts.join('; ')}, which may block the backend`, expected, fix);
  return ok(`identity ${principalId}, for ${backend.audience}`, expected);
}

const otherIssuer = (principal: string, tenantId: string): string =>
  principal.endsWith(`oidc-provider/${v2Issuer(tenantId)}`)
    ? `trusts tokens of version 2 (${v2Issuer(tenantId)}), which AWS refuses for a managed identity`
    : `also trusts ${maskAccount(principal)}`;

/** Problems of the condition on a claim. Condition keys are in lower case. */
function claimProblems(conditions: readonly Condition[], key: string, wanted: readonly string[]): string[] {
  const claim = key.endsWith(':aud') ? 'audience' : 'subject';
  const asked = conditions.filter((condition) => condition.key === key.toLowerCase());
  if (asked.length === 0) return [`does not check the ${claim}`];
  return asked.flatMap(({ operator, values }) => {
    if (operator !== 'stringequals') return [`compares the ${claim} by ${operator}`];
    const wrong = values.filter((value) => !wanted.includes(value));
    const missing = wanted.filter((value) => !values.includes(value));
    return [
      ...(wrong.length === 0 ? [] : [`has the wrong ${claim} ${wrong.join(', ')}`]),
      ...(missing.length === 0 ? [] : [`lacks the ${claim} ${missing.join(', ')}`]),
    ];
  });
}
