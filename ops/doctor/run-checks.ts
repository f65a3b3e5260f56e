import { unknown, type Check, type CheckResult, type CheckOutcome } from './check-result';

/** Longer than any single request takes; the slowest one, a policy simulation, takes about a second. */
const CHECK_TIMEOUT_MS = 10_000;

/** Time before the first progress message, and between two of them. */
const QUIET_MS = 2_000;

export interface RunOptions {
  /** Receives progress messages. */
  readonly progress: (text: string) => void;
  /** @default CHECK_TIMEOUT_MS */
  readonly timeoutMs?: number;
  /** @default QUIET_MS */
  readonly quietMs?: number;
}

/**
 * Runs all checks at once, each with its own timeout. Never rejects: a check that throws is `unknown`.
 *
 * @returns the results in the order of the checks
 */
export async function runChecks(checks: readonly Check[], options: RunOptions): Promise<CheckResult[]> {
  const { timeoutMs = CHECK_TIMEOUT_MS, quietMs = QUIET_MS, progress } = options;
  const pending = new Set(checks);
  const ticker = setInterval(() => progress(waitingFor(pending)), quietMs);
  try {
    return await Promise.all(
      checks.map(async (check) => {
        const outcome = await inTime(check, check.timeoutMs ?? timeoutMs);
        pending.delete(check);
        const { id, topic, asks } = check;
        return { id, topic, ...(asks === undefined ? {} : { asks }), ...outcome };
      }),
    );
  } finally {
    clearInterval(ticker);
  }
}

/** Names up to three checks; counts more. */
function waitingFor(pending: ReadonlySet<Check>): string {
  const ids = [...pending].map(({ id }) => id);
  return ids.length <= 3 ? `waiting for ${ids.join(', ')}` : `waiting for ${ids.length} checks`;
}

async function inTime(check: Check, timeoutMs: number): Promise<CheckOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckOutcome>((resolve) => {
    timer = setTimeout(
      () => resolve(unknown(`no answer within ${timeoutMs / 1000} s`, 'an answer')),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([Promise.resolve().then(check.run), late]);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return unknown(`the check itself failed: ${text}`, 'an answer');
  } finally {
    clearTimeout(timer);
  }
}
