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
import { ask, type Answer } from '../aws/answer';
import { listBelow, missingDeleteRights, type OwnBucket, type StoredObject } from '../aws/stored-objects';
import { describeExchange } from '../doctor/tavus/judge';
import { findRemains } from './remains';
import type { Target } from './target';

/** Everything that an erasure would do, and what stands against it. */
export interface ErasurePlan {
  /** Versions, markers and uploads below the conversation. */
  readonly objects: readonly StoredObject[];
  /** Versions that S3 does not let go of yet. */
  readonly locked: readonly { readonly object: StoredObject; readonly until: string }[];
  readonly remains: readonly Remainder[];
  /** Whether the call may still be going on, so that it would be ended. */
  readonly isRunning: boolean;
  /** What Tavus said when it was asked about the conversation. */
  readonly tavus: string;
  readonly personRows: number;
  /** Tickets of the holds that stand. */
  readonly holds: readonly string[];
  /** Why it cannot be done, all of it. */
  readonly problems: readonly string[];
}

/** Looks at everything; changes nothing. */
export async function planErasure(target: Target): Promise<ErasurePlan> {
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
    tavus: tavus.said,
    personRows: factsOf(facts, 'person').length,
    holds,
    problems: [...holds.map(heldProblem), ...copies, ...(bucket?.problems ?? []), ...tavus.problems],
  };
}

/** When the call was over, epoch ms. Undefined: it may still be going on. */
export function endOf(facts: Target['facts'], nowMs: number): number | undefined {
  const { endedMs, longestEndMs } = callOf(facts);
  if (endedMs !== undefined) return endedMs;
  // Of one that was adopted nobody knows how long it may last.
  return factOf(facts, 'expected') !== undefined && longestEndMs <= nowMs ? longestEndMs : undefined;
}

export const heldProblem = (ticket: string): string =>
  problem({
    name: 'hold',
    wrong: 'this conversation must not be erased',
    got: `a hold, ticket ${ticket}`,
    why: 'Somebody ordered that it is kept.',
    fix: `When that order is lifted: \`npx recordings release <conversation id> --reason ${ticket}\`. Then erase again.`,
  });

/** Copies of which the ledger knows no hold: it may have lost one. */
async function strayCopies(
  { holds: bucket, conversationId }: Target,
  holds: readonly string[],
): Promise<readonly string[]> {
  if (bucket === undefined || conversationId === undefined || holds.length > 0) return [];
  const listing = await listBelow(bucket, `${conversationId}/`);
  if (listing.kind !== 'is') return [cannotList(bucket, listing)];
  if (listing.value.length === 0) return [];
  return [
    problem({
      name: 'hold',
      wrong: 'there are copies, and the ledger knows no hold',
      got: `${listing.value.length} objects below ${bucket.bucket}/${conversationId}/`,
      why: 'The recordings may have to be kept.',
      fix: "See that LEDGER_URL is the backend's. If nothing has to be kept, delete these copies, and erase again.",
    }),
  ];
}

function cannotList({ bucket }: OwnBucket, answer: Exclude<Answer<unknown>, { kind: 'is' }>): string {
  const isDenied = answer.kind === 'denied';
  return problem({
    name: 'bucket',
    wrong: isDenied ? `${answer.right} is not allowed` : 'it cannot be listed',
    got: `${bucket}${answer.kind === 'unanswered' ? ` (${answer.reason})` : ''}`,
    why: 'Nothing could be said about what is left.',
    fix: isDenied ? RIGHTS_FIX : ((answer.kind === 'unanswered' ? answer.fix : undefined) ?? 'Try again.'),
  });
}

const RIGHTS_FIX =
  'Run it with the eraser role of the environment (output EraserRoleArn; docs/erasure.md has its policy).';

async function inspectBucket(
  own: OwnBucket,
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
      wrong: right.startsWith('s3:') ? `${right} is not allowed` : 'whether it may be erased cannot be said',
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
    wrong: 'S3 keeps a version',
    got: `${key}, version ${id}, ${until}`,
    why: 'It cannot be deleted before.',
    fix: 'Erase after that. In governance mode somebody with s3:BypassGovernanceRetention can end the lock before.',
  });

/** Versions under Object Lock. What may not be looked at, S3 itself refuses to delete. */
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

/** Whether Tavus knows the conversation, and takes our key. */
async function inspectTavus({
  tavus,
  conversationId,
  mask,
}: Target): Promise<{ readonly said: string; readonly problems: readonly string[] }> {
  if (conversationId === undefined) return { said: 'made no conversation', problems: [] };
  const exchange = await tavus.getConversation(conversationId);
  if (exchange.kind === 'answered' && exchange.status === 200)
    return { said: 'knows the conversation', problems: [] };
  if (exchange.kind === 'answered' && (exchange.status === 400 || exchange.status === 404)) {
    return { said: 'knows no such conversation', problems: [] };
  }
  const { found, fix } = describeExchange(exchange, mask);
  const isKey = exchange.kind === 'answered' && (exchange.status === 401 || exchange.status === 403);
  return {
    said: found,
    problems: isKey
      ? [
          problem({
            name: 'Tavus',
            wrong: 'it does not take the key',
            got: found,
            why: "Tavus's copy would be left.",
            fix,
          }),
        ]
      : [],
  };
}
