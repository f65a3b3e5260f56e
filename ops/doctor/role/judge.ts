import {
  VENDOR_BUCKET_ACTIONS,
  VENDOR_OBJECT_ACTIONS,
  VENDOR_SESSION_SECONDS,
} from '../../../contract/vendor-facts';
import { withFile } from '../fixes';
import { fail, ok, warn, type CheckOutcome } from '../check-result';
import type { Decisions } from './decisions';
import { judgeDecisions } from './denials';

/** @param found the ARN of the account's role of that name; undefined when there is none */
export function judgeRole(configured: string, found: string | undefined): CheckOutcome {
  const expected = 'the role of TAVUS_AWS_ASSUME_ROLE_ARN';
  if (found === configured) return ok('it is there', expected);
  return fail(
    found === undefined ? 'no such role' : `a role of that name with another ARN: ${found}`,
    expected,
    'Run `npx cdk deploy`, and take TAVUS_AWS_ASSUME_ROLE_ARN from cdk-outputs.json.',
  );
}

export function judgeSession(maxSessionSec: number): CheckOutcome {
  const expected = `${VENDOR_SESSION_SECONDS} s`;
  const found = `${maxSessionSec} s`;
  return maxSessionSec >= VENDOR_SESSION_SECONDS
    ? ok(found, expected)
    : fail(
        found,
        `${expected}: Tavus asks for a session of that length, and AWS refuses more than the role allows`,
        `aws iam update-role --role-name <role> --max-session-duration ${VENDOR_SESSION_SECONDS}`,
      );
}

/** What the fixing command allows. */
const recordingsPolicy = (bucket: string): object => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: VENDOR_BUCKET_ACTIONS, Resource: `arn:aws:s3:::${bucket}` },
    { Effect: 'Allow', Action: VENDOR_OBJECT_ACTIONS, Resource: `arn:aws:s3:::${bucket}/*` },
  ],
});

/** @param decisions on each of the vendor's actions */
export function judgeActions(decisions: Decisions, bucket: string): CheckOutcome {
  const actions = [...VENDOR_BUCKET_ACTIONS, ...VENDOR_OBJECT_ACTIONS];
  return judgeDecisions(decisions, {
    actions,
    expected: `all ${actions.length} actions: ${actions.join(', ')}`,
    allowed: `${actions.length} of ${actions.length}`,
    counted: (allowed) => `${allowed} of ${actions.length}`,
    fix: withFile(
      'permissions.json',
      recordingsPolicy(bucket),
      (file) =>
        `aws iam put-role-policy --role-name <role> --policy-name Recordings --policy-document ${file}`,
    ),
  });
}

/** Things that a vendorRole of recordings has no business to do: what it could not undo, and what would open the bucket. */
export const EXCESSIVE_BUCKET_ACTIONS = ['s3:DeleteBucket', 's3:PutBucketPolicy'] as const;
export const EXCESSIVE_OBJECT_ACTIONS = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutObjectAcl',
] as const;

export function judgeExcess({ byAction }: Decisions): CheckOutcome {
  const expected = 'none of what recordings do not need, such as s3:DeleteObject';
  const allowed = [...byAction].filter(([, { decision }]) => decision !== 'denied').map(([action]) => action);
  return allowed.length === 0
    ? ok('none', expected)
    : warn(
        `also allows ${allowed.join(', ')}`,
        expected,
        "Take them away: every customer of Tavus has the same ExternalId, so the role's rights are what a stranger could get.",
      );
}
