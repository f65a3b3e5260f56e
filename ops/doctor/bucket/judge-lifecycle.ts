import type { IntelligentTieringConfiguration, LifecycleRule } from '@aws-sdk/client-s3';
import type { PromisedDays } from '../../../contract/environments';
import { formatValue } from '../../../contract/problem';
import { RECORDING_KEY_PREFIX } from '../../../contract/vendor-facts';
import type { AwsAnswer } from '../../aws/answer';
import { withFile } from '../fixes';
import { unknownOutcome } from '../judge-answer';
import { fail, ok, unknown, warn, type CheckOutcome } from '../check-result';
import { firstArchive, archiveTier, isTiered, describeMoment } from './archive';
import {
  abortDays,
  lifecycleEffects,
  ignoresRecordings,
  removesMarkers,
  type LifecycleEffect,
  type GroupEffect,
} from './lifecycle';

/** What else, beside the rules, determines the life of a recording. */
export interface LifecycleSubject {
  readonly bucket: string;
  /** `Enabled`, `Suspended`, or undefined when never enabled. */
  readonly versioning: string | undefined;
  /** Retention from cdk.json; undefined when unknown. */
  readonly promised: PromisedDays | undefined;
  /** Intelligent-Tiering; undefined when no rule moves recordings there. */
  readonly tiers: AwsAnswer<readonly IntelligentTieringConfiguration[]> | undefined;
}

/** A session lasts up to 12 h, so one day is the minimum that does not abort a running upload; two leave a margin. */
const MIN_ABORT_DAYS = 2;

/** Entries of a list that the report names. */
const MAX_NAMED = 5;

/** Defaults of the stack. */
const DEFAULT_DAYS = { retentionDays: 90, noncurrentDays: 7 };

/**
 * Checks when the last byte of a recording is gone and whether it can be played until it expires, against the
 * retention in cdk.json. In a versioned bucket expiry only adds a delete marker, so a complete deletion needs four
 * rules.
 */
export function judgeLifecycle(
  rules: readonly LifecycleRule[],
  { bucket, versioning, promised, tiers }: LifecycleSubject,
): CheckOutcome {
  const all = lifecycleEffects(rules, { isVersioned: versioning !== undefined });
  const [{ effect: usual }, ...others] = all;
  const abort = abortDays(rules);
  const isSwept = removesMarkers(rules) || versioning === undefined;
  const expected = [
    'rules that expire recordings, expire noncurrent versions, remove delete markers, abort incomplete uploads',
    ...describePromise(promised),
  ].join('; ');
  const wrong = all.flatMap((one) => problemsOf(one, promised, tiers));
  const found = [
    ...wrong,
    ...describeEffect(usual),
    isSwept ? 'delete markers removed' : 'delete markers stay',
    abort === undefined ? 'broken uploads are kept for ever' : `broken uploads ${abort} d`,
    ...others
      .slice(0, MAX_NAMED)
      .map(({ which, effect }) => [`recordings ${which}`, ...describeEffect(effect)].join(' ')),
  ].join('; ');
  const fix = lifecycleFix(rules, bucket, promised);
  if (wrong.length > 0) return fail(found, expected, fix);
  if (tiers?.kind === 'denied' || tiers?.kind === 'unanswered') {
    const { found: reason, fix: right } = unknownOutcome(tiers, '');
    return unknown(`${found}; whether S3's archive tiers are on: ${reason}`, expected, right);
  }
  if (abort !== undefined && abort < MIN_ABORT_DAYS) {
    const margin = `${expected}, the last after ${MIN_ABORT_DAYS} d or more: a call can last 12 h`;
    return warn(found, margin, fix);
  }
  const gone = goneDays(usual);
  if (others.some(({ effect }) => goneDays(effect) !== gone)) {
    return warn(found, `${expected}; the same days for all recordings`, fix);
  }
  if (abort !== undefined && gone !== undefined && abort > gone) {
    return warn(found, `${expected}; parts of a broken upload are deleted no later than recordings`, fix);
  }
  return isSwept && abort !== undefined ? ok(found, expected) : warn(found, expected, fix);
}

/** Whether a rule moves recordings to Intelligent-Tiering, so that its tiers matter. */
export const usesTiers = (rules: readonly LifecycleRule[]): boolean =>
  lifecycleEffects(rules, { isVersioned: true }).some(({ effect }) => isTiered(effect));

/** Days until these rules remove the last byte of a recording; undefined when never, or on a fixed date. */
export const lastByteDays = (
  rules: readonly LifecycleRule[],
  versioning: string | undefined,
): number | undefined =>
  goneDays(lifecycleEffects(rules, { isVersioned: versioning !== undefined })[0].effect);

/** Days until the last byte of a recording is gone; undefined when never, or on a fixed date. */
function goneDays({ expires, keptDays }: LifecycleEffect): number | undefined {
  return expires === undefined || 'date' in expires || keptDays === undefined
    ? undefined
    : expires.days + keptDays;
}

