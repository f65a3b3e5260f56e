import { setTimeout as pause } from 'node:timers/promises';
import { STATES } from '../../app/ledger/states';
import { CAUSE_NAMES, CAUSES, runbookOf } from '../../app/watch/causes';
import type { BackendClient, CallStatus } from './backend-client';
import { messageOf, StepStopped } from './steps';
import type { StartedCall } from './call';

/** A backend that may look into the bucket does so within seconds of the announcement. */
const CHECK_MS = 15_000;
const FAST_POLL_MS = 30_000;
/** After so long without an answer nothing is waited for. */
const NO_ANSWER_MS = 60_000;

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
      // A new revision, or a moment's trouble: the recording lands all the same.
      tell(`no answer: ${status}`);
      if (now - answeredMs > NO_ANSWER_MS) throw new StepStopped('failed', `no answer any more: ${status}`);
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
      throw new StepStopped('failed', found, 'Look at it again later: `npx recordings show`.');
    }
    await pause(now - beganMs < FAST_POLL_MS ? 500 : 5_000, undefined, { signal });
  }
}
