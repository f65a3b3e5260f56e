/** Topics of the report, in order. */
export const TOPICS = [
  'settings',
  'azure',
  'aws',
  'bucket',
  'role',
  'key',
  'reader',
  'tavus',
  'callbacks',
  'clock',
] as const;
export type Topic = (typeof TOPICS)[number];

/** `unknown`: the check could not be made, for example because a right is missing. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'unknown';

/** Outcome of one check. Must not contain a secret. */
export interface CheckOutcome {
  readonly status: CheckStatus;
  readonly found: string;
  readonly expected: string;
  /** Command or instruction that fixes the problem. */
  readonly fix?: string;
  /** A right or role is missing. A new one takes up to minutes to take effect, so `--wait` repeats the check. */
  readonly isRetryable?: true;
}

/** One check of the doctor. */
export interface Check {
  /** Part of the interface: programs rely on it. */
  readonly id: string;
  readonly topic: Topic;
  /** Service that the check asks; absent for a check without requests. */
  readonly asks?: 'AWS' | 'Tavus';
  /** A check without an answer after this time is `unknown`. @default that of the runner */
  readonly timeoutMs?: number;
  readonly run: () => CheckOutcome | Promise<CheckOutcome>;
}

/** One row of the report. */
export interface CheckResult extends CheckOutcome {
  readonly id: string;
  readonly topic: Topic;
  readonly asks?: 'AWS' | 'Tavus';
}

export const ok = (found: string, expected: string): CheckOutcome => ({ status: 'ok', found, expected });
export const warn = (found: string, expected: string, fix: string): CheckOutcome => ({
  status: 'warn',
  found,
  expected,
  fix,
});
export const fail = (found: string, expected: string, fix: string): CheckOutcome => ({
  status: 'fail',
  found,
  expected,
  fix,
});
export const unknown = (found: string, expected: string, fix?: string): CheckOutcome => ({
  status: 'unknown',
  found,
  expected,
  ...(fix === undefined ? {} : { fix }),
});
