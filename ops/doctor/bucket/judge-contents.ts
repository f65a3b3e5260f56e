import type { LifecycleRule } from '@aws-sdk/client-s3';
import { formatValue } from '../../../contract/problem';
import { RECORDING_KEY_PREFIX } from '../../../contract/vendor-facts';
import type { AwsAnswer } from '../../aws/answer';
import { unknownOutcome } from '../judge-answer';
import { ok, unknown, warn, type CheckOutcome } from '../check-result';
import type { Listing, ListedVersion } from './contents';
import { noncurrentDays, type LifecycleObject } from './lifecycle';

/** A recording that another upload to the same key replaced. */
interface Overwritten extends LifecycleObject {
  readonly versionId: string;
  /** Number of newer noncurrent versions of the key. */
  readonly newerVersions: number;
  /** When the next version or delete marker of the key was written. */
  readonly since: Date;
}

/** Entries of a list that the report names. */
const MAX_NAMED = 5;

/** Characters of a foreign key that the report shows: it may contain personal data. */
const MAX_SHOWN = 16;

const DAY_MS = 86_400_000;

const NO_OVERWRITES = 'none: Tavus writes each recording to a new key';

/**
 * Lists overwritten recordings and the last day on which each can be recovered. Expired and deleted ones are not
 * listed: their key has a delete marker.
 */
export function judgeOverwritten(
  { entries, isTruncated }: Listing<ListedVersion>,
  lifecycle: AwsAnswer<readonly LifecycleRule[]>,
  bucket: string,
): CheckOutcome {
  const list = `aws s3api list-object-versions --bucket ${bucket} --prefix ${RECORDING_KEY_PREFIX}`;
  const cut = isTruncated
    ? `the listing was truncated after ${entries.length} versions, the rest is unknown`
    : undefined;
  const overwritten = overwrittenVersions(entries);
  if (overwritten.length === 0) {
    return cut === undefined
      ? ok('none', NO_OVERWRITES)
      : unknown(`none so far; ${cut}`, NO_OVERWRITES, list);
  }
  const named = overwritten
    .slice(0, MAX_NAMED)
    .map((one) => `${formatKey(one.key)} version ${one.versionId} ${lastDay(one, lifecycle)}`);
  const more = overwritten.length - named.length;
  return warn(
    [
      `${overwritten.length} overwritten: ${named.join('; ')}`,
      ...(more === 0 ? [] : [`${more} more`]),
      ...(cut === undefined ? [] : [cut]),
    ].join('; '),
    NO_OVERWRITES,
    `Save versions that are a different recording:  \`aws s3api get-object --bucket ${bucket} --key <key> ` +
      `--version-id <version> <file>\`. All: \`${list}\`.`,
  );
}

/** Other Tavus customers can choose keys too, and control characters can affect a terminal. */
const formatKey = (key: string): string => (/^[\w/.-]+$/.test(key) ? key : formatValue(key));

/** Those that are deleted first come first. */
function overwrittenVersions(entries: readonly ListedVersion[]): readonly Overwritten[] {
  const byKey = new Map<string, ListedVersion[]>();
  for (const entry of entries) {
    const versions = byKey.get(entry.key);
    if (versions === undefined) byKey.set(entry.key, [entry]);
    else versions.push(entry);
  }
  return [...byKey.values()]
    .flatMap((versions) => {
      const newestFirst = versions.toSorted(
        (a, b) =>
          Number(b.isLatest) - Number(a.isLatest) || b.lastModified.getTime() - a.lastModified.getTime(),
      );
      if (newestFirst[0]?.isLatest !== true || newestFirst[0].isDeleteMarker) return [];
      return newestFirst.flatMap(({ key, versionId, bytes, isDeleteMarker }, index) => {
        const newer = newestFirst[index - 1];
        return newer === undefined || isDeleteMarker
          ? []
          : [{ key, versionId, bytes, newerVersions: index - 1, since: newer.lastModified }];
      });
    })
    .toSorted((a, b) => a.since.getTime() - b.since.getTime());
}

/**
 * S3 counts from the newer version, rounds up to midnight UTC and may take a day or two longer, so the computed day is safe. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
function lastDay(version: Overwritten, lifecycle: AwsAnswer<readonly LifecycleRule[]>): string {
  if (lifecycle.kind === 'denied' || lifecycle.kind === 'unanswered') {
    return `is kept for unknown days (${unknownOutcome(lifecycle, '').found})`;
  }
  const days =
    lifecycle.kind === 'is' ? noncurrentDays(lifecycle.value, version, version.newerVersions) : undefined;
  if (days === undefined) return 'is kept for ever';
  const last = new Date(version.since.getTime() + days * DAY_MS);
  // S3 accepts more days than a Date can hold.
  return Number.isNaN(last.getTime())
    ? `is kept for ${days} d`
    : `is kept until ${last.toISOString().slice(0, 10)} UTC`;
}

/** The role has access to every object in the bucket, because Tavus chooses the keys. */
export function judgeOtherContent({ entries, isTruncated }: Listing<string>): CheckOutcome {
  const expected = "only recordings: Tavus's role may read and overwrite everything in the bucket";
  const others = entries.filter((name) => name !== RECORDING_KEY_PREFIX);
  const seen = `${isTruncated ? 'the first ' : ''}${entries.length} names at the top of the bucket`;
  if (others.length === 0) {
    return isTruncated ? unknown(`nothing else among ${seen}`, expected) : ok('nothing else', expected);
  }
  const examples = others.slice(0, MAX_NAMED).map((name) => formatValue(shortened(name)));
  return warn(
    `${others.length} of ${seen} are not ${RECORDING_KEY_PREFIX}, such as ${examples.join(', ')}`,
    expected,
    'Use a separate bucket for recordings, or move the other objects out, old versions too.',
  );
}

const shortened = (name: string): string =>
  name.length <= MAX_SHOWN ? name : `${name.slice(0, MAX_SHOWN)}…`;
