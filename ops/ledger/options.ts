import { problem } from '../../contract/problem';

const DAY_MS = 86_400_000;

const wrongTime = (wrong: string, text: string): string =>
  problem({
    name: '--since',
    wrong,
    got: text,
    why: 'Without a valid time no starts can be selected.',
    fix: 'Give a day such as 2026-06-01 (UTC), a time such as 2026-06-01T10:00Z, or days back such as 3d.',
  });

const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/;

/**
 * A point in time: a day in UTC, a time with a zone of Z, or days back from now.
 * @returns epoch ms, or what is wrong
 */
export function readSince(text: string, nowMs: number): number | string {
  const days = /^(?<days>\d{1,5})d$/.exec(text)?.groups?.['days'];
  if (days !== undefined) return nowMs - Number(days) * DAY_MS;
  const ms = DATE.test(text) ? Date.parse(text) : NaN;
  // Date turns an invalid day such as 2026-02-30 into another one.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text.slice(0, 10)) {
    return wrongTime('is not a time', text);
  }
  return ms > nowMs ? wrongTime('is in the future', text) : ms;
}
