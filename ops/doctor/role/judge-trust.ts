import { VENDOR_ACCOUNT_ID, VENDOR_EXTERNAL_ID } from '../../../contract/vendor-facts';
import { maskAccount } from '../../mask';
import type { Condition, NormalisedStatement } from '../policy/document';
import { withFile } from '../fixes';
import { meetsCondition } from '../policy/conditions';
import { meetsConditions, coversAction } from '../policy/evaluate';
import { allOf, anyOf, type Tristate } from '../policy/tristate';
import { assumeRoleContext } from '../policy/vendor-request';
import { fail, ok, warn, type CheckOutcome } from '../check-result';

const VENDOR_NAMES: ReadonlySet<string> = new Set([
  `arn:aws:iam::${VENDOR_ACCOUNT_ID}:root`,
  // An account id alone means its root principal.
  VENDOR_ACCOUNT_ID,
]);

const EXPECTED = `trusts account ${VENDOR_ACCOUNT_ID} with StringEquals sts:ExternalId = "${VENDOR_EXTERNAL_ID}" and no other principal`;

/** The complete policy, so that the command fixes every problem. */
const TRUST = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: VENDOR_ACCOUNT_ID },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': VENDOR_EXTERNAL_ID } },
    },
  ],
};
const FIX = withFile(
  'trust.json',
  TRUST,
  (file) => `aws iam update-assume-role-policy --role-name <role> --policy-document ${file}`,
);

const isExternalId = ({ operator, key, values }: Condition): boolean =>
  operator === 'stringequals' &&
  key === 'sts:externalid' &&
  values.length === 1 &&
  values[0] === VENDOR_EXTERNAL_ID;

/** Problems of the ExternalId condition in a statement that trusts Tavus. */
function externalIdProblems({ conditions }: NormalisedStatement): string[] {
  if (conditions.some(isExternalId)) return [];
  const asked = conditions.filter(({ key }) => key === 'sts:externalid');
  if (asked.length === 0) return ['does not require sts:ExternalId'];
  return asked.map(
    ({ operator, values }) =>
      `requires sts:ExternalId by ${operator} ${values.map((id) => `"${id}"`).join(', ')}`,
  );
}

/**
 * Whether the trust policy is exactly the one that Tavus needs. An additional statement is as bad as a missing one:
 * the ExternalId is the same for all Tavus customers, so the trust policy is the main protection.
 */
export function judgeTrust(trust: readonly NormalisedStatement[]): CheckOutcome {
  const allows = trust.filter(({ effect }) => effect === 'Allow');
  const toVendor = allows.filter(
    (statement) =>
      !statement.isInverted &&
      coversAction(statement, 'sts:AssumeRole') &&
      statement.principals.some((name) => VENDOR_NAMES.has(name)),
  );
  const others = new Set(
    allows.flatMap(({ principals }) => principals).filter((name) => !VENDOR_NAMES.has(name)),
  );
  const more = toVendor
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => key !== 'sts:externalid')
    .map((condition) => ({ key: condition.key, isMet: meetsCondition(condition, assumeRoleContext) }));
  const isDenied = anyOf(
    trust.filter(({ effect }) => effect === 'Deny').map((statement) => deniesVendor(statement)),
  );
  const keysOf = (wanted: Tristate): string =>
    more.flatMap(({ key, isMet }) => (isMet === wanted ? [key] : [])).join(', ');
  const unmet = keysOf(false);
  const problems = [
    ...(toVendor.length === 0 ? [`does not let account ${VENDOR_ACCOUNT_ID} assume the role`] : []),
    ...toVendor.flatMap(externalIdProblems),
    ...(unmet === '' ? [] : [`has a condition that Tavus cannot meet, on ${unmet}`]),
    ...(isDenied === true ? ['has a Deny that blocks Tavus'] : []),
    ...(others.size === 0 ? [] : [`also trusts ${[...others].map(maskAccount).join(', ')}`]),
    ...(allows.some(({ isInverted }) => isInverted) ? ['has NotPrincipal or NotAction in an Allow'] : []),
  ];
  if (problems.length > 0) return fail(problems.join('; '), EXPECTED, FIX);

  const unsure = keysOf(undefined);
  const doubts = [
    ...(unsure === '' ? [] : [`has another condition, on ${unsure}`]),
    ...(isDenied === undefined ? ['has a Deny'] : []),
  ];
  if (doubts.length > 0) return warn(`${doubts.join('; ')}, which may block Tavus`, EXPECTED, FIX);
  return ok(`account ${VENDOR_ACCOUNT_ID}, ExternalId ${VENDOR_EXTERNAL_ID}, no other principal`, EXPECTED);
}

/** Whether a Deny in the trust policy applies to Tavus. The principal in Tavus's account is unknown. */
function deniesVendor(statement: NormalisedStatement): Tristate {
  if (!coversAction(statement, 'sts:AssumeRole')) return false;
  const { principals, notPrincipals } = statement;
  const isVendors = (name: string): boolean => name === '*' || name.includes(VENDOR_ACCOUNT_ID);
  const isWhole = (name: string): boolean => name === '*' || VENDOR_NAMES.has(name);
  const named = (names: readonly string[]): Tristate =>
    anyOf(names.map((name) => isWhole(name) || (isVendors(name) ? undefined : false)));
  const speaks =
    notPrincipals === undefined ? named(principals) : notPrincipals.some(isVendors) ? undefined : true;
  return allOf([speaks, meetsConditions(statement, assumeRoleContext)]);
}
