import { type BucketRights, READER_RIGHTS } from '../../../contract/recordings-rights';
import {
  RECORDING_KEY_PREFIX,
  VENDOR_BUCKET_ACTIONS,
  VENDOR_OBJECT_ACTIONS,
} from '../../../contract/vendor-facts';
import { editBucketPolicy, EXEMPT_THE_ROLE } from '../fixes';
import type { NormalisedStatement } from '../policy/document';
import { applies } from '../policy/evaluate';
import { unanimous, allOf, anyOf, type Tristate } from '../policy/tristate';
import { matchesPrincipal } from '../policy/principals';
import { uploadContext, type RequestingRole } from '../policy/vendor-request';
import { fail, ok, warn, type CheckOutcome } from '../check-result';

/** Two keys that only a pattern for all recordings matches. */
const RECORDINGS = ['c0a1b2c3d4e5f6/1790000000000', 'zz-9/1234567890123'].map(
  (rest) => `${RECORDING_KEY_PREFIX}${rest}`,
);

/** An access to the bucket, and its texts in the report. */
export interface AccessCase {
  readonly who: string;
  readonly rights: BucketRights;
  readonly what: string;
  /** Properties of the requests, which a Deny must not match. */
  readonly why: string;
}

const VENDOR_UPLOADS: AccessCase = {
  who: 'Tavus',
  rights: { bucket: VENDOR_BUCKET_ACTIONS, objects: VENDOR_OBJECT_ACTIONS },
  what: 'an upload by Tavus',
  why: 'Tavus sends no encryption header, no ACL and no tags, and connects from unknown addresses.',
};

export const BACKEND_READS: AccessCase = {
  who: 'the backend',
  rights: READER_RIGHTS,
  what: 'reading by the backend',
  why: 'The backend connects from Azure addresses.',
};

/** Whether a Deny applies to an action that the access needs. */
function hits(
  statement: NormalisedStatement,
  role: RequestingRole,
  bucket: string,
  { rights }: AccessCase,
): Tristate {
  const context = uploadContext(role);
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const isHit = anyOf([
    ...rights.bucket.map((action) => applies(statement, { action, resource: bucketArn, context })),
    ...rights.objects.map((action) =>
      unanimous(
        RECORDINGS.map((key) => applies(statement, { action, resource: `${bucketArn}/${key}`, context })),
      ),
    ),
  ]);
  return allOf([matchesPrincipal(statement, role), isHit]);
}

/**
 * Finds Deny statements that block the access. For example, a policy that requires an encryption header loses every
 * recording, because Tavus sends none. A Deny that applies to every request fails; one that may not apply warns.
 */
export function judgeDenials(
  policy: readonly NormalisedStatement[] | undefined,
  role: RequestingRole,
  bucket: string,
  use: AccessCase = VENDOR_UPLOADS,
): CheckOutcome {
  const expected = `no Deny that could block ${use.what}`;
  const denials = (policy ?? [])
    .filter(({ effect }) => effect === 'Deny')
    .map((statement) => ({ statement, isHit: hits(statement, role, bucket, use) }));
  const named = (wanted: Tristate): string =>
    denials.flatMap(({ statement, isHit }) => (isHit === wanted ? [nameOf(statement)] : [])).join('; ');
  const certain = named(true);
  const possible = named(undefined);
  if (certain !== '') {
    return fail(
      [
        `${use.who} is blocked by ${certain}`,
        ...(possible === '' ? [] : [`perhaps also by ${possible}`]),
      ].join('; '),
      expected,
      `${use.why} ${editBucketPolicy(bucket, EXEMPT_THE_ROLE)}`,
    );
  }
  return possible === ''
    ? ok('none', expected)
    : warn(`Deny in ${possible}`, expected, `Make sure that it exempts the role: ${use.why}`);
}

function nameOf({ sid, conditions }: NormalisedStatement): string {
  const keys = conditions.map(({ key }) => key).join(', ');
  return `${sid ?? 'a statement without Sid'}${keys === '' ? '' : ` (condition on ${keys})`}`;
}
