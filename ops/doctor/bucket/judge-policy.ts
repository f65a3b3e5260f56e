import {
  RECORDING_KEY_PREFIX,
  VENDOR_BUCKET_ACTIONS,
  VENDOR_OBJECT_ACTIONS,
} from '../../../contract/vendor-facts';
import { editBucketPolicy, SPARE_THE_ROLE, withFile } from '../fixes';
import type { Statement } from '../policy/document';
import { applies, coversResource } from '../policy/evaluate';
import { alike, allOf, anyOf, type Perhaps } from '../policy/perhaps';
import { speaksOf } from '../policy/principals';
import { uploadContext, type Writer } from '../policy/vendor-request';
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
    deny('OnlyTls12', { NumericLessThan: { 's3:TlsVersion': String(LEAST_TLS) } }),
  ];
}

export function judgeTls(policy: readonly Statement[] | undefined, bucket: string): Verdict {
  const expected = `a policy that denies requests without TLS, and below TLS ${LEAST_TLS}`;
  const denials = (policy ?? []).filter((statement) => deniesAll(statement, bucket));
  const isPlainDenied = denials.some(deniesPlainHttp);
  const isOldDenied = denials.some(deniesOldTls);
  if (isPlainDenied && isOldDenied) return ok(`TLS ${LEAST_TLS} or newer only`, expected);
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

/** Two keys that no pattern but one for all recordings has in common. */
const RECORDINGS = ['c0a1b2c3d4e5f6/1790000000000', 'zz-9/1234567890123'].map(
  (rest) => `${RECORDING_KEY_PREFIX}${rest}`,
);

/** Whether a Deny hits an upload by the vendor, or the listing that it does with it. */
function hits(statement: Statement, writer: Writer, bucket: string): Perhaps {
  const context = uploadContext(writer);
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const isHit = anyOf([
    ...VENDOR_BUCKET_ACTIONS.map((action) => applies(statement, { action, resource: bucketArn, context })),
    ...VENDOR_OBJECT_ACTIONS.map((action) =>
      alike(
        RECORDINGS.map((key) => applies(statement, { action, resource: `${bucketArn}/${key}`, context })),
      ),
    ),
  ]);
  return allOf([speaksOf(statement, writer), isHit]);
}

/**
 * Denials that keep the vendor out. It sends no encryption header, for example, so a policy that demands one loses every
 * recording. What hits each of its requests fails; what may spare it is to be looked at.
 */
export function judgeDenials(
  policy: readonly Statement[] | undefined,
  writer: Writer,
  bucket: string,
): Verdict {
  const expected = 'no Deny that could hit an upload by Tavus';
  const denials = (policy ?? [])
    .filter(({ effect }) => effect === 'Deny')
    .map((statement) => ({ statement, isHit: hits(statement, writer, bucket) }));
  const named = (wanted: Perhaps): string =>
    denials.flatMap(({ statement, isHit }) => (isHit === wanted ? [nameOf(statement)] : [])).join('; ');
  const certain = named(true);
  const possible = named(undefined);
  const why = 'Tavus sends no encryption header, no ACL and no tags, and comes from unknown addresses.';
  if (certain !== '') {
    return fail(
      [`Tavus is kept out by ${certain}`, ...(possible === '' ? [] : [`perhaps also by ${possible}`])].join(
        '; ',
      ),
      expected,
      `${why} ${editBucketPolicy(bucket, SPARE_THE_ROLE)}`,
    );
  }
  return possible === ''
    ? ok('none', expected)
    : warn(`Deny in ${possible}`, expected, `Make sure that it spares the role: ${why}`);
}

function nameOf({ sid, conditions }: Statement): string {
  const keys = conditions.map(({ key }) => key).join(', ');
  return `${sid ?? 'a statement without Sid'}${keys === '' ? '' : ` (condition on ${keys})`}`;
}
