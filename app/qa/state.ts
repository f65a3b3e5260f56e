import type {
  DeviceTrouble,
  OpenedDevices,
  Notice,
  QaConfig,
  RecordingStatus,
  StoredRecording,
} from './ports';
import type { RecordingReport, RecordingTrouble } from './record-when-joined';

/** `after` is where the page waits for word that the recording is in the bucket. */
export type Screen = 'loading' | 'unavailable' | 'key' | 'before' | 'creating' | 'call' | 'ending' | 'after';

export interface DeviceCheck extends OpenedDevices {
  readonly access: 'unasked' | 'asking' | 'ready' | DeviceTrouble;
}

/** `off`: nobody wants this conversation recorded, or the backend said no. */
export type RecordingPhase = 'off' | 'starting' | 'recording' | 'failed' | 'stopped';

export interface Call {
  readonly join: 'joining' | 'late' | 'failed' | 'joined';
  readonly recording: RecordingPhase;
  /** The reason of `off` or `failed`, in the words of whoever gave it. */
  readonly recordingDetail: string;
  /** Of `failed`: what kind of trouble it is, and whether the room may be asked once more. */
  readonly recordingTrouble: RecordingTrouble | undefined;
  readonly canRetry: boolean;
  /** The person has read that nothing is recorded, and went on. */
  readonly goesOnUnrecorded: boolean;
  /** When the recording began, if it ever did. */
  readonly recordedSinceMs: number | undefined;
  readonly nowMs: number;
  readonly replicaIsHere: boolean;
  readonly isConnected: boolean;
  readonly microphone: boolean;
  readonly camera: boolean;
}

export interface Outcome {
  readonly recording: 'not-recorded' | 'waiting' | 'saved' | 'missing' | 'unconfirmed';
  /** Of `missing`: why, where it is known. */
  readonly cause: string;
  /** Of `saved`: whether the backend saw it in the bucket; else Tavus says that it is there. */
  readonly seen: boolean;
  /** Oldest first: one for each time that somebody started recording. */
  readonly recordings: readonly StoredRecording[];
  /** False when the backend could not be told: then the conversation ends by its own time limits. */
  readonly endConfirmed: boolean;
}

export interface State {
  readonly screen: Screen;
  readonly config: QaConfig | undefined;
  readonly problem: Notice | undefined;
  readonly keyRefused: boolean;
  readonly devices: DeviceCheck;
  readonly choice: 'record' | 'no-recording' | undefined;
  readonly call: Call;
  readonly outcome: Outcome;
}

export type Event =
  | { readonly type: 'config-read'; readonly config: QaConfig }
  | { readonly type: 'config-failed'; readonly problem: Notice }
  | { readonly type: 'key-given' | 'key-refused' }
  | { readonly type: 'devices-asked' }
  | { readonly type: 'devices-opened'; readonly devices: OpenedDevices }
  | { readonly type: 'devices-failed'; readonly trouble: DeviceTrouble }
  | { readonly type: 'chosen'; readonly choice: 'record' | 'no-recording' }
  | { readonly type: 'start-asked' }
  | { readonly type: 'start-failed'; readonly problem: Notice }
  | { readonly type: 'started'; readonly recording: { readonly enabled: boolean; readonly reason?: string } }
  | { readonly type: 'join-late' | 'join-failed' | 'join-again' | 'joined' }
  | { readonly type: 'recording'; readonly report: RecordingReport; readonly atMs: number }
  | { readonly type: 'go-on-unrecorded' }
  | { readonly type: 'others'; readonly count: number }
  | { readonly type: 'connection'; readonly isUp: boolean }
  | { readonly type: 'media'; readonly microphone: boolean; readonly camera: boolean }
  | { readonly type: 'tick'; readonly atMs: number }
  | { readonly type: 'end-asked' }
  | { readonly type: 'ended'; readonly confirmed: boolean }
  | { readonly type: 'status'; readonly status: RecordingStatus }
  | { readonly type: 'waited-long-enough' };

const NEW_CALL: Call = {
  join: 'joining',
  recording: 'off',
  recordingDetail: '',
  recordingTrouble: undefined,
  canRetry: false,
  goesOnUnrecorded: false,
  recordedSinceMs: undefined,
  nowMs: 0,
  replicaIsHere: false,
  isConnected: true,
  microphone: true,
  camera: true,
};

export const INITIAL: State = {
  screen: 'loading',
  config: undefined,
  problem: undefined,
  keyRefused: false,
  devices: { access: 'unasked', cameras: [], microphones: [], cameraId: '', microphoneId: '' },
  choice: undefined,
  call: NEW_CALL,
  outcome: { recording: 'not-recorded', cause: '', seen: false, recordings: [], endConfirmed: true },
};

