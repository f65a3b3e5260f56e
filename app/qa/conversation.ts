import { pageReports, type PageSignals } from './page-reports';
import type {
  BackendPort,
  CallListener,
  CallPort,
  StartedConversation,
  DeviceLabels,
  EndAnswer,
  OpenCall,
  RoomFailure,
} from './ports';
import { recordWhenJoined, type RecordingWatch } from './record-when-joined';
import type { Event } from './state';
import { isRoomOver } from './texts';

/** After this time without an answer of the room the person gets a choice. */
const JOIN_MS = 20_000;
const TICK_MS = 1_000;
/** Longest wait for pending reports before the end. */
const REPORTS_MS = 3_000;
/** Delay before the second attempt to report the end, in case the network comes back. */
const END_RETRY_MS = 2_000;
/** Interval of later attempts; each return of the person to the page is another one. */
const END_POLL_MS = 30_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface ConversationContext {
  readonly backend: BackendPort;
  readonly openCall: OpenCall;
  readonly devices: DeviceLabels;
  readonly signals: PageSignals;
  readonly dispatch: (event: Event) => void;
  /** The call ended without {@link OpenConversation.end}, for example by its time limit. */
  readonly onGone: () => void;
}

export interface OpenConversation {
  readonly conversation: StartedConversation;
  joinAgain(): Promise<void>;
  recordAgain(): void;
  setMicrophone(on: boolean): void;
  setCamera(on: boolean): void;
  /**
   * Stops the recording, leaves, and ends the conversation at the backend. A failed report of the end is repeated, and
   * its result dispatched.
   */
  end(): Promise<EndAnswer>;
  /** The page is online or visible again. */
  comeBack(): void;
  endOnPageHide(): void;
}

/** Joins a started conversation, records it if it should be recorded, and ends it. */
export function openConversation(
  conversation: StartedConversation,
  context: ConversationContext,
): OpenConversation {
  const { backend, dispatch } = context;
  const reports = pageReports((report) => backend.report(conversation, report), context.signals);
  let phase: 'open' | 'ending' | 'unreported' | 'ended' = 'open';
  let call: CallPort | undefined;
  let watch: RecordingWatch | undefined;
  let joinTimer: ReturnType<typeof setTimeout> | undefined;
  let endTimer: ReturnType<typeof setTimeout> | undefined;

  const listenerFor = (isCurrent: () => boolean): CallListener => {
    let hasJoined = false;
    const whenCurrent = (event: Event): void => (isCurrent() ? dispatch(event) : undefined);
    const gone = (): void => (isCurrent() && phase === 'open' ? context.onGone() : undefined);
    // After a fatal error Daily also sends `left-meeting`; the person did not leave.
    let hasFailed = false;
    return {
      joined() {
        clearTimeout(joinTimer);
        hasJoined = true;
        whenCurrent({ type: 'joined' });
      },
      left: () => (hasFailed ? undefined : gone()),
      failed(failure: RoomFailure) {
        clearTimeout(joinTimer);
        hasFailed = true;
        if (hasJoined && isRoomOver(failure)) gone();
        else whenCurrent({ type: 'room-failed', failure });
      },
      devicesFailed: (trouble) => whenCurrent({ type: 'room-devices-failed', trouble }),
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
    watch = recordWhenJoined(
      opened.recording,
      (report) => dispatch({ type: 'recording', report, atMs: Date.now() }),
      { tell: reports.tell, start: conversation.recording.enabled },
    );
    joinTimer = setTimeout(() => dispatch({ type: 'join-late' }), JOIN_MS);
  };

  const leaveCall = async (): Promise<void> => {
    clearTimeout(joinTimer);
    const leaving = call;
    call = undefined;
    await leaving?.leave();
    // A room that does not answer sends no event for the exit.
    watch?.dispose();
    reports.left();
  };

  const reportEndAgain = async (): Promise<void> => {
    if (phase !== 'unreported') return;
    clearTimeout(endTimer);
    phase = 'ending';
    const end = await backend.end(conversation);
    dispatch({ type: 'end-reported', end });
    settle(end);
  };
  const settle = (end: EndAnswer): void => {
    phase = end === 'ended' ? 'ended' : 'unreported';
    if (phase === 'unreported') endTimer = setTimeout(() => void reportEndAgain(), END_POLL_MS);
  };

  const ticks = setInterval(() => dispatch({ type: 'tick', atMs: Date.now() }), TICK_MS);
  join();

  return {
    conversation,
    async joinAgain() {
      await leaveCall();
      if (phase === 'open') join();
    },
    recordAgain: () => watch?.retry(),
    setMicrophone: (on) => call?.setMicrophone(on),
    setCamera: (on) => call?.setCamera(on),
    async end() {
      phase = 'ending';
      clearInterval(ticks);
      await watch?.stop();
      await leaveCall();
      await Promise.race([reports.tried(), pause(REPORTS_MS)]);
      reports.close();
      let end = await backend.end(conversation);
      if (end !== 'ended') {
        await pause(END_RETRY_MS);
        end = await backend.end(conversation);
      }
      settle(end);
      return end;
    },
    comeBack: () => void reportEndAgain(),
    endOnPageHide() {
      if (phase !== 'ended') backend.endOnPageHide(conversation);
    },
  };
}
