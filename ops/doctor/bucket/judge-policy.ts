import { editBucketPolicy, withFile } from '../fixes';
import type { NormalisedStatement } from '../policy/document';
import { coversResource } from '../policy/evaluate';
import { fail, ok, warn, type CheckOutcome } from '../check-result';

/** Minimum TLS version that the policy should allow. */
const MIN_TLS = 1.2;

const hasOnly = (
  { conditions }: NormalisedStatement,
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

const deniesPlainHttp = (statement: NormalisedStatement): boolean =>
  hasOnly(statement, 'bool', 'aws:securetransport', (value) => value.toLowerCase() === 'false');
const deniesOldTls = (statement: NormalisedStatement): boolean =>
  hasOnly(statement, 'numericlessthan', 's3:tlsversion', (value) => Number(value) >= MIN_TLS);

/** Whether a statement denies all actions on the bucket to all principals, under its condition. */
function deniesAll(statement: NormalisedStatement, bucket: string): boolean {
  return (
    statement.effect === 'Deny' &&
    !statement.isInverted &&
    statement.principals.includes('*') &&
    statement.actions.some((action) => ['*', 's3:*'].includes(action.toLowerCase())) &&
    [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/any`].every((arn) => coversResource(statement, arn))
  );
}

/** The statements of the fix. */
function tlsStatements(bucket: string): readonly object[] {
  const deny = (Sid: string, Condition: object): object => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    Condition,
  });
  return [
    deny('OnlyTls', { Bool: { 'aws:SecureTransport': 'false' } }),
    deny('OnlyTls12', { NumericLessThan: { 's3:TlsVersion': String(MIN_TLS) } }),
  ];
}

export function judgeTls(policy: readonly NormalisedStatement[] | undefined, bucket: string): CheckOutcome {
  const expected = `a policy that denies requests without TLS, and below TLS ${MIN_TLS}`;
  const denials = (policy ?? []).filter((statement) => deniesAll(statement, bucket));
  const isPlainDenied = denials.some(deniesPlainHttp);
  const isOldDenied = denials.some(deniesOldTls);
  if (isPlainDenied && isOldDenied) return ok(`TLS ${MIN_TLS} or newer only`, expected);
  if (policy === undefined) {
    const document = { Version: '2012-10-17', Statement: tlsStatements(bucket) };
    const put = (file: string): string => `aws s3api put-bucket-policy --bucket ${bucket} --policy ${file}`;
    return fail('no bucket policy', expected, withFile('bucket-policy.json', document, put));
  }
  const fix = editBucketPolicy(bucket, `add the statements ${JSON.stringify(tlsStatements(bucket))}`);
  return isPlainDenied
    ? warn('TLS only, of any version', expected, fix)
    : fail('plain HTTP is not denied', expected, fix);
}