/** Whether all is there that a start needs: devices seen to work, and a choice where there is one to make. */
export function mayStart(state: State): boolean {
  return state.devices.access === 'ready' && (state.choice !== undefined || !state.config?.recording.enabled);
}

/** Whether something may be on its way to the bucket: it was seen to start, or was asked for without an answer. */
function mayLand(call: Call): boolean {
  return call.recordedSinceMs !== undefined || (call.join === 'joined' && call.recording === 'starting');
}

const inCall = (state: State, change: Partial<Call>): State => ({
  ...state,
  call: { ...state.call, ...change },
});

function withReport(state: State, report: RecordingReport, atMs: number): State {
  if (report.phase === 'started') {
    const since = state.call.recordedSinceMs ?? atMs;
    return inCall(state, {
      recording: 'recording',
      recordingDetail: '',
      recordingTrouble: undefined,
      canRetry: false,
      recordedSinceMs: since,
      nowMs: atMs,
    });
  }
  const { detail = '', trouble, canRetry = false } = report.phase === 'failed' ? report : {};
  return inCall(state, {
    recording: report.phase,
    recordingDetail: detail,
    recordingTrouble: trouble,
    canRetry,
    goesOnUnrecorded: false,
  });
}

function withStatus(state: State, status: RecordingStatus): State {
  if (state.screen !== 'after') return state;
  const { outcome } = state;
  switch (status.recording) {
    case 'stored': {
      // "Saved" is said when the backend knows it from Tavus or from the bucket, and never before.
      const { seen, recordings } = status;
      return { ...state, outcome: { ...outcome, recording: 'saved', seen, recordings } };
    }
    case 'missing':
      return { ...state, outcome: { ...outcome, recording: 'missing', cause: status.cause } };
    case 'not-due':
      return { ...state, outcome: { ...outcome, recording: 'not-recorded' } };
    default:
      return state;
  }
}

function beforeStart(state: State, config: QaConfig): State {
  return { ...state, config, problem: undefined, screen: config.keyRequired ? 'key' : 'before' };
}

/** All that can happen on the page, as one function without side effects. */
export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case 'config-read':
      // Where consent is required nothing is chosen beforehand: an agreement that was not given is none.
      return beforeStart(
        event.config.consentRequired || !event.config.recording.enabled
          ? state
          : { ...state, choice: 'record' },
        event.config,
      );
    case 'config-failed':
      return { ...state, screen: 'unavailable', problem: event.problem };
    case 'key-given':
      return { ...state, screen: 'before', keyRefused: false };
    case 'key-refused':
      return { ...state, screen: 'key', keyRefused: true };
    case 'devices-asked':
      return { ...state, devices: { ...state.devices, access: 'asking' } };
    case 'devices-opened':
      return { ...state, devices: { ...event.devices, access: 'ready' } };
    case 'devices-failed':
      return { ...state, devices: { ...state.devices, access: event.trouble } };
    case 'chosen':
      return { ...state, choice: event.choice };
    case 'start-asked':
      return mayStart(state) ? { ...state, screen: 'creating', problem: undefined } : state;
    case 'start-failed':
      return { ...state, screen: 'before', problem: event.problem };
    case 'started':
      return {
        ...state,
        screen: 'call',
        call: {
          ...NEW_CALL,
          camera: state.devices.cameraId !== '',
          recording: event.recording.enabled ? 'starting' : 'off',
          recordingDetail: event.recording.reason ?? '',
        },
      };
    case 'join-late':
    case 'join-failed':
      return state.call.join === 'joined'
        ? state
        : inCall(state, { join: event.type === 'join-late' ? 'late' : 'failed' });
    case 'join-again':
      return inCall(state, { join: 'joining' });
    case 'joined':
      return inCall(state, { join: 'joined' });
    case 'recording':
      return withReport(state, event.report, event.atMs);
    case 'go-on-unrecorded':
      return inCall(state, { goesOnUnrecorded: true });
    case 'others':
      return inCall(state, { replicaIsHere: event.count > 0 });
    case 'connection':
      return inCall(state, { isConnected: event.isUp });
    case 'media':
      return inCall(state, { microphone: event.microphone, camera: event.camera });
    case 'tick':
      return inCall(state, { nowMs: event.atMs });
    case 'end-asked':
      return state.screen === 'call' ? { ...state, screen: 'ending' } : state;
    case 'ended': {
      const recording = mayLand(state.call) ? 'waiting' : 'not-recorded';
      return {
        ...state,
        screen: 'after',
        outcome: { ...INITIAL.outcome, recording, endConfirmed: event.confirmed },
      };
    }
    case 'status':
      return withStatus(state, event.status);
    case 'waited-long-enough':
      return state.outcome.recording === 'waiting'
        ? { ...state, outcome: { ...state.outcome, recording: 'unconfirmed' } }
        : state;
  }
  return event satisfies never;
}
