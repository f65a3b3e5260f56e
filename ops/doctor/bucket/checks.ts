import type { PromisedDays } from '../../../contract/environments';
import type { AwsAnswer } from '../../aws/answer';
import { judgeAnswer } from '../judge-answer';
import type { RequestingRole } from '../policy/vendor-request';
import { unknown, type Check, type CheckOutcome } from '../check-result';
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
import { judgeLock, judgeReplication } from './judge-copies';
import { judgeLifecycle, lastByteDays, usesTiers } from './judge-lifecycle';
import { judgeDenials } from './judge-denials';
import { judgeTls } from './judge-policy';
import { logBucket } from './log-bucket';
import type { PublicAccessBlockConfiguration } from '@aws-sdk/client-s3';

/** The recordings bucket and what the checks need to know about it. */
export interface BucketSubject {
  readonly name: string;
  /** From the settings; undefined when missing or malformed. */
  readonly region: string | undefined;
  readonly facts: BucketFacts;
  readonly contents: BucketContents;
  /** Reads another bucket: the one for access logs. */
  readonly look: (bucket: string) => BucketFacts;
  readonly accountPublicAccess: Promise<AwsAnswer<PublicAccessBlockConfiguration | undefined>>;
  /** The role that Tavus assumes; undefined without a valid one in the settings. */
  readonly vendorRole: Promise<RequestingRole> | undefined;
  readonly promised: PromisedDays | undefined;
  /** Fix for a wrong region in the settings. */
  readonly regionFix: (found: string) => string;
}

/** Ids of these checks, in order. They are reported even without a bucket. */
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
  'bucket-lock',
  'bucket-replication',
  'bucket-ownership',
  'bucket-logging',
  'log-bucket',
  'bucket-overwritten',
  'bucket-other-content',
] as const;
type Id = (typeof IDS)[number];

const check = (id: Id, run: Check['run']): Check => ({
  id,
  topic: 'bucket',
  asks: 'AWS',
  // Pages of versions are listed one after another.
  ...(id === 'bucket-overwritten' ? { timeoutMs: 30_000 } : {}),
  run,
});

/** @param reason why no bucket is known */
export const noBucketChecks = (reason: string): Check[] =>
  IDS.map((id) => check(id, () => unknown(reason, 'a bucket')));

export function bucketChecks({
  name,
  region,
  facts,
  contents,
  look,
  accountPublicAccess,
  vendorRole,
  promised,
  regionFix,
}: BucketSubject): Check[] {
  const outcomes: Readonly<Record<Id, () => Promise<CheckOutcome>>> = {
    'bucket-exists': async () =>
      judgeAnswer(exists(await facts.region), `the bucket ${name}, in reach`, (found) =>
        judgeBucket(found, name),
      ),
    'bucket-region': async () =>
      withRegion(await facts.region, region ?? 'a region', (found) =>
        region === undefined
          ? unknown('TAVUS_RECORDING_S3_BUCKET_REGION is not known', found)
          : judgeRegion(region, found, regionFix(found)),
      ),
    'bucket-direct-region': async () => withRegion(await facts.region, 'a direct region', judgeDirectRegion),
    'bucket-encryption': async () =>
      judgeAnswer(await facts.encryption, 'a default encryption', (rule) => judgeEncryption(rule, name)),
    'bucket-versioning': async () =>
      judgeAnswer(await facts.versioning, 'Enabled', (status) => judgeVersioning(status, name)),
    'bucket-public-access': async () =>
      judgeAnswer(await facts.publicAccess, 'all 4 on', (block) => judgePublicAccess(block, name)),
    'account-public-access': async () =>
      judgeAnswer(await accountPublicAccess, 'all 4 on', judgeAccountPublicAccess),
    'bucket-tls': async () => judgeAnswer(await facts.policy, 'TLS only', (policy) => judgeTls(policy, name)),
    'bucket-denials': async () => {
      const expected = 'no Deny that hits Tavus';
      const role = await vendorRole;
      return judgeAnswer(await facts.policy, expected, (policy) =>
        role === undefined
          ? unknown('TAVUS_AWS_ASSUME_ROLE_ARN is not known', expected)
          : judgeDenials(policy, role, name),
      );
    },
    'bucket-lifecycle': async () => {
      const lifecycle = await facts.lifecycle;
      const tiers = lifecycle.kind === 'is' && usesTiers(lifecycle.value) ? await facts.tiering() : undefined;
      const versioning = versioned(await facts.versioning);
      return judgeAnswer(lifecycle, 'four rules', (rules = []) =>
        judgeLifecycle(rules, { bucket: name, versioning, promised, tiers }),
      );
    },
    'bucket-lock': async () => {
      const [lifecycle, versioning, mfaDelete] = await Promise.all([
        facts.lifecycle,
        facts.versioning,
        facts.mfaDelete,
      ]);
      const goneDays =
        lifecycle.kind === 'is' ? lastByteDays(lifecycle.value, versioned(versioning)) : undefined;
      const lock = await facts.objectLock;
      return judgeAnswer(mfaDelete, 'no lock', (hasMfaDelete = false) =>
        judgeAnswer(lock, 'no lock', (found) => judgeLock(found, { bucket: name, hasMfaDelete, goneDays })),
      );
    },
    'bucket-replication': async () =>
      judgeAnswer(await facts.replication, 'no copies', (rules) => judgeReplication(rules, name)),
    'bucket-ownership': async () =>
      judgeAnswer(await facts.ownership, 'BucketOwnerEnforced', (ownership) =>
        judgeOwnership(ownership, name),
      ),
    'bucket-logging': async () =>
      judgeAnswer(await facts.logging, 'access logs', (target) => judgeLogging(target, name)),
    'log-bucket': async () => logBucket(await facts.logging, look),
    'bucket-overwritten': async () => {
      const lifecycle = await facts.lifecycle;
      return judgeAnswer(await contents.versions, 'none', (listing = NOTHING) =>
        judgeOverwritten(listing, lifecycle, name),
      );
    },
    'bucket-other-content': async () =>
      judgeAnswer(await contents.topNames, 'recordings alone', (listing = NOTHING) =>
        judgeOtherContent(listing),
      ),
  };
  return IDS.map((id) => check(id, outcomes[id]));
}

const NOTHING = { entries: [], isTruncated: false };

/** If versioning is unknown, assume it is on: expired recordings then still have bytes. */
const versioned = (answer: AwsAnswer<string | undefined>): string | undefined =>
  answer.kind === 'is' ? answer.value : 'Enabled';

/** S3 answers 403 for a foreign bucket and for a missing right. */
function exists(answer: AwsAnswer<unknown>): AwsAnswer<boolean> {
  if (answer.kind === 'is') return { kind: 'is', value: true };
  return answer.kind === 'denied'
    ? { kind: 'denied', right: `${answer.right} (or the bucket belongs to another account)` }
    : answer;
}

/** A missing bucket is reported by another check. */
function withRegion(
  answer: AwsAnswer<string | undefined>,
  expected: string,
  judge: (found: string) => CheckOutcome,
): CheckOutcome {
  return judgeAnswer(answer, expected, (found) =>
    found === undefined ? unknown('S3 names no region for it', expected) : judge(found),
  );
}
