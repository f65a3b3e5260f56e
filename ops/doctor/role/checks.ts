import {
  VENDOR_BUCKET_ACTIONS,
  VENDOR_OBJECT_ACTIONS,
  RECORDING_KEY_PREFIX,
} from '../../../contract/vendor-facts';
import { judged, undecided } from '../judged';
import { uploadContext } from '../policy/vendor-request';
import { unknown, type Check, type Verdict } from '../verdict';
import type { Decisions } from './decisions';
import type { RoleFacts } from './facts';
import type { RoleInReach } from './in-reach';
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

const check = (id: Id, verdict: Check['verdict']): Check => ({ id, topic: 'role', asks: 'AWS', verdict });

/** @param reason why there is no role to ask about */
export const noRoleChecks = (reason: string): Check[] =>
  IDS.map((id) => check(id, () => unknown(reason, 'a role')));

/** @param bucket undefined when the settings have no usable one */
export function roleChecks(role: RoleInReach, bucket: string | undefined): Check[] {
  const verdicts: Readonly<Record<Id, () => Promise<Verdict>>> = {
    'role-exists': async () =>
      judged(await role.facts, 'the role, in reach', (found) => judgeRole(role.arn, found?.arn)),
    'role-trust': () => withRole(role, 'the trust that Tavus asks for', ({ trust }) => judgeTrust(trust)),
    'role-session': () =>
      withRole(role, 'a session of 12 h', ({ maxSessionSec }) => judgeSession(maxSessionSec)),
    'role-actions': () =>
      withDecisions(role, bucket, VENDOR_BUCKET_ACTIONS, VENDOR_OBJECT_ACTIONS, judgeActions),
    'role-excess': () =>
      withDecisions(role, bucket, EXCESSIVE_BUCKET_ACTIONS, EXCESSIVE_OBJECT_ACTIONS, judgeExcess),
  };
  return IDS.map((id) => check(id, verdicts[id]));
}

async function withRole(
  { arn, facts }: RoleInReach,
  expected: string,
  judge: (facts: RoleFacts) => Verdict,
): Promise<Verdict> {
  return judged(await facts, expected, (found) =>
    found === undefined || found.arn !== arn ? unknown('the role does not exist', expected) : judge(found),
  );
}

async function withDecisions(
  { decide, writer }: RoleInReach,
  bucket: string | undefined,
  bucketActions: readonly string[],
  objectActions: readonly string[],
  judge: (decisions: Decisions, bucket: string) => Verdict,
): Promise<Verdict> {
  const expected = 'the rights that Tavus needs';
  if (bucket === undefined) return unknown('TAVUS_RECORDING_S3_BUCKET_NAME is not known', expected);
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const context = uploadContext(await writer);
  const [onBucket, onObject] = await Promise.all([
    decide({ actions: bucketActions, resource: bucketArn, context }),
    // As a recording's key would be, so that a policy may be narrowed to the prefix.
    decide({ actions: objectActions, resource: `${bucketArn}/${RECORDING_KEY_PREFIX}doctor/0`, context }),
  ]);
  if (onBucket.kind !== 'is') return undecided(onBucket, expected);
  if (onObject.kind !== 'is') return undecided(onObject, expected);
  const { of, by } = onBucket.value;
  return judge({ by, of: new Map([...of, ...onObject.value.of]) }, bucket);
}
