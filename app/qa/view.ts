import { mayStart, type State } from './state';
import * as texts from './texts';

/** Everything that the page shows, by the names that `qa.html` uses in `data-text`, `data-show`, `data-off` and `data-enabled`. */
export interface View {
  readonly text: Readonly<Record<string, string>>;
  readonly show: Readonly<Record<string, boolean>>;
  /** What is switched off; the button's words say so too. */
  readonly off: Readonly<Record<string, boolean>>;
  readonly enabled: Readonly<Record<string, boolean>>;
  /** For the style sheet alone: colour and symbol of the recording's state. */
  readonly tone: 'calm' | 'live' | 'wrong';
}

function tone({ recording }: State['call']): View['tone'] {
  if (recording === 'recording') return 'live';
  return recording === 'failed' ? 'wrong' : 'calm';
}

function callTexts(state: State): Record<string, string> {
  const { call } = state;
  const join = texts.joinNotice(state);
  const unrecorded = texts.unrecordedNotice(state);
  return {
    recordingLine: texts.recordingLine(state),
    timer: texts.duration(call.nowMs - (call.recordedSinceMs ?? call.nowMs)),
    joinTitle: join?.title ?? '',
    joinDetail: join?.detail ?? '',
    unrecordedTitle: unrecorded?.title ?? '',
    unrecordedDetail: unrecorded?.detail ?? '',
    microphone: call.microphone ? 'Mute' : 'Unmute',
    camera: call.camera ? 'Camera off' : 'Camera on',
  };
}

/** What a state looks like: all words and what is visible, without any DOM. */
export function view(state: State): View {
  const { screen, devices, call, outcome, problem, config } = state;
  const help = texts.deviceHelp(devices);
  const isReady = devices.access === 'ready';
  const inRoom = screen === 'call' && call.join === 'joined';
  const ended = texts.outcomeWords(state);
  return {
    text: {
      ...texts.consentTerms(config?.recording.bucketRegion),
      ...callTexts(state),
      problemTitle: problem?.title ?? '',
      problemDetail: problem?.detail ?? '',
      problemNote: problem?.note ?? '',
      helpTitle: help?.title ?? '',
      helpDetail: help?.detail ?? '',
      check: devices.access === 'unasked' ? 'Check camera and microphone' : 'Check again',
      startHint: texts.startHint(state),
      outcomeTitle: ended.title,
      outcomeDetail: ended.detail,
      recordings: outcome.recordings.map(texts.storedRecording).join('\n'),
    },
    show: {
      loading: screen === 'loading',
      unavailable: screen === 'unavailable',
      keyScreen: screen === 'key',
      keyRefused: state.keyRefused,
      before: screen === 'before',
      creating: screen === 'creating',
      call: screen === 'call',
      ending: screen === 'ending',
      after: screen === 'after',
      problem: screen === 'before' && problem !== undefined,
      problemNote: problem?.note !== undefined,
      help: help !== undefined,
      check: !isReady,
      asking: devices.access === 'asking',
      preview: isReady,
      noCamera: isReady && devices.cameraId === '',
      cameraPicker: isReady && devices.cameras.length > 0,
      consent: config?.recording.enabled ?? false,
      noRecording: config !== undefined && !config.recording.enabled,
      timer: call.recording === 'recording',
      joining: screen === 'call' && call.join === 'joining',
      joinNotice: texts.joinNotice(state) !== undefined,
      unrecorded: inRoom && texts.unrecordedNotice(state) !== undefined,
      retry: call.canRetry,
      reconnecting: inRoom && !call.isConnected,
      replicaWaiting: inRoom && call.isConnected && !call.replicaIsHere,
      waiting: outcome.recording === 'waiting',
      saved: outcome.recording === 'saved',
      endUnconfirmed: !outcome.endConfirmed,
    },
    off: { microphone: !call.microphone, camera: !call.camera },
    enabled: {
      start: mayStart(state),
      check: devices.access !== 'asking',
      microphone: inRoom,
      camera: inRoom,
    },
    tone: tone(call),
  };
}
