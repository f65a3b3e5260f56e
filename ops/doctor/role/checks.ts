import {
  VENDOR_BUCKET_ACTIONS,
  VENDOR_OBJECT_ACTIONS,
  RECORDING_KEY_PREFIX,
} from '../../../app/contract/vendor-facts';
import { judged, undecided, type Answer } from '../answer';
import type { Identity } from '../aws/identity';
import type { Decision } from '../policy/evaluate';
import { unknown, type Check, type Verdict } from '../verdict';
import type { Decide, Decisions } from './decisions';
import type { RoleFacts } from './facts';
import {
  EXCESSIVE_BUCKET_ACTIONS,
  EXCESSIVE_OBJECT_ACTIONS,
  judgeActions,
  judgeExcess,
  judgeRole,
  judgeSession,
} from './judge';
import { judgeTrust } from './judge-trust';

/** The role as the settings name it, and what IAM says of it. */
export interface RoleSubject {
  readonly arn: string;
  readonly account: string;
  /** Undefined when the settings have no usable one. */
  readonly bucket: string | undefined;
  readonly identity: Promise<Answer<Identity>>;
  readonly facts: Promise<Answer<RoleFacts>>;
  readonly decide: Decide;
}

const IDS = ['role-exists', 'role-trust', 'role-session', 'role-actions', 'role-excess'] as const;
type Id = (typeof IDS)[number];

const check = (id: Id, verdict: Check['verdict']): Check => ({ id, topic: 'role', asks: 'AWS', verdict });

/** @param reason why there is no role to ask about */
export const noRoleChecks = (reason: string): Check[] =>
  IDS.map((id) => check(id, () => unknown(reason, 'a role')));

export function roleChecks(role: RoleSubject): Check[] {
  const verdicts: Readonly<Record<Id, () => Promise<Verdict>>> = {
    'role-exists': async () => {
      const answer = await ofThisAccount(role, await role.facts);
      return judged(answer, 'the role, in reach', (found) => judgeRole(role.arn, found?.arn));
    },
    'role-trust': () => withRole(role, 'the trust that Tavus asks for', ({ trust }) => judgeTrust(trust)),
    'role-session': () =>
      withRole(role, 'a session of 12 h', ({ maxSessionSec }) => judgeSession(maxSessionSec)),
    'role-actions': () =>
      withDecisions(role, VENDOR_BUCKET_ACTIONS, VENDOR_OBJECT_ACTIONS, (decisions, by, bucket) =>
        judgeActions(decisions, by, bucket),
      ),
    'role-excess': () => withDecisions(role, EXCESSIVE_BUCKET_ACTIONS, EXCESSIVE_OBJECT_ACTIONS, judgeExcess),
  };
  return IDS.map((id) => check(id, verdicts[id]));
}

/** IAM only knows the caller's own account, where another role may have the same name. */
async function ofThisAccount<T>({ account, identity }: RoleSubject, answer: Answer<T>): Promise<Answer<T>> {
  const caller = await identity;
  return caller.kind === 'is' && caller.value.account !== account
    ? { kind: 'unanswered', reason: "the credentials belong to another account than the role's" }
    : answer;
}

async function withRole(
  role: RoleSubject,
  expected: string,
  judge: (facts: RoleFacts) => Verdict,
): Promise<Verdict> {
  const answer = await ofThisAccount(role, await role.facts);
  return judged(answer, expected, (facts) =>
    facts === undefined || facts.arn !== role.arn
      ? unknown('the role does not exist', expected)
      : judge(facts),
  );
}

async function withDecisions(
  role: RoleSubject,
  bucketActions: readonly string[],
  objectActions: readonly string[],
  judge: (decisions: ReadonlyMap<string, Decision>, by: Decisions['by'], bucket: string) => Verdict,
): Promise<Verdict> {
  const expected = 'the rights that Tavus needs';
  const { bucket } = role;
  if (bucket === undefined) return unknown('TAVUS_RECORDING_S3_BUCKET_NAME is not known', expected);
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const context = { 'aws:SecureTransport': 'true' };
  const answers = await Promise.all([
    role.decide({ actions: bucketActions, resource: bucketArn, context }),
    // As a recording's key would be, so that a policy may be narrowed to the prefix.
    role.decide({
      actions: objectActions,
      resource: `${bucketArn}/${RECORDING_KEY_PREFIX}doctor/0`,
      context,
    }),
  ]);
  const decided: Decisions[] = [];
  for (const answer of await Promise.all(answers.map((one) => ofThisAccount(role, one)))) {
    if (answer.kind === 'denied' || answer.kind === 'unanswered') return undecided(answer, expected);
    if (answer.kind === 'is') decided.push(answer.value);
  }
  const [first, second] = decided;
  if (first === undefined || second === undefined) return unknown('the role does not exist', expected);
  return judge(new Map([...first.of, ...second.of]), first.by, bucket);
}
