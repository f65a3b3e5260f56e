import {
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { callOf } from '../../app/watch/call';
import { standingHolds } from '../../app/ledger/holds';
import { factOf, factsOf, type Remainder } from '../../app/ledger/facts';
import { timeWords } from '../../app/ledger/fact-words';
import { problem } from '../../contract/problem';
import { ask, type AwsAnswer } from '../aws/answer';
import { listBelow, missingDeleteRights, type OwnBucket, type StoredObject } from '../aws/stored-objects';
import { describeExchange } from '../doctor/tavus/judge';
import { findRemains, type BackedUpBucket } from './remains';
import type { ConversationTarget } from './target';

/** What an erasure would delete, what would remain, and what prevents it. */
export interface ErasurePlan {
  /** Versions, markers and uploads below the conversation. */
  readonly objects: readonly StoredObject[];
  /** Versions that S3 does not delete yet. */
  readonly locked: readonly { readonly object: StoredObject; readonly until: string }[];
  readonly remains: readonly Remainder[];
  /** Whether the call may still be running and would be ended. */
  readonly isRunning: boolean;
  /** Tavus's answer about the conversation. */
  readonly tavus: string;
  readonly personRows: number;
  /** Tickets of active holds. */
  readonly holds: readonly string[];
  /** Everything that prevents the erasure. */
  readonly problems: readonly string[];
}

/** Changes nothing. */
export async function planErasure(target: ConversationTarget): Promise<ErasurePlan> {
  const { facts, recordings, prefix, conversationId, now } = target;
  const holds = standingHolds(facts).map(({ ticket }) => ticket);
  const [bucket, copies, tavus] = await Promise.all([
    recordings === undefined ? undefined : inspectBucket(recordings, prefix, now()),
    strayCopies(target, holds),
    inspectTavus(target),
  ]);
  return {
    objects: bucket?.objects ?? [],
    locked: bucket?.locked ?? [],
    remains: bucket?.remains ?? [],
    isRunning: conversationId !== undefined && endOf(facts, now()) === undefined,
    tavus: tavus.description,
    personRows: factsOf(facts, 'person').length,
    holds,
    problems: [...holds.map(heldProblem), ...copies, ...(bucket?.problems ?? []), ...tavus.problems],
  };
}

/** When the call ended, epoch ms. Undefined when it may still be running. */
export function endOf(facts: ConversationTarget['facts'], nowMs: number): number | undefined {
  const { endedMs, longestEndMs } = callOf(facts);
  if (endedMs !== undefined) return endedMs;
  // The longest duration of an adopted conversation is unknown.
  return factOf(facts, 'expected') !== undefined && longestEndMs <= nowMs ? longestEndMs : undefined;
}

export const heldProblem = (ticket: string): string =>
  problem({
    name: 'hold',
    wrong: 'this conversation must not be erased',
    got: `a hold, ticket ${ticket}`,
    why: 'An order requires that it is kept.',
    fix: `When the order is lifted: \`npx recordings release <conversation id> --reason ${ticket}\`. Then erase again.`,
  });

/** Copies without a hold in the ledger, which may have lost it. */
async function strayCopies(
  { holds: bucket, conversationId }: ConversationTarget,
  holds: readonly string[],
): Promise<readonly string[]> {
  if (bucket === undefined || conversationId === undefined || holds.length > 0) return [];
  const listing = await listBelow(bucket, `${conversationId}/`);
  if (listing.kind !== 'is') return [cannotList(bucket, listing)];
  if (listing.value.length === 0) return [];
  return [
    problem({
      name: 'hold',
      wrong: 'there are copies without a hold in the ledger',
      got: `${listing.value.length} objects below ${bucket.bucket}/${conversationId}/`,
      why: 'The recordings may have to be kept.',
      fix: "Check that LEDGER_URL is the backend's. If nothing has to be kept, delete these copies and erase again.",
    }),
  ];
}

function cannotList({ bucket }: OwnBucket, answer: Exclude<AwsAnswer<unknown>, { kind: 'is' }>): string {
  const isDenied = answer.kind === 'denied';
  return problem({
    name: 'bucket',
    wrong: isDenied ? `${answer.right} is not allowed` : 'it cannot be listed',
    got: `${bucket}${answer.kind === 'unanswered' ? ` (${answer.reason})` : ''}`,
    why: 'The remaining objects would be unknown.',
    fix: isDenied ? RIGHTS_FIX : ((answer.kind === 'unanswered' ? answer.fix : undefined) ?? 'Try again.'),
  });
}

const RIGHTS_FIX =
  'Run it with the eraser role of the environment (output EraserRoleArn), as docs/erasure.md says.';

async function inspectBucket(
  own: BackedUpBucket,
  prefix: string,
  nowMs: number,
): Promise<Pick<ErasurePlan, 'locked' | 'objects' | 'problems' | 'remains'>> {
  const [listing, rights, remains] = await Promise.all([
    listBelow(own, prefix),
    missingDeleteRights(own, prefix),
    findRemains(own, nowMs),
  ]);
  const problems = rights.map((right) =>
    problem({
      name: 'bucket',
      wrong: right.startsWith('s3:') ? `${right} is not allowed` : 'the rights to erase could not be tested',
      got: right.startsWith('s3:') ? own.bucket : right,
      why: 'The erasure would stop half-way.',
      fix: RIGHTS_FIX,
    }),
  );
  if (listing.kind !== 'is')
    return { objects: [], locked: [], remains, problems: [cannotList(own, listing), ...problems] };
  const locked = await findLocked(own, listing.value, nowMs);
  return {
    objects: listing.value,
    locked,
    remains,
    problems: [...problems, ...locked.map(({ object, until }) => lockedProblem(object, until))],
  };
}

const lockedProblem = ({ key, id }: StoredObject, until: string): string =>
  problem({
    name: 'Object Lock',
    wrong: 'a version is locked',
    got: `${key}, version ${id}, ${until}`,
    why: 'S3 does not delete it before.',
    fix: 'Erase after that. In governance mode a principal with s3:BypassGovernanceRetention can end the lock earlier.',
  });

/** Finds locked versions. If a lock cannot be read, S3 still refuses the deletion. */
async function findLocked(
  { s3, bucket: Bucket, account: ExpectedBucketOwner }: OwnBucket,
  objects: readonly StoredObject[],
  nowMs: number,
): Promise<ErasurePlan['locked']> {
  const lock = await ask(
    's3:GetBucketObjectLockConfiguration',
    () => s3.send(new GetObjectLockConfigurationCommand({ Bucket, ExpectedBucketOwner })),
    ['ObjectLockConfigurationNotFoundError'],
  );
  if (lock.kind === 'missing') return [];
  const locked: ErasurePlan['locked'][number][] = [];
  for (const object of objects.filter(({ what }) => what === 'version')) {
    const about = { Bucket, ExpectedBucketOwner, Key: object.key, VersionId: object.id };
    const none = ['NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFoundError', 'InvalidRequest'];
    const [retention, legal] = await Promise.all([
      ask('s3:GetObjectRetention', () => s3.send(new GetObjectRetentionCommand(about)), none),
      ask('s3:GetObjectLegalHold', () => s3.send(new GetObjectLegalHoldCommand(about)), none),
    ]);
    const { RetainUntilDate: date, Mode: mode } =
      (retention.kind === 'is' && retention.value.Retention) || {};
    if (date !== undefined && date.getTime() > nowMs) {
      locked.push({ object, until: `${mode ?? 'locked'} until ${timeWords(date.getTime())}` });
    } else if (legal.kind === 'is' && legal.value.LegalHold?.Status === 'ON') {
      locked.push({ object, until: 'under a legal hold' });
    }
  }
  return locked;
}

/** Whether Tavus knows the conversation and accepts our key. */
async function inspectTavus({
  tavus,
  conversationId,
  mask,
}: ConversationTarget): Promise<{ readonly description: string; readonly problems: readonly string[] }> {
  if (conversationId === undefined) return { description: 'made no conversation', problems: [] };
  const exchange = await tavus.getConversation(conversationId);
  if (exchange.kind === 'answered' && exchange.status === 200)
    return { description: 'knows the conversation', problems: [] };
  if (exchange.kind === 'answered' && (exchange.status === 400 || exchange.status === 404)) {
    return { description: 'knows no such conversation', problems: [] };
  }
  const { found, fix } = describeExchange(exchange, mask);
  const isKey = exchange.kind === 'answered' && (exchange.status === 401 || exchange.status === 403);
  return {
    description: found,
    problems: isKey
      ? [
          problem({
            name: 'Tavus',
            wrong: 'the key was refused',
            got: found,
            why: "Tavus's copy would remain.",
            fix,
          }),
        ]
      : [],
  };
}
