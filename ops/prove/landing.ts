import { setTimeout as pause } from 'node:timers/promises';
import { STATES } from '../../app/ledger/states';
import { CAUSE_NAMES, CAUSES, runbookOf } from '../../app/watch/causes';
import type { BackendClient, CallStatus } from './backend-client';
import { messageOf, StepStopped } from './steps';
import type { StartedCall } from './call';

/** A backend with access to the bucket verifies a recording within seconds after its announcement. */
const CHECK_MS = 15_000;
/** Polling is faster during this time. */
const FAST_POLL_MS = 30_000;
/** The wait ends after this time without an answer. */
const NO_ANSWER_MS = 60_000;

export interface LandingOptions {
  /** Maximum wait. Usually the backend's own deadline ends it earlier. */
  readonly mostMs: number;
  readonly signal: AbortSignal;
  /** Receives each new state. */
  readonly onState: (words: string) => void;
}

/**
 * Waits until the backend has verified the recording in the bucket, or only announces it because it has no access to the
 * bucket.
 *
 * @throws StepStopped when the backend reports a problem, stops answering, or the time is over
 */
export async function awaitLanding(
  backend: Pick<BackendClient, 'status'>,
  call: StartedCall,
  { mostMs, signal, onState }: LandingOptions,
): Promise<CallStatus> {
  const beganMs = performance.now();
  let answeredMs = beganMs;
  let announcedMs: number | undefined;
  let words = '';
  const tell = (found: string): void => {
    if (found !== words) onState(found);
    words = found;
  };
  for (;;) {
    const status = await backend.status(call).catch((error: unknown) => messageOf(error));
    if (status === undefined) throw new StepStopped('failed', 'the backend does not know this conversation');
    const now = performance.now();
    if (typeof status === 'string') {
      // For example during a deployment; it does not affect the recording.
      tell(`no answer: ${status}`);
      if (now - answeredMs > NO_ANSWER_MS) throw new StepStopped('failed', `no longer answers: ${status}`);
    } else {
      answeredMs = now;
      const { recording: state, cause } = status;
      tell(state);
      if (state === 'announced') announcedMs ??= now;
      if (state === 'landed' || (announcedMs !== undefined && now - announcedMs > CHECK_MS)) return status;
      const { isFinal, isTold, meaning } = STATES[state];
      if (isTold || (isFinal && state !== 'announced')) {
        const name = CAUSE_NAMES.find((one) => CAUSES[one].sentence === cause);
        const fix = `See ${name === undefined ? 'docs/runbook.md' : runbookOf(name)}.`;
        throw new StepStopped('failed', `${state}: ${cause ?? meaning}`, fix, name);
      }
    }
    if (now - beganMs > mostMs) {
      const found = `${words} after ${Math.round(mostMs / 60_000)} min`;
      throw new StepStopped('failed', found, 'Check it again later with `npx recordings show`.');
    }
    await pause(now - beganMs < FAST_POLL_MS ? 500 : 5_000, undefined, { signal });
  }
}
