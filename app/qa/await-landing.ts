import type { BackendPort, StartedConversation } from './ports';
import { describeState } from './recording-states';
import type { Event } from './state';

const POLL_MS = 2_000;
const MAX_WAIT_MS = 180_000;

/** Polls the state of the recording until it is final or three minutes are over. */
export function awaitLanding(
  backend: Pick<BackendPort, 'status'>,
  conversation: StartedConversation,
  dispatch: (event: Event) => void,
): { /** Polls at once, even after the three minutes: the person is back at the page. */ askNow(): void } {
  const until = Date.now() + MAX_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let isFinal = false;

  const ask = async (): Promise<void> => {
    if (isAsking || isFinal) return;
    isAsking = true;
    clearTimeout(timer);
    // A failed request is repeated.
    const status = await backend.status(conversation).catch(() => undefined);
    isAsking = false;
    if (status) dispatch({ type: 'status', status });
    isFinal = status !== undefined && describeState(status.state).isFinal === true;
    if (isFinal) return;
    if (Date.now() >= until) return dispatch({ type: 'waited-long-enough' });
    timer = setTimeout(() => void ask(), POLL_MS);
  };
  void ask();
  return { askNow: () => void ask() };
}
