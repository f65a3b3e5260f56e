import { type BucketRights, READ_WITH_KEY, READER_RIGHTS } from '../../../contract/recordings-rights';
import { RECORDING_KEY_PREFIX } from '../../../contract/vendor-facts';
import type { KnownAnswer } from '../../aws/answer';
import type { BucketFacts } from '../bucket/facts';
import { unknownOutcome } from '../judge-answer';
import { keyContext, uploadContext } from '../policy/vendor-request';
import type { ActionDecision, Decisions } from '../role/decisions';
import type { InspectedRole } from '../role/inspect-role';
import type { CheckOutcome } from '../check-result';
import { EXCESSIVE_RIGHTS, judgeReaderActions, judgeReaderExcess } from './judge';

/** The reader role and the buckets that it reads. */
export interface ReaderAccess {
  readonly role: InspectedRole;
  readonly bucket: { readonly name: string; readonly facts: BucketFacts };
  readonly holdsBucket: string | undefined;
  /** Key of the stack, used when the bucket's key is unknown. */
  readonly keyArn: string | undefined;
}

const EXPECTED = 'the rights to read, and no others';

/** An unrelated bucket; it need not exist. */
const ANOTHER_BUCKET = 'an-unrelated-bucket';

/** Whether the role has all rights that it needs, on both buckets. */
export async function checkReaderActions(reader: ReaderAccess, fix: string): Promise<CheckOutcome> {
  const { role, bucket, holdsBucket } = reader;
  const key = await keyOf(reader);
  const buckets = [bucket.name, ...(holdsBucket === undefined ? [] : [holdsBucket])];
  const answer = mergeDecisions(
    await Promise.all([
      ...buckets.map(async (name) => onBucket(role, name, READER_RIGHTS)),
      ...(key === undefined ? [] : [onKey(role, key)]),
    ]),
  );
  return answer.kind === 'is'
    ? judgeReaderActions(answer.value, key !== undefined, fix)
    : unknownOutcome(answer, EXPECTED);
}

/** Whether it has no other rights. */
export async function checkReaderExcess({ role, bucket }: ReaderAccess, fix: string): Promise<CheckOutcome> {
  const [writes, elsewhere] = await Promise.all([
    onBucket(role, bucket.name, EXCESSIVE_RIGHTS),
    onBucket(role, ANOTHER_BUCKET, { bucket: [], objects: ['s3:GetObject'] }),
  ]);
  if (writes.kind !== 'is') return unknownOutcome(writes, EXPECTED);
  if (elsewhere.kind !== 'is') return unknownOutcome(elsewhere, EXPECTED);
  return judgeReaderExcess(writes.value, elsewhere.value, fix);
}

async function keyOf({ bucket, keyArn }: ReaderAccess): Promise<string | undefined> {
  const rule = await bucket.facts.encryption;
  const id = rule.kind === 'is' ? rule.value?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID : undefined;
  return id?.startsWith('arn:') === true ? id : keyArn;
}

async function onBucket(
  role: InspectedRole,
  name: string,
  rights: BucketRights,
): Promise<KnownAnswer<Decisions>> {
  const arn = `arn:aws:s3:::${name}`;
  const context = uploadContext(await role.principal);
  const asked = [
    { actions: rights.bucket, resource: arn },
    // Like the key of a recording.
    { actions: rights.objects, resource: `${arn}/${RECORDING_KEY_PREFIX}doctor/0` },
  ].filter(({ actions }) => actions.length > 0);
  return mergeDecisions(
    await Promise.all(asked.map(async (question) => role.decide({ ...question, context }))),
  );
}

const onKey = async (role: InspectedRole, key: string): Promise<KnownAnswer<Decisions>> =>
  role.decide({
    actions: READ_WITH_KEY,
    resource: key,
    context: keyContext(await role.principal, key.split(':')[3] ?? ''),
  });

/** Merges decisions: an action counts as allowed only if it is allowed on every bucket. */
function mergeDecisions(answers: readonly KnownAnswer<Decisions>[]): KnownAnswer<Decisions> {
  const byAction = new Map<string, ActionDecision>();
  let by: Decisions['by'] = "AWS's simulation";
  for (const answer of answers) {
    if (answer.kind !== 'is') return answer;
    by = answer.value.by;
    for (const [action, decided] of answer.value.byAction) {
      if ((byAction.get(action)?.decision ?? 'allowed') === 'allowed') byAction.set(action, decided);
    }
  }
  return { kind: 'is', value: { by, byAction } };
}
