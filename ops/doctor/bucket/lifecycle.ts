import type { LifecycleRule, TransitionStorageClass } from '@aws-sdk/client-s3';
import { RECORDING_KEY_PREFIX } from '../../../contract/vendor-facts';

/** An object, as lifecycle filters see it. Recordings have no tags: Tavus's role may not set them. */
export interface LifecycleObject {
  readonly key: string;
  readonly bytes: number;
}

/** When an action happens: days after the object was written, or on a fixed date. */
export type Moment = { readonly days: number } | { readonly date: Date };

/** A transition to another storage class. */
export interface Transition {
  readonly at: Moment;
  readonly to: TransitionStorageClass | undefined;
}

/** What lifecycle rules do to a recording. */
export interface LifecycleEffect {
  /** When a delete marker hides it or, without versioning, when it is deleted. Undefined: never. */
  readonly expires: Moment | undefined;
  /** Days until its bytes are deleted after that. Undefined: never. */
  readonly keptDays: number | undefined;
  readonly transitions: readonly Transition[];
  /** Transitions during those days. */
  readonly noncurrentTransitions: readonly Transition[];
}

/** The effect on a group of recordings. */
export interface GroupEffect {
  /** Completes "recordings ..."; empty for the usual ones. */
  readonly which: string;
  readonly effect: LifecycleEffect;
}

/** Whether the rule is enabled and applies to the object. */
export function appliesTo(
  { Status, Filter, Prefix }: LifecycleRule,
  { key, bytes }: LifecycleObject,
): boolean {
  if (Status !== 'Enabled') return false;
  const { And: all, ...one } = Filter ?? {};
  const { Prefix: prefix, ObjectSizeGreaterThan: above, ObjectSizeLessThan: below } = { ...one, ...all };
  const isTagged = one.Tag !== undefined || (all?.Tags ?? []).length > 0;
  return (
    !isTagged &&
    key.startsWith(Prefix ?? prefix ?? '') &&
    (above === undefined || bytes > above) &&
    (below === undefined || bytes < below)
  );
}

