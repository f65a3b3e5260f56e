import type { Place } from '../place';

/** The parts of ISO 8601 that Azure's alerts use. */
const DURATION = /^P(?:(?<days>\d+)D)?(?:T(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?)?$/;

/** Minutes of a duration such as `PT5M`; undefined for anything else, and for what is unknown. */
export function minutes({ value }: Place): number | undefined {
  const parts = typeof value === 'string' ? DURATION.exec(value)?.groups : undefined;
  if (parts === undefined) return undefined;
  const [days, hours, rest] = [parts['days'], parts['hours'], parts['minutes']].map(Number);
  const total = [(days || 0) * 24 * 60, (hours || 0) * 60, rest || 0].reduce((sum, part) => sum + part, 0);
  return total > 0 ? total : undefined;
}
