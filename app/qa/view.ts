import { describeState } from './recording-states';
import { canStart, type PageState } from './state';
import * as texts from './texts';

/** Entry of the list of recordings. */
export interface ListItem {
  readonly key: string;
  readonly words: string;
}

/**
 * Everything that the page shows, by the names that `qa.html` uses in `data-text`, `data-show`, `data-off` and
 * `data-enabled`.
 */
export interface PageView {
  readonly text: Readonly<Record<string, string>>;
  readonly show: Readonly<Record<string, boolean>>;
  /** Devices that are switched off. */
  readonly off: Readonly<Record<string, boolean>>;
  readonly enabled: Readonly<Record<string, boolean>>;
  readonly recordings: readonly ListItem[];
  /** Link to this conversation on the page for operators. */
  readonly recordingsAddress: string;
  /** Only for the style sheet: colour and symbol of the recording's state. */
  readonly tone: 'calm' | 'live' | 'wrong';
  /** Only for the style sheet: the symbol of the outcome. */
  readonly mark: 'good' | 'open' | 'bad' | 'none';
}

function tone({ recording, isToBeRecorded }: PageState['call']): PageView['tone'] {
  if (recording === 'recording') return isToBeRecorded ? 'live' : 'wrong';
  return recording === 'failed' ? 'wrong' : 'calm';
}

/** Texts and visibility of all notices. */
function notices(state: PageState, inRoom: boolean) {
  const all = {
    help: texts.deviceHelp(state),
    join: texts.joinNotice(state),
    recording: inRoom ? texts.recordingNotice(state) : undefined,
    roomDevice: inRoom ? texts.roomDeviceNotice(state) : undefined,
    end: texts.endNotice(state),
  };
  const text: Record<string, string> = {};
  const show: Record<string, boolean> = {};
  for (const [name, notice] of Object.entries(all)) {
    text[`${name}Title`] = notice?.title ?? '';
    text[`${name}Detail`] = notice?.detail ?? '';
    show[`${name}Notice`] = notice !== undefined;
  }
  return { text, show };
}

/** All texts and visibilities of a state, without DOM. */
export function view(state: PageState): PageView {
  const { screen, devices, call, outcome, problem, config, key } = state;
  const isReady = devices.access === 'ready';
  const inRoom = screen === 'call' && call.join === 'joined';
  const noticed = notices(state, inRoom);
  const ended = texts.outcomeNotice(state);
  const { status } = outcome;
  const isOpen = outcome.isAwaited && describeState(status?.state ?? 'waiting').mark === 'open';
  return {
    text: {
      ...texts.consentTerms(config?.recording.bucketRegion),
      ...noticed.text,
      keyProblem: key.problem,
      continue: key.isChecked ? 'Checking…' : 'Continue',
      problemTitle: problem?.title ?? '',
      problemDetail: problem?.detail ?? '',
      problemNote: problem?.note ?? '',
      check: devices.access === 'unasked' ? 'Check camera and microphone' : 'Check again',
      startHint: texts.startHint(state),
      recordingLine: texts.recordingStatusLine(state),
      timer: texts.duration(call.nowMs - (call.recordedSinceMs ?? call.nowMs)),
      microphone: call.microphone ? 'Mute' : 'Unmute',
      camera: call.camera ? 'Camera off' : 'Camera on',
      goOn: call.recording === 'recording' ? 'Continue anyway' : 'Continue without recording',
      outcomeTitle: ended.title,
      outcomeDetail: ended.detail,
      outcomeCause: ended.note ?? '',
    },
    show: {
      ...noticed.show,
      loading: screen === 'loading',
      unavailable: screen === 'unavailable',
      signIn: screen === 'sign-in',
      keyScreen: screen === 'key',
      keyProblem: key.problem !== '',
      before: screen === 'before',
      creating: screen === 'creating',
      call: screen === 'call',
      ending: screen === 'ending',
      after: screen === 'after',
      problem: screen === 'before' && problem !== undefined,
      problemNote: problem?.note !== undefined,
      check: !isReady || noticed.show['helpNotice'] === true,
      checkIntroduction: !isReady,
      asking: devices.access === 'asking',
      preview: isReady,
      noCamera: isReady && devices.cameraId === '',
      cameraPicker: isReady && devices.cameras.length > 0 && devices.cameraId !== '',
      microphonePicker: isReady && devices.microphones.length > 0,
      meter: devices.hasMeter,
      noMeter: !devices.hasMeter,
      consent: config?.recording.enabled ?? false,
      noRecording: config !== undefined && !config.recording.enabled,
      timer: call.recording === 'recording',
      joining: screen === 'call' && call.join === 'joining',
      // Without a room the frame is blank.
      room: call.join !== 'failed' && call.join !== 'lost',
      retry: call.canRetry,
      reconnecting: inRoom && !call.isConnected,
      replicaWaiting: inRoom && call.isConnected && !call.replicaIsHere,
      waiting: isOpen && !outcome.isLong,
      outcomeCause: ended.note !== undefined,
      recordings: outcome.isAwaited && (status?.recordings.length ?? 0) > 0,
      operators: config?.hasRecordingsPage ?? false,
      endSignIn: outcome.end === 'sign-in',
    },
    off: { microphone: !call.microphone, camera: !call.camera },
    enabled: {
      continue: !key.isChecked,
      start: canStart(state),
      check: devices.access !== 'asking',
      microphone: inRoom,
      camera: inRoom,
    },
    recordings: (status?.recordings ?? []).map((one) => ({
      key: one.key,
      words: texts.recordingItem(one),
    })),
    recordingsAddress: `/recordings/${encodeURIComponent(call.conversationId)}`,
    tone: tone(call),
    mark: outcome.isAwaited ? markOf(state) : 'none',
  };
}

function markOf({ outcome: { status, isLong } }: PageState): PageView['mark'] {
  const { mark } = describeState(status?.state ?? 'waiting');
  // While waiting, the progress bar is the mark.
  return mark === 'open' && !isLong ? 'none' : mark;
}
