import type {
  BackendPort,
  CallListener,
  CallPort,
  StartedConversation,
  DeviceLabels,
  OpenCall,
} from './ports';
import { recordWhenJoined, type RecordingReport, type RecordingWatch } from './record-when-joined';
import type { Event } from './state';

/** A room that can't be reached never says so in a frame: after this long the person may choose. */
const JOIN_MS = 20_000;
const TICK_MS = 1_000;
/** A second attempt to tell the backend that it is over, after a moment for the network to come back. */
const END_AGAIN_MS = 2_000;

export interface ConversationContext {
  readonly backend: BackendPort;
  readonly openCall: OpenCall;
  readonly devices: DeviceLabels;
  readonly dispatch: (event: Event) => void;
  /** The room was left other than by {@link OpenConversation.end}, for example by its time limit. */
  readonly onGone: () => void;
}

export interface OpenConversation {
  readonly conversation: StartedConversation;
  joinAgain(): Promise<void>;
  /** Asks the room once more to record. */
  retryRecording(): void;
  setMicrophone(on: boolean): void;
  setCamera(on: boolean): void;
  /** Stops the recording, leaves, and ends the conversation at the backend; false when that could not be told. */
  end(): Promise<boolean>;
  endOnPageHide(): void;
}

/** Joins a conversation that exists, has it recorded if it is to be, and takes it to its end. */
export function openConversation(
  conversation: StartedConversation,
  context: ConversationContext,
): OpenConversation {
  const { backend, dispatch } = context;
  let phase: 'open' | 'ending' | 'ended' = 'open';
  let hasJoined = false;
  let call: CallPort | undefined;
  let watch: RecordingWatch | undefined;
  let joinTimer: ReturnType<typeof setTimeout> | undefined;
  const reports = backend.reports(conversation);

  const onReport = (report: RecordingReport): void =>
    dispatch({ type: 'recording', report, atMs: Date.now() });

  const listenerFor = (isCurrent: () => boolean): CallListener => {
    const whenCurrent = (event: Event): void => (isCurrent() ? dispatch(event) : undefined);
    const gone = (): void => (isCurrent() && phase === 'open' ? context.onGone() : undefined);
    return {
      joined() {
        clearTimeout(joinTimer);
        hasJoined = true;
        whenCurrent({ type: 'joined' });
      },
      left: gone,
      // Whoever was inside is outside then: put out, or the room's time is over.
      failed: () => (hasJoined ? gone() : whenCurrent({ type: 'join-failed' })),
      others: (count) => whenCurrent({ type: 'others', count }),
      connection: (isUp) => whenCurrent({ type: 'connection', isUp }),
      media: (media) => whenCurrent({ type: 'media', ...media }),
    };
  };

  const join = (): void => {
    const opened: CallPort = context.openCall(
      conversation,
      context.devices,
      listenerFor(() => call === opened),
    );
    call = opened;
    // Of a conversation that is not to be recorded nobody waits for anything.
    if (conversation.recording.enabled) {
      watch = recordWhenJoined(opened.recording, onReport, { tell: (event) => reports.tell(event) });
    }
    joinTimer = setTimeout(() => dispatch({ type: 'join-late' }), JOIN_MS);
  };

  const letGo = async (): Promise<void> => {
    clearTimeout(joinTimer);
    const leaving = call;
    call = undefined;
    await leaving?.leave();
    // It hears that the room was left.
    watch?.dispose();
  };

  const tellBackend = async (): Promise<boolean> => {
    for (const pauseMs of [0, END_AGAIN_MS]) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      try {
        await backend.end(conversation);
        return true;
      } catch {
        // Once more, or the caller is told.
      }
    }
    return false;
  };

  const ticks = setInterval(() => dispatch({ type: 'tick', atMs: Date.now() }), TICK_MS);
  join();

  return {
    conversation,
    async joinAgain() {
      await letGo();
      if (phase === 'open') join();
    },
    retryRecording: () => watch?.retry(),
    setMicrophone: (on) => call?.setMicrophone(on),
    setCamera: (on) => call?.setCamera(on),
    async end() {
      phase = 'ending';
      clearInterval(ticks);
      await watch?.stop();
      await letGo();
      // Unless the room has said so: the person may have never come in.
      if (conversation.recording.enabled) reports.tell({ event: 'left' });
      await reports.tried();
      reports.close();
      const confirmed = await tellBackend();
      if (!confirmed) backend.endWhenBack(conversation);
      phase = 'ended';
      return confirmed;
    },
    endOnPageHide() {
      if (phase !== 'ended') backend.endOnPageHide(conversation);
    },
  };
}
