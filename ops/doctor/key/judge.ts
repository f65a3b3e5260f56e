import type { Statement } from '../policy/document';
import { coversAction, type Decision } from '../policy/evaluate';
import { fail, ok, warn, type Verdict } from '../verdict';
import type { KeyFacts } from './facts';

/**
 * What a writer needs of the key: a data key to begin an upload, and to decrypt it to put the parts together.
 * @see https://repost.aws/knowledge-center/s3-large-file-encryption-kms-key (read 2026-11-22)
 */
export const KEY_ACTIONS = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;

const LOST = 'without it every upload is refused, and nobody is told';

/** @param key undefined when KMS knows no such key */
export function judgeKey(key: KeyFacts | undefined): Verdict {
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
      ? 'aws kms cancel-key-deletion --key-id <key>; aws kms enable-key --key-id <key>'
      : 'aws kms enable-key --key-id <key>';
  return fail(key.state, `${expected}; ${LOST}`, fix);
}

/** What the fixing command allows, through S3 alone. */
const keyGrant = (region: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: KEY_ACTIONS,
      Resource: '<key ARN>',
      Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
    },
  });

/** @param decisions on each of {@link KEY_ACTIONS}; one that is not in it counts as denied */
export function judgeGrants(decisions: ReadonlyMap<string, Decision>, by: string, region: string): Verdict {
  const expected = `the role may ${KEY_ACTIONS.join(' and ')} through S3`;
  const fix = `aws iam put-role-policy --role-name <role> --policy-name UseKey --policy-document '${keyGrant(region)}'`;
  const of = (wanted: Decision): readonly string[] =>
    KEY_ACTIONS.filter((action) => (decisions.get(action) ?? 'denied') === wanted);
  const denied = of('denied');
  if (denied.length > 0)
    return fail(`not allowed, by ${by}: ${denied.join(', ')}`, `${expected}; ${LOST}`, fix);
  const conditional = of('conditional');
  return conditional.length > 0
    ? warn(`under conditions, by ${by}: ${conditional.join(', ')}`, expected, fix)
    : ok(`both, by ${by}`, expected);
}

/**
 * Whether the key's own policy lets the role's grants count: it leaves the decision to IAM of the account, or names the role.
 *
 * @param account owner of role and key
 */
export function judgeKeyPolicy(policy: readonly Statement[], account: string, roleArn: string): Verdict {
  const expected = "a key policy that leaves the decision to the account's IAM, or names the role";
  const fix =
    'aws kms put-key-policy --key-id <key> --policy-name default --policy file://key-policy.json, with a statement ' +
    '{"Effect":"Allow","Principal":{"AWS":"<account>"},"Action":"kms:*","Resource":"*"}.';
  const names = new Set(['*', `arn:aws:iam::${account}:root`, account, roleArn]);
  const relevant = policy.filter(
    ({ effect, principals }) => effect === 'Deny' || principals.some((principal) => names.has(principal)),
  );
  const covers = (statement: Statement): boolean =>
    statement.effect === 'Allow' &&
    !statement.isTurnedAround &&
    KEY_ACTIONS.every((action) => coversAction(statement, action));
  const open = relevant.filter(covers);
  const denials = relevant.filter(
    (statement) =>
      statement.effect === 'Deny' &&
      (statement.isTurnedAround || KEY_ACTIONS.some((action) => coversAction(statement, action))),
  );
  if (open.length === 0) return fail('it allows neither', `${expected}; ${LOST}`, fix);
  if (denials.length > 0) return warn('it has a Deny that may hit the role', expected, fix);
  return open.some(({ conditions }) => conditions.length === 0)
    ? ok('it does', expected)
    : warn('it does so under conditions', expected, fix);
}
