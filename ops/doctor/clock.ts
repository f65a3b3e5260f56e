import { fail, ok, unknown, warn, type CheckOutcome } from './check-result';

/** Difference to a server's clock; positive when the local clock is ahead. */
export interface Skew {
  readonly seconds: number;
}

/** Measures the difference between the local clock and the `Date` header of the first answer. */
export class ClockSkew {
  private first: Skew | undefined;
  constructor(private readonly now: () => number = Date.now) {}

  note(date: string | undefined): void {
    const theirs = date === undefined ? Number.NaN : Date.parse(date);
    if (Number.isNaN(theirs)) return;
    this.first ??= { seconds: Math.round((this.now() - theirs) / 1000) };
  }

  get skew(): Skew | undefined {
    return this.first;
  }
}

/** Above this, callback addresses and presigned links expire noticeably early or late. */
const WARN_SEC = 60;
/** Above this, AWS refuses signatures. The SDK corrects for it; other clients do not. */
const FAIL_SEC = 300;

const EXPECTED = `at most ${WARN_SEC} s apart`;
const FIX =
  'Set the clock by NTP: `sudo timedatectl set-ntp true` (Windows, as administrator: `w32tm /resync`; macOS: `sudo sntp -sS time.apple.com`).';

/** @param server name for the report */
export function judgeSkew(skew: Skew | undefined, server: string): CheckOutcome {
  if (skew === undefined) return unknown(`${server} gave no time`, EXPECTED);
  const seconds = Math.abs(skew.seconds);
  const found = `${seconds} s ${skew.seconds < 0 ? 'behind' : 'ahead of'} ${server}`;
  if (seconds > FAIL_SEC) return fail(found, EXPECTED, FIX);
  return seconds > WARN_SEC ? warn(found, EXPECTED, FIX) : ok(found, EXPECTED);
}