/** Describes what happens and when. What never happens is reported as a problem. */
function describeEffect(effect: LifecycleEffect): string[] {
  const { expires, keptDays, transitions, noncurrentTransitions } = effect;
  const gone = goneDays(effect);
  const old = firstArchive(noncurrentTransitions, keptDays === undefined ? undefined : { days: keptDays });
  return [
    ...(gone === undefined ? [] : [`the last byte is gone after ${gone} d`]),
    ...(expires === undefined ? [] : [`expire ${describeMoment(expires)}`]),
    ...(keptDays === undefined ? [] : [`old versions ${keptDays} d more`]),
    ...transitions.map(({ at, to }) => `${String(to)} ${describeMoment(at)}`),
    ...(old === undefined
      ? []
      : [`old versions ${old.to} ${old.when}, to be restored before they can be had back`]),
  ];
}

const describePromise = (promised: PromisedDays | undefined): string[] => [
  ...(promised?.retentionDays === undefined ? [] : [`promised: expire after ${promised.retentionDays} d`]),
  ...(promised?.noncurrentDays === undefined
    ? []
    : [`promised: old versions ${promised.noncurrentDays} d more`]),
];

/** What is not as it has to be, of the recordings that have this effect. */
function problemsOf(
  { which, effect }: GroupEffect,
  promised: PromisedDays | undefined,
  tiers: LifecycleSubject['tiers'],
): string[] {
  const { expires, keptDays, transitions } = effect;
  const { retentionDays, noncurrentDays } = promised ?? {};
  const tier = tiers?.kind === 'is' && isTiered(effect) ? archiveTier(tiers.value, effect) : undefined;
  const archive = firstArchive(transitions, expires) ?? tier;
  const problems = [
    ...(expires === undefined ? ['never expire'] : []),
    ...(expires !== undefined && 'date' in expires
      ? ['expire on a fixed date, whatever their age; later ones expire at once']
      : []),
    ...(keptDays === undefined ? ['are never completely deleted: old versions are kept for ever'] : []),
    ...(expires !== undefined &&
    'days' in expires &&
    retentionDays !== undefined &&
    expires.days !== retentionDays
      ? [`expire after ${expires.days} d, not after the promised ${retentionDays} d`]
      : []),
    ...(keptDays !== undefined && noncurrentDays !== undefined && keptDays !== noncurrentDays
      ? [`are gone ${keptDays} d after that, not the promised ${noncurrentDays} d`]
      : []),
    ...(archive === undefined
      ? []
      : [`cannot be played ${archive.when}: they are in ${archive.to} and must be restored first`]),
  ];
  const whose = which === '' ? 'recordings' : `recordings ${which}`;
  return problems.map((words) => `${whose} ${words}`);
}

const RULE_IDS = [
  'expire-recordings',
  'expire-noncurrent',
  'remove-delete-markers',
  'abort-incomplete-uploads',
] as const;

/** The command that replaces the rules for recordings and keeps all others. */
function lifecycleFix(
  rules: readonly LifecycleRule[],
  bucket: string,
  promised: PromisedDays | undefined,
): string {
  const { retentionDays = DEFAULT_DAYS.retentionDays, noncurrentDays = DEFAULT_DAYS.noncurrentDays } =
    promised ?? {};
  // For recordings only; other objects in the bucket are not ours to delete.
  const rule = (
    ID: (typeof RULE_IDS)[number],
    action: Omit<LifecycleRule, 'ID' | 'Status' | 'Filter'>,
  ): LifecycleRule => ({
    ID,
    Status: 'Enabled',
    Filter: { Prefix: RECORDING_KEY_PREFIX },
    ...action,
  });
  const kept = rules.filter(ignoresRecordings).map(withFilter);
  const replaced = rules
    .filter((one) => !ignoresRecordings(one))
    .map(({ ID }) => formatValue(ID ?? 'without an ID'));
  const configuration = {
    Rules: [
      ...kept,
      rule('expire-recordings', { Expiration: { Days: retentionDays } }),
      rule('expire-noncurrent', { NoncurrentVersionExpiration: { NoncurrentDays: noncurrentDays } }),
      rule('remove-delete-markers', { Expiration: { ExpiredObjectDeleteMarker: true } }),
      rule('abort-incomplete-uploads', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
    ],
  };
  const command = withFile(
    'lifecycle.json',
    configuration,
    (file) =>
      `aws s3api put-bucket-lifecycle-configuration --bucket ${bucket} --lifecycle-configuration ${file}`,
  );
  return replaced.length === 0 ? command : `This replaces the rules ${replaced.join(', ')}. ${command}`;
}

/** S3 refuses a configuration that mixes legacy prefixes with filters, or has two rules with one ID. */
function withFilter({
  Prefix,
  Filter = { Prefix: Prefix ?? '' },
  ID,
  ...rule
}: LifecycleRule): LifecycleRule {
  const isOurs = RULE_IDS.some((id) => id === ID);
  return { ...(ID === undefined || isOurs ? {} : { ID }), ...rule, Filter };
}
