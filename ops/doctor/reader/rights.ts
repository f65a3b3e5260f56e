import { type BucketRights, READ_WITH_KEY, READER_RIGHTS } from '../../../contract/recordings-rights';
import { RECORDING_KEY_PREFIX } from '../../../contract/vendor-facts';
import type { Known } from '../../aws/answer';
import type { BucketFacts } from '../bucket/facts';
import { undecided } from '../judged';
import { keyContext, uploadContext } from '../policy/vendor-request';
import type { Decided, Decisions } from '../role/decisions';
import type { RoleInReach } from '../role/in-reach';
import type { Verdict } from '../verdict';
import { EXCESSIVE_RIGHTS, judgeReaderActions, judgeReaderExcess } from './judge';

/** The reader role, and what it is to read. */
export interface Reader {
  readonly role: RoleInReach;
  readonly bucket: { readonly name: string; readonly facts: BucketFacts };
  readonly holdsBucket: string | undefined;
  /** Key of the stack, where the bucket's own is not known. */
  readonly keyArn: string | undefined;
}

const EXPECTED = 'the rights to read, and no others';

/** A bucket that the role has nothing to do with, whether it is there or not. */
const ANOTHER_BUCKET = 'another-bucket-of-nobody';

/** Whether the role may do all that it needs, in both buckets. */
export async function judgeActions(reader: Reader, fix: string): Promise<Verdict> {
  const { role, bucket, holdsBucket } = reader;
  const key = await keyOf(reader);
  const buckets = [bucket.name, ...(holdsBucket === undefined ? [] : [holdsBucket])];
  const answer = together(
    await Promise.all([
      ...buckets.map(async (name) => onBucket(role, name, READER_RIGHTS)),
      ...(key === undefined ? [] : [onKey(role, key)]),
    ]),
  );
  return answer.kind === 'is'
    ? judgeReaderActions(answer.value, key !== undefined, fix)
    : undecided(answer, EXPECTED);
}

/** Whether it may do nothing else. */
export async function judgeExcess({ role, bucket }: Reader, fix: string): Promise<Verdict> {
  const [writes, elsewhere] = await Promise.all([
    onBucket(role, bucket.name, EXCESSIVE_RIGHTS),
    onBucket(role, ANOTHER_BUCKET, { bucket: [], objects: ['s3:GetObject'] }),
  ]);
  if (writes.kind !== 'is') return undecided(writes, EXPECTED);
  if (elsewhere.kind !== 'is') return undecided(elsewhere, EXPECTED);
  return judgeReaderExcess(writes.value, elsewhere.value, fix);
}

async function keyOf({ bucket, keyArn }: Reader): Promise<string | undefined> {
  const rule = await bucket.facts.encryption;
  const id = rule.kind === 'is' ? rule.value?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID : undefined;
  return id?.startsWith('arn:') === true ? id : keyArn;
}

async function onBucket(role: RoleInReach, name: string, rights: BucketRights): Promise<Known<Decisions>> {
  const arn = `arn:aws:s3:::${name}`;
  const context = uploadContext(await role.writer);
  const asked = [
    { actions: rights.bucket, resource: arn },
    // As a recording's key would be.
    { actions: rights.objects, resource: `${arn}/${RECORDING_KEY_PREFIX}doctor/0` },
  ].filter(({ actions }) => actions.length > 0);
  return together(await Promise.all(asked.map(async (question) => role.decide({ ...question, context }))));
}

const onKey = async (role: RoleInReach, key: string): Promise<Known<Decisions>> =>
  role.decide({
    actions: READ_WITH_KEY,
    resource: key,
    context: keyContext(await role.writer, key.split(':')[3] ?? ''),
  });

/** All decisions as one answer; what is not allowed in one bucket counts for both. */
function together(answers: readonly Known<Decisions>[]): Known<Decisions> {
  const of = new Map<string, Decided>();
  let by: Decisions['by'] = "AWS's simulation";
  for (const answer of answers) {
    if (answer.kind !== 'is') return answer;
    by = answer.value.by;
    for (const [action, decided] of answer.value.of) {
      if ((of.get(action)?.decision ?? 'allowed') === 'allowed') of.set(action, decided);
    }
  }
  return { kind: 'is', value: { by, of } };
}
