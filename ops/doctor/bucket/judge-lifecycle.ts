import type { LifecycleRule } from '@aws-sdk/client-s3';
import { RECORDING_KEY_PREFIX } from '../../../contract/vendor-facts';
import { fail, ok, warn, type Verdict } from '../verdict';

/** A session lasts up to 12 h, so a day is the least that does not abort an upload under way; two leave a margin. */
const LEAST_ABORT_DAYS = 2;

/** What the fixing command sets; the same days as the stack's defaults. */
const RULES = {
  Rules: [
    { ID: 'expire-recordings', Filter: {}, Status: 'Enabled', Expiration: { Days: 90 } },
    {
      ID: 'expire-noncurrent',
      Filter: {},
      Status: 'Enabled',
      NoncurrentVersionExpiration: { NoncurrentDays: 7 },
    },
    {
      ID: 'remove-delete-markers',
      Filter: {},
      Status: 'Enabled',
      Expiration: { ExpiredObjectDeleteMarker: true },
    },
    {
      ID: 'abort-incomplete-uploads',
      Filter: {},
      Status: 'Enabled',
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    },
  ],
};

/** Whether the rule is on and reaches every key below a prefix. */
export function reaches({ Status, Filter, Prefix }: LifecycleRule, prefix: string): boolean {
  if (Status !== 'Enabled') return false;
  const { Prefix: filtered, ...others } = Filter ?? {};
  if (Object.values(others).some((part) => part !== undefined)) return false;
  return prefix.startsWith(Prefix ?? filtered ?? '');
}

const least = (days: readonly (number | undefined)[]): number | undefined => {
  const known = days.filter((day) => day !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

const forRecordings = (rules: readonly LifecycleRule[]): readonly LifecycleRule[] =>
  rules.filter((rule) => reaches(rule, RECORDING_KEY_PREFIX));

/** Days until an old version of a recording is gone; undefined: never. */
export const noncurrentDays = (rules: readonly LifecycleRule[]): number | undefined =>
  least(forRecordings(rules).map(({ NoncurrentVersionExpiration: rule }) => rule?.NoncurrentDays));

/** In a versioned bucket expiry deletes nothing, it adds a delete marker; so it takes four rules to be rid of a recording. */
export function judgeLifecycle(rules: readonly LifecycleRule[] | undefined, bucket: string): Verdict {
  const expected =
    'rules that expire recordings, expire noncurrent versions, remove delete markers, abort incomplete uploads';
  const fix =
    `aws s3api put-bucket-lifecycle-configuration --bucket ${bucket} --lifecycle-configuration ` +
    `'${JSON.stringify(RULES)}' # replaces all rules`;
  const active = forRecordings(rules ?? []);
  const expire = least(active.map(({ Expiration }) => Expiration?.Days));
  const noncurrent = noncurrentDays(active);
  const abort = least(active.map(({ AbortIncompleteMultipartUpload: rule }) => rule?.DaysAfterInitiation));
  const isSwept = active.some(({ Expiration }) => Expiration?.ExpiredObjectDeleteMarker === true);

  const found = [
    expire === undefined ? 'recordings never expire' : `expire after ${expire} d`,
    noncurrent === undefined ? 'old versions are kept for ever' : `old versions ${noncurrent} d more`,
    isSwept ? 'delete markers removed' : 'delete markers stay',
    abort === undefined ? 'broken uploads are kept for ever' : `broken uploads ${abort} d`,
  ].join(', ');
  if (expire === undefined || noncurrent === undefined) return fail(found, expected, fix);
  if (abort !== undefined && abort < LEAST_ABORT_DAYS) {
    return warn(
      found,
      `${expected}, the last after ${LEAST_ABORT_DAYS} d or more: a call may last 12 h`,
      fix,
    );
  }
  return isSwept && abort !== undefined ? ok(found, expected) : warn(found, expected, fix);
}