const minDays = (days: readonly (number | undefined)[]): number | undefined => {
  const known = days.filter((day) => day !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

/** Days for which a noncurrent version with this many newer noncurrent versions is kept. Undefined: for ever. */
export const noncurrentDays = (
  rules: readonly LifecycleRule[],
  object: LifecycleObject,
  newerVersions: number,
): number | undefined =>
  minDays(
    rules.flatMap((rule) => {
      const { NoncurrentDays: days, NewerNoncurrentVersions: kept = 0 } =
        rule.NoncurrentVersionExpiration ?? {};
      // NewerNoncurrentVersions keeps that many, whatever their age.
      return appliesTo(rule, object) && kept <= newerVersions ? [days] : [];
    }),
  );

const momentOf = (at: {
  readonly Days?: number | undefined;
  readonly Date?: Date | undefined;
}): Moment | undefined =>
  at.Date === undefined ? (at.Days === undefined ? undefined : { days: at.Days }) : { date: at.Date };

/** A date overrides days: after it, new objects expire at once. Otherwise the fewest days count. */
function earliest(moments: readonly Moment[]): Moment | undefined {
  const dates = moments.flatMap((moment) => ('date' in moment ? [moment.date.getTime()] : []));
  if (dates.length > 0) return { date: new Date(Math.min(...dates)) };
  const days = minDays(moments.map((moment) => ('days' in moment ? moment.days : undefined)));
  return days === undefined ? undefined : { days };
}

/**
 * @param isVersioned whether expiry keeps the bytes as a noncurrent version
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html (read 2026-11-22)
 */
function effectOn(
  rules: readonly LifecycleRule[],
  object: LifecycleObject,
  isVersioned: boolean,
): LifecycleEffect {
  const active = rules.filter((rule) => appliesTo(rule, object));
  return {
    expires: earliest(active.flatMap(({ Expiration }) => momentOf(Expiration ?? {}) ?? [])),
    keptDays: isVersioned ? noncurrentDays(rules, object, 0) : 0,
    transitions: active
      .flatMap(({ Transitions = [] }) => Transitions)
      .flatMap((move) => {
        const at = momentOf(move);
        return at === undefined ? [] : [{ at, to: move.StorageClass }];
      }),
    noncurrentTransitions: active
      .flatMap(({ NoncurrentVersionTransitions: transitions = [] }) => transitions)
      .flatMap(({ NoncurrentDays: days, NewerNoncurrentVersions: kept = 0, StorageClass: to }) =>
        days === undefined || kept > 0 ? [] : [{ at: { days }, to }],
      ),
  };
}

/** A recording of some minutes, which the report describes first. */
const USUAL: LifecycleObject = { key: `${RECORDING_KEY_PREFIX}~/0`, bytes: 100_000_000 };

/** More than a session of 12 h can produce. */
const MAX_BYTES = 50_000_000_000;

/** Effects on recordings: on the usual ones first, then on each group that a filter treats differently. */
export function lifecycleEffects(
  rules: readonly LifecycleRule[],
  { isVersioned }: { readonly isVersioned: boolean },
): readonly [GroupEffect, ...GroupEffect[]] {
  const usual = effectOn(rules, USUAL, isVersioned);
  const asUsual = JSON.stringify(usual);
  const others = keysOf(rules).flatMap(({ key, which: below }) =>
    sizesOf(rules).flatMap(({ bytes, which: sized }) => {
      const effect = effectOn(rules, { key, bytes }, isVersioned);
      const which = [below, sized].filter((words) => words !== '').join(' ');
      return JSON.stringify(effect) === asUsual ? [] : [{ which, effect }];
    }),
  );
  return [{ which: '', effect: usual }, ...others];
}

const filtersOf = (rules: readonly LifecycleRule[]) =>
  rules
    .filter(({ Status }) => Status === 'Enabled')
    .map(({ Filter: { And: all, ...one } = {}, Prefix }) => ({ Prefix, ...one, ...all }));

/** One key for each group that the filters distinguish. */
function keysOf(
  rules: readonly LifecycleRule[],
): readonly { readonly key: string; readonly which: string }[] {
  const deeper = filtersOf(rules)
    .map(({ Prefix: prefix = '' }) => prefix)
    .filter((prefix) => prefix.startsWith(RECORDING_KEY_PREFIX) && prefix !== RECORDING_KEY_PREFIX);
  return [
    { key: USUAL.key, which: '' },
    ...[...new Set(deeper)].map((prefix) => ({ key: `${prefix}0`, which: `below ${prefix}` })),
  ];
}

/** One size for each group that the filters distinguish. */
function sizesOf(
  rules: readonly LifecycleRule[],
): readonly { readonly bytes: number; readonly which: string }[] {
  const cuts = filtersOf(rules)
    .flatMap(({ ObjectSizeGreaterThan: above, ObjectSizeLessThan: below }) => [
      ...(above === undefined ? [] : [above + 1]),
      ...(below === undefined ? [] : [below]),
    ])
    .filter((bytes) => bytes > 1 && bytes <= MAX_BYTES);
  const from = [...new Set([1, ...cuts])].toSorted((a, b) => a - b);
  return from.map((bytes, index) => {
    const next = from[index + 1];
    if (next === undefined) return { bytes, which: index === 0 ? '' : `from ${bytes} bytes on` };
    return { bytes, which: bytes === 1 ? `below ${next} bytes` : `from ${bytes} to ${next - 1} bytes` };
  });
}

/** Whether a rule applies to no recording. */
export const ignoresRecordings = (rule: LifecycleRule): boolean =>
  keysOf([rule]).every(({ key }) => sizesOf([rule]).every(({ bytes }) => !appliesTo(rule, { key, bytes })));

/** Days until the parts of an incomplete upload are deleted. Undefined: never. */
export const abortDays = (rules: readonly LifecycleRule[]): number | undefined =>
  minDays(
    rules.flatMap((rule) =>
      appliesTo(rule, USUAL) ? [rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation] : [],
    ),
  );

/** Whether the delete marker is removed after the last version is deleted. */
export const removesMarkers = (rules: readonly LifecycleRule[]): boolean =>
  rules.some((rule) => appliesTo(rule, USUAL) && rule.Expiration?.ExpiredObjectDeleteMarker === true);
