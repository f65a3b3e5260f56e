import type { Config } from '../config';
import { HttpProblem } from '../http/problem';
import { internal, ledgerUnavailable } from '../http/problems';
import { LedgerUnavailable } from '../ledger/store';
import { BUSY_RETRY_SEC } from '../tavus/errors';
import type { Orphan } from '../tavus/orphan';
import { absentSec } from './expectation';

/** Describes the fate of an orphan to the caller. */
const ORPHAN_DESCRIPTIONS: Readonly<Record<Orphan['kind'], (absent: number) => string>> = {
  ended: () => 'The conversation had been started; it was found and ended.',
  'not-ended': (absent) =>
    `The conversation had been started and could not be ended; Tavus ends it after ${absent} s without participants.`,
  'not-found': (absent) =>
    `It is not among the running conversations; if it appears later, Tavus ends it after ${absent} s without participants.`,
  'not-known': (absent) =>
    `It could not be determined whether it is running; if so, Tavus ends it after ${absent} s without participants.`,
};
export const describeOrphan = ({ tavus }: Config, { kind }: Orphan): string =>
  ORPHAN_DESCRIPTIONS[kind](absentSec(tavus.limits));

/** The problem of a failed start, for its caller. */
export function problemIn(error: unknown, happened = 'Nothing was started.'): HttpProblem {
  if (error instanceof HttpProblem) return error;
  return error instanceof LedgerUnavailable ? ledgerUnavailable(error, happened) : internal(error);
}

export const busy = (): HttpProblem =>
  new HttpProblem({
    type: 'busy',
    status: 409,
    title: 'Too many conversations at a time',
    detail:
      'This backend has reached its limit of open conversations (TAVUS_MAX_CONCURRENT_CONVERSATIONS). Nothing was started.',
    headers: { 'retry-after': String(BUSY_RETRY_SEC) },
  });

export const consentNotWritten = (): HttpProblem =>
  new HttpProblem({
    type: 'consent-not-kept',
    status: 503,
    title: 'The consent could not be kept',
    detail:
      'The ledger is in memory, so the log holds the evidence of consents, and writing to it failed; its disk may be full. ' +
      'Nothing was started. Try again later.',
    headers: { 'retry-after': '60' },
  });

export const tooLate = (): HttpProblem =>
  new HttpProblem({
    type: 'start-abandoned',
    status: 503,
    title: 'The start was abandoned',
    detail: 'This process was paused for too long, so it did not call Tavus. Nothing was started. Try again.',
  });

/** Another replica found this start interrupted and gave it up. */
export const givenUp = (): HttpProblem =>
  new HttpProblem({
    type: 'start-abandoned',
    status: 503,
    title: 'The start was abandoned',
    detail: 'This process was paused for too long, and another one abandoned the start meanwhile.',
  });

export const hungUp = ({ tavus }: Config): HttpProblem =>
  new HttpProblem({
    type: 'conversation-ended',
    status: 410,
    title: 'The conversation was ended',
    detail:
      'The connection broke before this start was answered, and no repeated request came in time, so its conversation was ended. ' +
      `If that failed, Tavus ends it after ${absentSec(tavus.limits)} s without participants. Start again with a new key.`,
  });
