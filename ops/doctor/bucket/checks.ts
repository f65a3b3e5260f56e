import type { Answer } from '../../aws/answer';
import { judged } from '../judged';
import { unknown, type Check, type Verdict } from '../verdict';
import type { BucketContents } from './contents';
import type { BucketFacts } from './facts';
import {
  judgeAccountPublicAccess,
  judgeBucket,
  judgeDirectRegion,
  judgeEncryption,
  judgeLogging,
  judgeOwnership,
  judgePublicAccess,
  judgeRegion,
  judgeVersioning,
} from './judge';
import { judgeOtherContent, judgeOverwritten } from './judge-contents';
import { judgeLifecycle } from './judge-lifecycle';
import { judgeDenials, judgeTls } from './judge-policy';
import { logBucket } from './log-bucket';
import type { PublicAccessBlockConfiguration } from '@aws-sdk/client-s3';

/** The bucket as the settings name it, and what S3 says of it. */
export interface BucketSubject {
  readonly name: string;
  /** As configured; undefined when it is missing or malformed. */
  readonly region: string | undefined;
  readonly facts: BucketFacts;
  readonly contents: BucketContents;
  /** Asks S3 about another bucket: the one that gets the access logs. */
  readonly look: (bucket: string) => BucketFacts;
  readonly accountPublicAccess: Promise<Answer<PublicAccessBlockConfiguration | undefined>>;
}

/** Ids of this topic's checks, in order: they are there with or without a bucket to ask about. */
const IDS = [
  'bucket-exists',
  'bucket-region',
  'bucket-direct-region',
  'bucket-encryption',
  'bucket-versioning',
  'bucket-public-access',
  'account-public-access',
  'bucket-tls',
  'bucket-denials',
  'bucket-lifecycle',
  'bucket-ownership',
  'bucket-logging',
  'log-bucket',
  'bucket-overwritten',
  'bucket-other-content',
] as const;
type Id = (typeof IDS)[number];

const check = (id: Id, verdict: Check['verdict']): Check => ({
  id,
  topic: 'bucket',
  asks: 'AWS',
  // Listing versions takes one answer after another.
  ...(id === 'bucket-overwritten' ? { timeoutMs: 30_000 } : {}),
  verdict,
});

/** @param reason why there is no bucket to ask about */
export const noBucketChecks = (reason: string): Check[] =>
  IDS.map((id) => check(id, () => unknown(reason, 'a bucket')));

export function bucketChecks({
  name,
  region,
  facts,
  contents,
  look,
  accountPublicAccess,
}: BucketSubject): Check[] {
  const verdicts: Readonly<Record<Id, () => Promise<Verdict>>> = {
    'bucket-exists': async () =>
      judged(exists(await facts.region), `the bucket ${name}, in reach`, (found) => judgeBucket(found, name)),
    'bucket-region': async () =>
      withRegion(await facts.region, region ?? 'a region', (found) =>
        region === undefined
          ? unknown('TAVUS_RECORDING_S3_BUCKET_REGION is not known', found)
          : judgeRegion(region, found),
      ),
    'bucket-direct-region': async () => withRegion(await facts.region, 'a direct region', judgeDirectRegion),
    'bucket-encryption': async () =>
      judged(await facts.encryption, 'a default encryption', (rule) => judgeEncryption(rule, name)),
    'bucket-versioning': async () =>
      judged(await facts.versioning, 'Enabled', (status) => judgeVersioning(status, name)),
    'bucket-public-access': async () =>
      judged(await facts.publicAccess, 'all 4 on', (block) => judgePublicAccess(block, name)),
    'account-public-access': async () =>
      judged(await accountPublicAccess, 'all 4 on', judgeAccountPublicAccess),
    'bucket-tls': async () => judged(await facts.policy, 'TLS only', (policy) => judgeTls(policy, name)),
    'bucket-denials': async () => judged(await facts.policy, 'no Deny that hits Tavus', judgeDenials),
    'bucket-lifecycle': async () =>
      judged(await facts.lifecycle, 'four rules', (rules) => judgeLifecycle(rules, name)),
    'bucket-ownership': async () =>
      judged(await facts.ownership, 'BucketOwnerEnforced', (ownership) => judgeOwnership(ownership, name)),
    'bucket-logging': async () =>
      judged(await facts.logging, 'access logs', (target) => judgeLogging(target, name)),
    'log-bucket': async () => logBucket(await facts.logging, look),
    'bucket-overwritten': async () => {
      const lifecycle = await facts.lifecycle;
      return judged(await contents.versions, 'none', (listing = NOTHING) =>
        judgeOverwritten(listing, lifecycle, name),
      );
    },
    'bucket-other-content': async () =>
      judged(await contents.topNames, 'recordings alone', (listing = NOTHING) => judgeOtherContent(listing)),
  };
  return IDS.map((id) => check(id, verdicts[id]));
}

const NOTHING = { entries: [], isCut: false };

/** S3 answers 403 both for a bucket of somebody else's and for want of a right. */
function exists(answer: Answer<unknown>): Answer<boolean> {
  if (answer.kind === 'is') return { kind: 'is', value: true };
  return answer.kind === 'denied'
    ? { kind: 'denied', right: `${answer.right} (or the bucket belongs to another account)` }
    : answer;
}

/** A bucket without a region, or no bucket, is another check's business. */
function withRegion(
  answer: Answer<string | undefined>,
  expected: string,
  judge: (found: string) => Verdict,
): Verdict {
  return judged(answer, expected, (found) =>
    found === undefined ? unknown('S3 names no region for it', expected) : judge(found),
  );
}
