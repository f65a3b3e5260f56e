import {
  VENDOR_BUCKET_ACTIONS,
  VENDOR_OBJECT_ACTIONS,
  VENDOR_SESSION_SECONDS,
} from '../../../contract/vendor-facts';
import { withFile } from '../fixes';
import { fail, ok, warn, type CheckOutcome } from '../check-result';
import type { Decisions } from './decisions';
import { judgeDecisions } from './denials';

/** @param found ARN of the role with that name in the account; undefined when it does not exist */
export function judgeRole(configured: string, found: string | undefined): CheckOutcome {
  const expected = 'the role of TAVUS_AWS_ASSUME_ROLE_ARN';
  if (found === configured) return ok('exists', expected);
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

/** Policy of the fix. */
const recordingsPolicy = (bucket: string): object => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: VENDOR_BUCKET_ACTIONS, Resource: `arn:aws:s3:::${bucket}` },
    { Effect: 'Allow', Action: VENDOR_OBJECT_ACTIONS, Resource: `arn:aws:s3:::${bucket}/*` },
  ],
});

/** @param decisions on the actions that Tavus needs */
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

/**
 * Rights that uploads do not need: irreversible changes and public access.
 */
export const EXCESSIVE_BUCKET_ACTIONS = ['s3:DeleteBucket', 's3:PutBucketPolicy'] as const;
export const EXCESSIVE_OBJECT_ACTIONS = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutObjectAcl',
] as const;

export function judgeExcess({ byAction }: Decisions): CheckOutcome {
  const expected = 'no right that uploads do not need, such as s3:DeleteObject';
  const allowed = [...byAction].filter(([, { decision }]) => decision !== 'denied').map(([action]) => action);
  return allowed.length === 0
    ? ok('none', expected)
    : warn(
        `also allows ${allowed.join(', ')}`,
        expected,
        "Remove them: every Tavus customer has the same ExternalId, so a stranger could get the role's rights.",
      );
}
