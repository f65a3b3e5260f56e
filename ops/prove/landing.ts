import { setTimeout as pause } from 'node:timers/promises';
import { STATES } from '../../app/ledger/states';
import type { Backend, Status } from './backend';
import { StepStopped } from './steps';
import type { StartedCall } from './call';

/** A backend that may look into the bucket does so within seconds of the announcement. */
const LOOKS_MS = 15_000;
const SOON_MS = 30_000;

export interface LandingOptions {
  /** How long is waited at most; the backend's own deadline comes first. */
  readonly mostMs: number;
  readonly signal: AbortSignal;
  /** Told of each state on the way. */
  readonly onState: (words: string) => void;
}

/**
 * Waits for what becomes of the recording: until the backend has seen it in the bucket, says that it may not look, or says
 * what is wrong.
 *
 * @throws StepStopped when the recording is not there as it should be
 */
export async function awaitLanding(
  backend: Backend,
  call: StartedCall,
  { mostMs, signal, onState }: LandingOptions,
): Promise<Status> {
  const beganMs = performance.now();
  let announcedMs: number | undefined;
  let words = '';
  for (;;) {
    const status = await backend.status(call);
    if (status === undefined) throw new StepStopped('failed', 'the backend does not know this conversation');
    const now = performance.now();
    const { recording: state, cause } = status;
    const found = cause === undefined ? state : `${state}, cause ${cause}`;
    if (found !== words) onState(found);
    words = found;
    if (state === 'announced') announcedMs ??= now;
    if (state === 'landed' || (announcedMs !== undefined && now - announcedMs > LOOKS_MS)) return status;
    const { isFinal, isTold } = STATES[state];
    if (isTold || (isFinal && state !== 'announced')) {
      throw new StepStopped('failed', `${found}: ${STATES[state].meaning}`, runbookFix(cause));
    }
    if (now - beganMs > mostMs) {
      throw new StepStopped(
        'failed',
        `${found} after ${Math.round(mostMs / 60_000)} min`,
        'Look at it again later: `npx recordings show`.',
      );
    }
    await pause(now - beganMs < SOON_MS ? 500 : 5_000, undefined, { signal });
  }
}

const runbookFix = (cause: string | undefined): string =>
  cause === undefined ? 'See docs/runbook.md.' : `See docs/runbook.md#${cause}.`;
