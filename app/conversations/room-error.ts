import type { FactOf } from '../ledger/facts';

/** Daily's words when it could not assume the role (its own sample, read 2026-11-28). */
const ROLE = /\bsts\b|assume|credential/i;

/** Words by which a room says no, as opposed to one that says that something broke. */
const REFUSAL =
  /not (?:allowed|permitted|authori[sz]ed|enabled)|permission|forbidden|unauthori[sz]ed|must be (?:an? )?(?:owner|admin)/i;

/** What kind of failure a room's own words tell of. The words are erased with the person; this stays. */
export function roomError(words: string | undefined): NonNullable<FactOf<'page'>['error']> {
  if (words === undefined) return 'other';
  if (ROLE.test(words)) return 'role';
  return REFUSAL.test(words) ? 'refused' : 'other';
}
