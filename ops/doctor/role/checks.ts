import {
  VENDOR_BUCKET_ACTIONS,
  VENDOR_OBJECT_ACTIONS,
  RECORDING_KEY_PREFIX,
} from '../../../contract/vendor-facts';
import { judgeAnswer, unknownOutcome } from '../judge-answer';
import { uploadContext } from '../policy/vendor-request';
import { unknown, type Check, type CheckOutcome } from '../check-result';
import type { Decisions } from './decisions';
import type { RoleFacts } from './facts';
import type { InspectedRole } from './inspect-role';
import {
  EXCESSIVE_BUCKET_ACTIONS,
  EXCESSIVE_OBJECT_ACTIONS,
  judgeActions,
  judgeExcess,
  judgeRole,
  judgeSession,
} from './judge';
import { judgeTrust } from './judge-trust';

const IDS = ['role-exists', 'role-trust', 'role-session', 'role-actions', 'role-excess'] as const;
type Id = (typeof IDS)[number];

const check = (id: Id, run: Check['run']): Check => ({ id, topic: 'role', asks: 'AWS', run });

/** @param reason why no role is known */
export const noRoleChecks = (reason: string): Check[] =>
  IDS.map((id) => check(id, () => unknown(reason, 'a role')));

/** @param bucket undefined without a valid one in the settings */
export function roleChecks(role: InspectedRole, bucket: string | undefined): Check[] {
  const outcomes: Readonly<Record<Id, () => Promise<CheckOutcome>>> = {
    'role-exists': async () =>
      judgeAnswer(await role.facts, 'the role, in reach', (found) => judgeRole(role.arn, found?.arn)),
    'role-trust': () => withRole(role, 'the trust that Tavus asks for', ({ trust }) => judgeTrust(trust)),
    'role-session': () =>
      withRole(role, 'a session of 12 h', ({ maxSessionSec }) => judgeSession(maxSessionSec)),
    'role-actions': () =>
      withDecisions(role, bucket, VENDOR_BUCKET_ACTIONS, VENDOR_OBJECT_ACTIONS, judgeActions),
    'role-excess': () =>
      withDecisions(role, bucket, EXCESSIVE_BUCKET_ACTIONS, EXCESSIVE_OBJECT_ACTIONS, judgeExcess),
  };
  return IDS.map((id) => check(id, outcomes[id]));
}

async function withRole(
  { arn, facts }: InspectedRole,
  expected: string,
  judge: (facts: RoleFacts) => CheckOutcome,
): Promise<CheckOutcome> {
  return judgeAnswer(await facts, expected, (found) =>
    found === undefined || found.arn !== arn ? unknown('the role does not exist', expected) : judge(found),
  );
}

async function withDecisions(
  { decide, principal }: InspectedRole,
  bucket: string | undefined,
  bucketActions: readonly string[],
  objectActions: readonly string[],
  judge: (decisions: Decisions, bucket: string) => CheckOutcome,
): Promise<CheckOutcome> {
  const expected = 'the rights that Tavus needs';
  if (bucket === undefined) return unknown('TAVUS_RECORDING_S3_BUCKET_NAME is not known', expected);
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const context = uploadContext(await principal);
  const [onBucket, onObject] = await Promise.all([
    decide({ actions: bucketActions, resource: bucketArn, context }),
    // Like the key of a recording, because a policy may be limited to the prefix.
    decide({ actions: objectActions, resource: `${bucketArn}/${RECORDING_KEY_PREFIX}doctor/0`, context }),
  ]);
  if (onBucket.kind !== 'is') return unknownOutcome(onBucket, expected);
  if (onObject.kind !== 'is') return unknownOutcome(onObject, expected);
  const { byAction, by } = onBucket.value;
  return judge({ by, byAction: new Map([...byAction, ...onObject.value.byAction]) }, bucket);
}
