import { CONSENT_TEXT_VERSIONS } from '../../contract/consent-text';
import { awaitLanding } from './await-landing';
import { openConversation, type OpenConversation } from './conversation';
import type {
  BackendPort,
  StartedConversation,
  DeviceLabels,
  DevicePort,
  OpenCall,
  Notice,
  QaConfig,
  StartAttempt,
} from './ports';
import { INITIAL, mayStart, reduce, type Event, type State } from './state';
import { LOCALE, SIGN_IN } from './texts';

/** The page's edge to the world. */
export interface Ports {
  readonly backend: BackendPort;
  readonly devices: DevicePort;
  readonly openCall: OpenCall;
}

/** What the person can do; each takes effect through {@link reduce} and the ports. */
export interface Session {
  load(): Promise<void>;
  giveKey(key: string): void;
  checkDevices(wanted?: { readonly cameraId?: string; readonly microphoneId?: string }): Promise<void>;
  choose(choice: 'record' | 'no-recording'): void;
  start(): Promise<void>;
  joinAgain(): void;
  goOnUnrecorded(): void;
  retryRecording(): void;
  toggleMicrophone(): void;
  toggleCamera(): void;
  end(): Promise<void>;
  /** The page is going away: end what is running, without waiting. */
  leavePage(): void;
}

const labelOf = (devices: readonly { id: string; label: string }[], id: string): string | undefined =>
  devices.find((device) => device.id === id)?.label;

/** The body of a start. Consent is evidence: it is sent only where it is asked for, and only by who agreed. */
function bodyOf({ config, choice }: State): StartAttempt['body'] {
  if (!config?.recording.enabled) return {};
  if (choice !== 'record') return { recording: false };
  if (!config.consentRequired) return { recording: true };
  const accepted_at = new Date().toISOString();
  return {
    recording: true,
    consent: { text_version: CONSENT_TEXT_VERSIONS[0], accepted_at, locale: LOCALE },
  };
}

/** Whatever the backend answered: nobody is recorded who hasn't chosen it. */
function withoutUnwanted(conversation: StartedConversation, { choice }: State): StartedConversation {
  return choice === 'record' ? conversation : { ...conversation, recording: { enabled: false } };
}

/** The page may frame rooms of one origin; the browser would leave any other blank without a word. */
function foreignRoom({ url }: StartedConversation, config: QaConfig | undefined): Notice | undefined {
  const { origin } = new URL(url);
  if (origin === config?.roomOrigin) return undefined;
  const detail = `The conversation’s room is at ${origin}, and this page may show rooms of ${config?.roomOrigin} only. Set ROOM_ORIGIN of the backend.`;
  return { title: 'The room is somewhere else', detail };
}

/** Runs one page: keeps its state, does what has effects, and tells `onState` after each change. */
export function createSession(ports: Ports, onState: (state: State) => void): Session {
  const { backend, devices, openCall } = ports;
  let state = INITIAL;
  /** In memory only: gone with the page. */
  let key: string | undefined;
  /** Kept while no answer has come, so that trying again is the same request. */
  let attempt: StartAttempt | undefined;
  let conversation: OpenConversation | undefined;

  const dispatch = (event: Event): void => {
    state = reduce(state, event);
    onState(state);
  };

  const pickedDevices = (): DeviceLabels => ({
    camera: labelOf(state.devices.cameras, state.devices.cameraId),
    microphone: labelOf(state.devices.microphones, state.devices.microphoneId),
  });

  const endConversation = async (): Promise<void> => {
    if (state.screen !== 'call' || conversation === undefined) return;
    const ending = conversation;
    dispatch({ type: 'end-asked' });
    dispatch({ type: 'ended', confirmed: await ending.end() });
    if (state.outcome.recording === 'waiting') awaitLanding(backend, ending.conversation, dispatch);
  };

  const session: Session = {
    async load() {
      try {
        dispatch({ type: 'config-read', config: await backend.config() });
      } catch {
        const detail = 'Check that the backend runs, then reload the page.';
        dispatch({ type: 'config-failed', problem: { title: 'The backend does not answer', detail } });
      }
    },

    giveKey(given) {
      // A header takes no others; the browser would not even send them.
      if (!/^[\x21-\x7e]+$/.test(given)) return dispatch({ type: 'key-refused' });
      key = given;
      dispatch({ type: 'key-given' });
    },

    async checkDevices(wanted = {}) {
      dispatch({ type: 'devices-asked' });
      const opened = await devices.open(wanted);
      dispatch(
        typeof opened === 'string'
          ? { type: 'devices-failed', trouble: opened }
          : { type: 'devices-opened', devices: opened },
      );
    },

    choose(choice) {
      attempt = undefined;
      dispatch({ type: 'chosen', choice });
    },

    async start() {
      if (state.screen !== 'before' || !mayStart(state)) return;
      dispatch({ type: 'start-asked' });
      attempt ??= { idempotencyKey: crypto.randomUUID(), body: bodyOf(state) };
      const answer = await backend.start(attempt, key);
      if (answer.kind !== 'unanswered') attempt = undefined;
      if (answer.kind === 'key-refused') {
        return state.config?.keyRequired === true
          ? dispatch({ type: 'key-refused' })
          : dispatch({ type: 'start-failed', problem: SIGN_IN });
      }
      if (answer.kind !== 'started') return dispatch({ type: 'start-failed', problem: answer.problem });
      const foreign = foreignRoom(answer.conversation, state.config);
      if (foreign) {
        void backend.end(answer.conversation).catch(() => undefined);
        return dispatch({ type: 'start-failed', problem: foreign });
      }
      devices.close();
      const opened = withoutUnwanted(answer.conversation, state);
      dispatch({ type: 'started', recording: opened.recording });
      conversation = openConversation(opened, {
        backend,
        openCall,
        devices: pickedDevices(),
        dispatch,
        onGone: () => void session.end(),
      });
    },

    joinAgain() {
      dispatch({ type: 'join-again' });
      void conversation?.joinAgain();
    },
    goOnUnrecorded: () => dispatch({ type: 'go-on-unrecorded' }),
    retryRecording: () => conversation?.retryRecording(),
    toggleMicrophone() {
      const { microphone, camera } = state.call;
      conversation?.setMicrophone(!microphone);
      dispatch({ type: 'media', microphone: !microphone, camera });
    },
    toggleCamera() {
      const { microphone, camera } = state.call;
      conversation?.setCamera(!camera);
      dispatch({ type: 'media', microphone, camera: !camera });
    },
    end: endConversation,
    leavePage: () => conversation?.endOnPageHide(),
  };
  return session;
}
