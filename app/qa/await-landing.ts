import type { BackendPort, StartedConversation } from './ports';
import type { Event } from './state';

const EVERY_MS = 2_000;
const PATIENCE_MS = 180_000;

/** Asks the backend whether the recording has landed, until it has or three minutes are over. */
export function awaitLanding(
  backend: Pick<BackendPort, 'status'>,
  conversation: StartedConversation,
  dispatch: (event: Event) => void,
): void {
  const until = Date.now() + PATIENCE_MS;
  const ask = async (): Promise<void> => {
    // A question that failed is asked again: only landed is an answer to wait for.
    const status = await backend.status(conversation).catch(() => undefined);
    if (status) dispatch({ type: 'status', status });
    if (status?.recording === 'landed') return;
    if (Date.now() >= until) return dispatch({ type: 'waited-long-enough' });
    setTimeout(() => void ask(), EVERY_MS);
  };
  void ask();
}
