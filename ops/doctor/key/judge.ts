import { editKeyPolicy, EXEMPT_THE_ROLE, withFile } from '../fixes';
import type { NormalisedStatement } from '../policy/document';
import { meetsConditions, coversAction } from '../policy/evaluate';
import { allOf, anyOf, type Tristate } from '../policy/tristate';
import { matchesPrincipal } from '../policy/principals';
import { keyContext, type RequestingRole } from '../policy/vendor-request';
import type { Decisions } from '../role/decisions';
import { judgeDecisions } from '../role/denials';
import { fail, ok, warn, type CheckOutcome } from '../check-result';
import type { KeyFacts } from './facts';

/**
 * Rights for a multipart upload: it starts with a data key, and joining the parts decrypts that key.
 * @see https://repost.aws/knowledge-center/s3-large-file-encryption-kms-key (read 2026-11-22)
 */
export const KEY_ACTIONS = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;

const LOST = 'without it every upload fails silently';

/** @param key undefined when it does not exist */
export function judgeKey(key: KeyFacts | undefined): CheckOutcome {
  const expected = 'a key that is enabled';
  if (key === undefined) {
    return fail(
      'no such key',
      `${expected}; ${LOST}`,
      'Set the encryption to a key that exists: `aws s3api put-bucket-encryption`.',
    );
  }
  if (key.state === 'Enabled') return ok('enabled', expected);
  const fix =
    key.state === 'PendingDeletion'
      ? 'Run `aws kms cancel-key-deletion --key-id <key>`, then `aws kms enable-key --key-id <key>`.'
      : 'aws kms enable-key --key-id <key>';
  return fail(key.state, `${expected}; ${LOST}`, fix);
}

/** Policy of the fix: allows the key through S3 only. */
const keyGrant = (region: string): object => ({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Action: KEY_ACTIONS,
    Resource: '<key ARN>',
    Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
  },
});

/** @param decisions on each of {@link KEY_ACTIONS} */
export const judgeGrants = (decisions: Decisions, region: string): CheckOutcome =>
  judgeDecisions(decisions, {
    actions: KEY_ACTIONS,
    expected: `the role may ${KEY_ACTIONS.join(' and ')} through S3; ${LOST}`,
    allowed: 'both',
    counted: (allowed) => `${allowed} of ${KEY_ACTIONS.length}`,
    fix: withFile(
      'key-grant.json',
      keyGrant(region),
      (file) => `aws iam put-role-policy --role-name <role> --policy-name UseKey --policy-document ${file}`,
    ),
  });

/**
 * Whether the key policy lets IAM policies of the account grant access, or names the role, and does not deny the role.
 *
 * @param region of the key
 */
export function judgeKeyPolicy(
  policy: readonly NormalisedStatement[],
  role: RequestingRole,
  region: string,
): CheckOutcome {
  const expected = "a key policy that leaves the decision to the account's IAM, or names the role";
  const fix = editKeyPolicy(
    'add a statement {"Effect":"Allow","Principal":{"AWS":"<account>"},"Action":"kms:*","Resource":"*"}',
  );
  const except = editKeyPolicy(EXEMPT_THE_ROLE);
  const context = keyContext(role, region);
  // The resource of a key policy is always that key.
  const speaks = (statement: NormalisedStatement): Tristate =>
    allOf([matchesPrincipal(statement, role), meetsConditions(statement, context)]);
  const isAllowed = anyOf(
    policy
      .filter((one) => one.effect === 'Allow' && KEY_ACTIONS.every((action) => coversAction(one, action)))
      .map(speaks),
  );
  const isDenied = anyOf(
    policy
      .filter((one) => one.effect === 'Deny' && KEY_ACTIONS.some((action) => coversAction(one, action)))
      .map(speaks),
  );
  if (isDenied === true) return fail('a Deny applies to the role', `${expected}; ${LOST}`, except);
  if (isAllowed === false) return fail('allows neither', `${expected}; ${LOST}`, fix);
  if (isDenied === undefined) return warn('a Deny may apply to the role', expected, except);
  return isAllowed === true
    ? ok('allows both', expected)
    : warn('allows both under conditions', expected, fix);
}
