import type { IntelligentTieringConfiguration } from '@aws-sdk/client-s3';
import { RECORDING_KEY_PREFIX } from '../../../contract/vendor-facts';
import type { LifecycleEffect, Transition } from './lifecycle';

/** Storage classes that need a restore of minutes to days before an object can be read. */
const ARCHIVES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Transition into a class from which a recording cannot be played. */
export interface ArchiveTransition {
  /** As in `after 1 d`. */
  readonly when: string;
  readonly to: string;
}

const startOf = ({ at }: Transition): number => ('days' in at ? at.days : at.date.getTime());

export const describeMoment = (at: Transition['at']): string =>
  'days' in at ? `after ${at.days} d` : `from ${at.date.toISOString().slice(0, 10)} on`;

/** The first transition into an archive, unless the recording has expired by then. */
export function firstArchive(
  transitions: readonly Transition[],
  expires: LifecycleEffect['expires'],
): ArchiveTransition | undefined {
  const [first] = transitions
    .filter(({ at, to }) => ARCHIVES.has(to ?? '') && !isOver(at, expires))
    .toSorted((a, b) => startOf(a) - startOf(b));
  return first === undefined ? undefined : { when: describeMoment(first.at), to: String(first.to) };
}

/** On the same day, expiry takes precedence. */
const isOver = (at: Transition['at'], expires: LifecycleEffect['expires']): boolean =>
  expires !== undefined && 'days' in at && 'days' in expires && at.days >= expires.days;

/** Whether recordings move to Intelligent-Tiering, which may have archive tiers. */
export const isTiered = ({ transitions, expires }: LifecycleEffect): boolean =>
  transitions.some(({ at, to }) => to === 'INTELLIGENT_TIERING' && !isOver(at, expires));

/** The first archive tier that recordings without access reach. */
export function archiveTier(
  configurations: readonly IntelligentTieringConfiguration[],
  { transitions, expires }: LifecycleEffect,
): ArchiveTransition | undefined {
  const since = Math.min(
    ...transitions.flatMap(({ at, to }) =>
      to === 'INTELLIGENT_TIERING' ? ['days' in at ? at.days : 0] : [],
    ),
  );
  const [first] = configurations
    .filter(({ Status, Filter: { And: all, ...one } = {} }) => {
      const prefix = { ...one, ...all }.Prefix ?? '';
      const isTagged = one.Tag !== undefined || (all?.Tags ?? []).length > 0;
      const meets = RECORDING_KEY_PREFIX.startsWith(prefix) || prefix.startsWith(RECORDING_KEY_PREFIX);
      return Status === 'Enabled' && !isTagged && meets;
    })
    .flatMap(({ Tierings = [] }) => Tierings)
    .map(({ Days: days = 0, AccessTier: to }) => ({ at: { days: since + days }, to: String(to) }))
    .filter(({ at }) => !isOver(at, expires))
    .toSorted((a, b) => a.at.days - b.at.days);
  return first === undefined
    ? undefined
    : { when: `${describeMoment(first.at)} without access`, to: `the tier ${first.to}` };
}
