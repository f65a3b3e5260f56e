import { CONSENT_TEXT_VERSIONS } from '../../contract/consent-text';
import { awaitLanding } from './await-landing';
import { openConversation, type OpenConversation } from './conversation';
import type { PageSignals } from './page-reports';
import type {
  BackendPort,
  StartedConversation,
  DeviceLabels,
  DevicePort,
  OpenCall,
  PageNotice,
  QaConfig,
  StartAttempt,
} from './ports';
import { INITIAL, canStart, reduce, type Event, type PageState } from './state';
import { KEY_REFUSED, keyProblem, keyUnchecked, LOCALE, UNREACHABLE } from './texts';

/** External dependencies of the page. */
export interface QaDependencies {
  readonly backend: BackendPort;
  readonly devices: DevicePort;
  readonly openCall: OpenCall;
  readonly signals: PageSignals;
}

/** Actions of the person. */
export interface QaSession {
  load(): Promise<void>;
  /** Keeps a key if the backend accepts it. */
  giveKey(key: string): Promise<void>;
  checkDevices(wanted?: { readonly cameraId?: string; readonly microphoneId?: string }): Promise<void>;
  choose(choice: 'record' | 'no-recording'): void;
  start(): Promise<void>;
  joinAgain(): void;
  /** Tries to start the recording again. */
  recordAgain(): void;
  /** The person continues after the notice about the recording. */
  goOn(): void;
  toggleMicrophone(): void;
  toggleCamera(): void;
  end(): Promise<void>;
  /** Online or visible again: retries failed requests at once. */
  comeBack(): void;
  /** The page is being hidden: ends the conversation without waiting. */
  leavePage(): void;
}

const labelOf = (devices: readonly { id: string; label: string }[], id: string): string | undefined =>
  devices.find((device) => device.id === id)?.label;

/** Body of a start. Consent is evidence, so it is sent only if it is required and was given. */
function bodyOf({ config, choice }: PageState): StartAttempt['body'] {
  if (!config?.recording.enabled) return {};
  if (choice !== 'record') return { recording: false };
  if (!config.consentRequired) return { recording: true };
  const accepted_at = new Date().toISOString();
  return {
    recording: true,
    consent: { text_version: CONSENT_TEXT_VERSIONS[0], accepted_at, locale: LOCALE },
  };
}

/** Never records a person who did not choose it, whatever the backend answered. */
function withoutUnwanted(conversation: StartedConversation, { choice }: PageState): StartedConversation {
  return choice === 'record' ? conversation : { ...conversation, recording: { enabled: false } };
}

/** Notice for a room of another origin, which the browser would silently leave blank. */
function foreignRoom({ url }: StartedConversation, config: QaConfig | undefined): PageNotice | undefined {
  const { origin } = new URL(url);
  if (origin === config?.roomOrigin) return undefined;
  const detail = `The conversation’s room is at ${origin}, but this page may only show rooms of ${config?.roomOrigin}. Set ROOM_ORIGIN of the backend.`;
  return { title: 'The room has another origin', detail };
}

/** Keeps the state of the page, runs side effects, and calls `onState` after each change. */
export function createSession(ports: QaDependencies, onState: (state: PageState) => void): QaSession {
  const { backend, devices, openCall, signals } = ports;
  let state = INITIAL;
  /** In memory only. */
  let key: string | undefined;
  /** Kept until an answer comes, so that a retry is the same request. */
  let attempt: StartAttempt | undefined;
  let conversation: OpenConversation | undefined;
  let landing: ReturnType<typeof awaitLanding> | undefined;

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
    dispatch({ type: 'ended', end: await ending.end() });
    if (state.outcome.isAwaited) landing = awaitLanding(backend, ending.conversation, dispatch);
  };

  const session: QaSession = {
    async load() {
      try {
        const config = await backend.config();
        if (config === 'sign-in') return dispatch({ type: 'sign-in-needed' });
        // Checked now, before devices and consent.
        const access = config.signInRequired ? await backend.access(undefined) : { kind: 'allowed' as const };
        if (access.kind === 'sign-in') return dispatch({ type: 'sign-in-needed' });
        if (access.kind === 'unknown') return dispatch({ type: 'config-failed', problem: access.problem });
        dispatch({ type: 'config-read', config });
      } catch {
        dispatch({ type: 'config-failed', problem: UNREACHABLE });
      }
    },

    async giveKey(given) {
      // Copying can add a line break or space.
      const trimmed = given.trim();
      const problem = keyProblem(trimmed);
      if (problem !== '') return dispatch({ type: 'key-refused', problem });
      dispatch({ type: 'key-asked' });
      const access = await backend.access(trimmed);
      switch (access.kind) {
        case 'allowed':
          key = trimmed;
          return dispatch({ type: 'key-accepted' });
        case 'sign-in':
          return dispatch({ type: 'sign-in-needed' });
        case 'key-refused':
          return dispatch({ type: 'key-refused', problem: KEY_REFUSED });
        case 'unknown':
          return dispatch({ type: 'key-refused', problem: keyUnchecked(access.problem) });
      }
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
      if (state.screen !== 'before' || !canStart(state)) return;
      dispatch({ type: 'start-asked' });
      attempt ??= { idempotencyKey: crypto.randomUUID(), body: bodyOf(state) };
      const answer = await backend.start(attempt, key);
      if (answer.kind !== 'unanswered') attempt = undefined;
      if (answer.kind === 'key-refused') return dispatch({ type: 'key-refused', problem: KEY_REFUSED });
      if (answer.kind === 'sign-in') {
        devices.close();
        return dispatch({ type: 'sign-in-needed' });
      }
      if (answer.kind !== 'started') return dispatch({ type: 'start-failed', problem: answer.problem });
      const foreign = foreignRoom(answer.conversation, state.config);
      if (foreign) {
        void backend.end(answer.conversation);
        return dispatch({ type: 'start-failed', problem: foreign });
      }
      devices.close();
      const opened = withoutUnwanted(answer.conversation, state);
      dispatch({ type: 'started', conversationId: opened.id, recording: opened.recording });
      conversation = openConversation(opened, {
        backend,
        openCall,
        devices: pickedDevices(),
        signals,
        dispatch,
        onGone: () => void session.end(),
      });
    },

    joinAgain() {
      dispatch({ type: 'join-again' });
      void conversation?.joinAgain();
    },
    recordAgain: () => conversation?.recordAgain(),
    goOn: () => dispatch({ type: 'go-on' }),
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
    comeBack() {
      conversation?.comeBack();
      landing?.askNow();
    },
    leavePage: () => conversation?.endOnPageHide(),
  };
  return session;
}
