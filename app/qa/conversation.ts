import type {
  BackendPort,
  CallListener,
  CallPort,
  StartedConversation,
  DeviceLabels,
  OpenCall,
  RecordingEvent,
} from './ports';
import { recordWhenJoined, type RecordingReport, type RecordingWatch } from './record-when-joined';
import type { Event } from './state';

/** A room that can't be reached never says so in a frame: after this long the person may choose. */
const JOIN_MS = 20_000;
const TICK_MS = 1_000;
/** A second attempt to tell the backend that it is over, after a moment for the network to come back. */
const END_AGAIN_MS = 2_000;
/** Longest message that is passed on to the backend. */
const MESSAGE_CHARS = 500;

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
  setMicrophone(on: boolean): void;
  setCamera(on: boolean): void;
  /** Stops the recording, leaves, and ends the conversation at the backend; false when that could not be told. */
  end(): Promise<boolean>;
  endOnPageHide(): void;
}

/** What the backend is told of a report; it knows by itself that a recording is about to start. */
function eventOf(report: RecordingReport): RecordingEvent | undefined {
  const at = new Date().toISOString();
  switch (report.phase) {
    case 'starting':
      return undefined;
    case 'started':
      return { event: 'recording-started', at };
    case 'stopped':
      return { event: 'recording-stopped', at };
    default:
      return { event: 'recording-error', at, message: report.detail.slice(0, MESSAGE_CHARS) };
  }
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
  let lastReport: Promise<void> = Promise.resolve();

  const onReport = (report: RecordingReport): void => {
    dispatch({ type: 'recording', report, atMs: Date.now() });
    const event = eventOf(report);
    // One after the other, so that they arrive in their order. The backend can do without them: its callbacks tell more.
    if (event) lastReport = lastReport.then(() => backend.report(conversation, event)).catch(() => undefined);
  };

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
    if (conversation.recording.enabled) watch = recordWhenJoined(opened.recording, onReport);
    joinTimer = setTimeout(() => dispatch({ type: 'join-late' }), JOIN_MS);
  };

  const letGo = async (): Promise<void> => {
    clearTimeout(joinTimer);
    const leaving = call;
    watch?.dispose();
    call = undefined;
    await leaving?.leave();
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
    setMicrophone: (on) => call?.setMicrophone(on),
    setCamera: (on) => call?.setCamera(on),
    async end() {
      phase = 'ending';
      clearInterval(ticks);
      await watch?.stop();
      await letGo();
      await lastReport;
      const confirmed = await tellBackend();
      phase = 'ended';
      return confirmed;
    },
    endOnPageHide() {
      if (phase !== 'ended') backend.endOnPageHide(conversation);
    },
  };
}
