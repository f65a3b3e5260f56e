/** Topics of the report, in the order in which they are shown. */
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

/** `unknown`: it could not be found out, for example for want of a right; it says nothing about the thing itself. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'unknown';

/** What came of one check. No part of it may hold a secret. */
export interface CheckOutcome {
  readonly status: CheckStatus;
  readonly found: string;
  readonly expected: string;
  /** The command, or else the sentence, that puts it right. */
  readonly fix?: string;
  /** For want of a right or a role: once given, it takes up to minutes until these have an effect everywhere. */
  readonly isRetryable?: true;
}

/** One thing to find out. */
export interface Check {
  /** Part of the interface: programs compare it. */
  readonly id: string;
  readonly topic: Topic;
  /** Whose answer it needs; absent for what is known without asking anybody. */
  readonly asks?: 'AWS' | 'Tavus';
  /** After this it is `unknown`. @default the runner's */
  readonly timeoutMs?: number;
  readonly run: () => CheckOutcome | Promise<CheckOutcome>;
}

/** A check with its outcome. */
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
