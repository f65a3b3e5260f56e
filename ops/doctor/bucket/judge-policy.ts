import { VENDOR_BUCKET_ACTIONS, VENDOR_OBJECT_ACTIONS } from '../../../contract/vendor-facts';
import type { Statement } from '../policy/document';
import { coversAction, coversResource } from '../policy/evaluate';
import { fail, ok, warn, type Verdict } from '../verdict';

/** Least version of TLS that the policy should let through. */
const LEAST_TLS = 1.2;

const hasOnly = (
  { conditions }: Statement,
  operator: string,
  key: string,
  isRight: (value: string) => boolean,
): boolean => {
  const [condition, more] = conditions;
  return (
    condition !== undefined &&
    more === undefined &&
    condition.operator === operator &&
    condition.key === key &&
    condition.values.some(isRight)
  );
};

const deniesPlainHttp = (statement: Statement): boolean =>
  hasOnly(statement, 'bool', 'aws:securetransport', (value) => value.toLowerCase() === 'false');
const deniesOldTls = (statement: Statement): boolean =>
  hasOnly(statement, 'numericlessthan', 's3:tlsversion', (value) => Number(value) >= LEAST_TLS);

/** Whether a statement denies everything in the bucket to everybody, as far as its condition goes. */
function deniesAll(statement: Statement, bucket: string): boolean {
  return (
    statement.effect === 'Deny' &&
    !statement.isTurnedAround &&
    statement.principals.includes('*') &&
    statement.actions.some((action) => ['*', 's3:*'].includes(action.toLowerCase())) &&
    [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/any`].every((arn) => coversResource(statement, arn))
  );
}

/** The statements that are missing from most policies, ready to be added. */
function tlsStatements(bucket: string): string {
  const deny = (Sid: string, Condition: object): object => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    Condition,
  });
  return JSON.stringify([
    deny('OnlyTls', { Bool: { 'aws:SecureTransport': 'false' } }),
    deny('OnlyTls12', { NumericLessThan: { 's3:TlsVersion': String(LEAST_TLS) } }),
  ]);
}

export function judgeTls(policy: readonly Statement[] | undefined, bucket: string): Verdict {
  const expected = `a policy that denies requests without TLS, and below TLS ${LEAST_TLS}`;
  const denials = (policy ?? []).filter((statement) => deniesAll(statement, bucket));
  const isPlainDenied = denials.some(deniesPlainHttp);
  const isOldDenied = denials.some(deniesOldTls);
  const fix = `Add to the bucket's policy (\`aws s3api put-bucket-policy --bucket ${bucket} --policy file://policy.json\`): ${tlsStatements(bucket)}`;
  if (isPlainDenied && isOldDenied) return ok(`TLS ${LEAST_TLS} or newer only`, expected);
  if (isPlainDenied) return warn('TLS only, of any version', expected, fix);
  return fail(policy === undefined ? 'no bucket policy' : 'plain HTTP is not denied', expected, fix);
}

/**
 * Denials that may keep the vendor out. It sends no encryption header, for example, so a policy that demands one loses
 * every recording.
 */
export function judgeDenials(policy: readonly Statement[] | undefined): Verdict {
  const expected = 'no Deny that could hit an upload by Tavus';
  const actions = [...VENDOR_BUCKET_ACTIONS, ...VENDOR_OBJECT_ACTIONS];
  const suspects = (policy ?? []).filter(
    (statement) =>
      statement.effect === 'Deny' &&
      !deniesPlainHttp(statement) &&
      !deniesOldTls(statement) &&
      (statement.isTurnedAround || actions.some((action) => coversAction(statement, action))),
  );
  if (suspects.length === 0) return ok('none', expected);
  const named = suspects.map(({ sid, conditions }) => {
    const keys = conditions.map(({ key }) => key).join(', ');
    return `${sid ?? 'a statement without Sid'}${keys === '' ? '' : ` (condition on ${keys})`}`;
  });
  return warn(
    `Deny in ${named.join('; ')}`,
    expected,
    'Make sure that it spares the role: Tavus sends no encryption header, no ACL and no tags, and comes from unknown addresses.',
  );
}
