import type { BackendPort, StartedConversation } from './ports';
import type { Event } from './state';

const EVERY_MS = 2_000;
const PATIENCE_MS = 180_000;

/** Asks the backend what became of the recording, until that is known or three minutes are over. One that is missing may still come. */
export function awaitLanding(
  backend: Pick<BackendPort, 'status'>,
  conversation: StartedConversation,
  dispatch: (event: Event) => void,
): void {
  const until = Date.now() + PATIENCE_MS;
  const ask = async (): Promise<void> => {
    // A question that failed is asked again: only one that says how it ended is waited for.
    const status = await backend.status(conversation).catch(() => undefined);
    if (status) dispatch({ type: 'status', status });
    if (status !== undefined && status.recording !== 'pending' && status.recording !== 'missing') return;
    if (Date.now() >= until) return dispatch({ type: 'waited-long-enough' });
    setTimeout(() => void ask(), EVERY_MS);
  };
  void ask();
}
