import type {
  DeviceTrouble,
  EndAnswer,
  PageNotice,
  OpenedDevices,
  QaConfig,
  RecordingStatus,
  RoomDeviceTrouble,
  RoomFailure,
} from './ports';
import type { RecordingReport, RecordingTrouble } from './record-when-joined';

/** On `after` the page waits until the recording is in the bucket. */
export type Screen =
  'loading' | 'unavailable' | 'sign-in' | 'key' | 'before' | 'creating' | 'call' | 'ending' | 'after';

export interface DeviceCheck extends OpenedDevices {
  readonly access: 'unasked' | 'asking' | 'ready' | DeviceTrouble;
}

/** `off`: not chosen, or the backend declined. */
export type RecordingPhase = 'off' | 'starting' | 'recording' | 'failed' | 'stopped';

export interface CallState {
  readonly conversationId: string;
  /** `failed`: not admitted. `lost`: was in the room before. */
  readonly join: 'joining' | 'late' | 'failed' | 'joined' | 'lost';
  /** Reason for `failed` and `lost`. */
  readonly failure: RoomFailure | undefined;
  /** The person chose recording and the backend agreed. */
  readonly isToBeRecorded: boolean;
  readonly recording: RecordingPhase;
  /** Reason for `off` (from the backend) or `failed` (from the room). */
  readonly recordingDetail: string;
  /** Kind of `failed`. */
  readonly recordingTrouble: RecordingTrouble | undefined;
  /** The recording can be started again. */
  readonly canRetry: boolean;
  /** The person saw that the recording differs from their choice, and continued. */
  readonly goesOn: boolean;
  /** When the recording began, if it did. */
  readonly recordedSinceMs: number | undefined;
  readonly nowMs: number;
  readonly replicaIsHere: boolean;
  readonly isConnected: boolean;
  readonly deviceTrouble: RoomDeviceTrouble | undefined;
  readonly microphone: boolean;
  readonly camera: boolean;
}

export interface CallOutcome {
  /** Whether a recording may be on its way to the bucket, so that the page polls. */
  readonly isAwaited: boolean;
  /** Undefined until the backend answered. */
  readonly status: RecordingStatus | undefined;
  /** Polling stopped; it continues when the person returns to the page. */
  readonly isLong: boolean;
  /** If not `ended`, the request is repeated; until then only time limits end the conversation. */
  readonly end: EndAnswer;
}

export interface PageState {
  readonly screen: Screen;
  readonly config: QaConfig | undefined;
  readonly problem: PageNotice | undefined;
  readonly key: { readonly isChecked: boolean; readonly problem: string };
  readonly devices: DeviceCheck;
  readonly choice: 'record' | 'no-recording' | undefined;
  readonly call: CallState;
  readonly outcome: CallOutcome;
}

export type Event =
  | { readonly type: 'config-read'; readonly config: QaConfig }
  | { readonly type: 'config-failed'; readonly problem: PageNotice }
  | { readonly type: 'sign-in-needed' }
  | { readonly type: 'key-asked' | 'key-accepted' }
  | { readonly type: 'key-refused'; readonly problem: string }
  | { readonly type: 'devices-asked' }
  | { readonly type: 'devices-opened'; readonly devices: OpenedDevices }
  | { readonly type: 'devices-failed'; readonly trouble: DeviceTrouble }
  | { readonly type: 'chosen'; readonly choice: 'record' | 'no-recording' }
  | { readonly type: 'start-asked' }
  | { readonly type: 'start-failed'; readonly problem: PageNotice }
  | {
      readonly type: 'started';
      readonly conversationId: string;
      readonly recording: { readonly enabled: boolean; readonly reason?: string };
    }
  | { readonly type: 'join-late' | 'join-again' | 'joined' }
  | { readonly type: 'room-failed'; readonly failure: RoomFailure }
  | { readonly type: 'recording'; readonly report: RecordingReport; readonly atMs: number }
  | { readonly type: 'go-on' }
  | { readonly type: 'others'; readonly count: number }
  | { readonly type: 'connection'; readonly isUp: boolean }
  | { readonly type: 'room-devices-failed'; readonly trouble: RoomDeviceTrouble }
  | { readonly type: 'media'; readonly microphone: boolean; readonly camera: boolean }
  | { readonly type: 'tick'; readonly atMs: number }
  | { readonly type: 'end-asked' }
  | { readonly type: 'ended'; readonly end: EndAnswer }
  | { readonly type: 'end-reported'; readonly end: EndAnswer }
  | { readonly type: 'status'; readonly status: RecordingStatus }
  | { readonly type: 'waited-long-enough' };

const NEW_CALL: CallState = {
  conversationId: '',
  join: 'joining',
  failure: undefined,
  isToBeRecorded: false,
  recording: 'off',
  recordingDetail: '',
  recordingTrouble: undefined,
  canRetry: false,
  goesOn: false,
  recordedSinceMs: undefined,
  nowMs: 0,
  replicaIsHere: false,
  isConnected: true,
  deviceTrouble: undefined,
  microphone: true,
  camera: true,
};

export const INITIAL: PageState = {
  screen: 'loading',
  config: undefined,
  problem: undefined,
  key: { isChecked: false, problem: '' },
  devices: {
    access: 'unasked',
    cameras: [],
    microphones: [],
    cameraId: '',
    microphoneId: '',
    hasMeter: true,
  },
  choice: undefined,
  call: NEW_CALL,
  outcome: { isAwaited: false, status: undefined, isLong: false, end: 'ended' },
};

/** Whether a start is possible: devices work, and a choice was made if recording is enabled. */
export function canStart(state: PageState): boolean {
  return state.devices.access === 'ready' && (state.choice !== undefined || !state.config?.recording.enabled);
}

/**
 * Whether a wanted recording may be on its way to the bucket: it started, or the request was not answered.
 */
function mayLand({ isToBeRecorded, recordedSinceMs, join, recording, recordingTrouble }: CallState): boolean {
  if (!isToBeRecorded) return false;
  if (recordedSinceMs !== undefined) return true;
  const wasInside = join === 'joined' || join === 'lost';
  return wasInside && (recording === 'starting' || recordingTrouble === 'silence');
}

const inCall = (state: PageState, change: Partial<CallState>): PageState => ({
  ...state,
  call: { ...state.call, ...change },
});

function withReport(state: PageState, report: RecordingReport, atMs: number): PageState {
  switch (report.phase) {
    case 'started':
      return inCall(state, {
        recording: 'recording',
        recordingDetail: '',
        recordingTrouble: undefined,
        canRetry: false,
        recordedSinceMs: state.call.recordedSinceMs ?? atMs,
        nowMs: atMs,
        goesOn: false,
      });
    case 'failed':
      return inCall(state, {
        recording: 'failed',
        recordingDetail: report.detail,
        recordingTrouble: report.trouble,
        canRetry: report.canRetry,
        goesOn: false,
      });
    case 'starting':
    case 'stopped':
      return inCall(state, {
        recording: state.call.isToBeRecorded ? report.phase : 'off',
        recordingDetail: '',
        recordingTrouble: undefined,
        canRetry: false,
        goesOn: false,
      });
  }
  return report satisfies never;
}

function withStatus(state: PageState, status: RecordingStatus): PageState {
  // During the call the page knows more than the backend.
  if (state.screen !== 'after') return state;
  return { ...state, outcome: { ...state.outcome, status } };
}

function withRoomFailure(state: PageState, failure: RoomFailure): PageState {
  const { join } = state.call;
  const wasInside = join === 'joined' || join === 'lost';
  return inCall(state, { join: wasInside ? 'lost' : 'failed', failure, deviceTrouble: undefined });
}

function beforeStart(state: PageState, config: QaConfig): PageState {
  return { ...state, config, problem: undefined, screen: config.keyRequired ? 'key' : 'before' };
}

/** Pure reducer for all events of the page. */
export function reduce(state: PageState, event: Event): PageState {
  switch (event.type) {
    case 'config-read':
      // Consent must be given explicitly, so there is no default choice when it is required.
      return beforeStart(
        event.config.consentRequired || !event.config.recording.enabled
          ? state
          : { ...state, choice: 'record' },
        event.config,
      );
    case 'config-failed':
      return { ...state, screen: 'unavailable', problem: event.problem };
    case 'sign-in-needed':
      return { ...state, screen: 'sign-in' };
    case 'key-asked':
      return { ...state, key: { isChecked: true, problem: '' } };
    case 'key-accepted':
      return { ...state, screen: 'before', key: INITIAL.key };
    case 'key-refused':
      return { ...state, screen: 'key', key: { isChecked: false, problem: event.problem } };
    case 'devices-asked':
      return { ...state, devices: { ...state.devices, access: 'asking' } };
    case 'devices-opened':
      return { ...state, devices: { ...event.devices, access: 'ready' } };
    case 'devices-failed':
      return { ...state, devices: { ...INITIAL.devices, access: event.trouble } };
    case 'chosen':
      return { ...state, choice: event.choice };
    case 'start-asked':
      return canStart(state) ? { ...state, screen: 'creating', problem: undefined } : state;
    case 'start-failed':
      return { ...state, screen: 'before', problem: event.problem };
    case 'started':
      return {
        ...state,
        screen: 'call',
        call: {
          ...NEW_CALL,
          conversationId: event.conversationId,
          camera: state.devices.cameraId !== '',
          isToBeRecorded: event.recording.enabled,
          recording: event.recording.enabled ? 'starting' : 'off',
          recordingDetail: event.recording.reason ?? '',
        },
      };
    case 'join-late':
      return state.call.join === 'joining' ? inCall(state, { join: 'late' }) : state;
    case 'room-failed':
      return withRoomFailure(state, event.failure);
    case 'join-again':
      return inCall(state, {
        join: 'joining',
        failure: undefined,
        isConnected: true,
        recording: state.call.isToBeRecorded ? 'starting' : 'off',
      });
    case 'joined':
      return inCall(state, { join: 'joined', failure: undefined });
    case 'recording':
      return withReport(state, event.report, event.atMs);
    case 'go-on':
      return inCall(state, { goesOn: true });
    case 'others':
      return inCall(state, { replicaIsHere: event.count > 0 });
    case 'connection':
      return inCall(state, { isConnected: event.isUp });
    case 'room-devices-failed':
      return inCall(state, { deviceTrouble: event.trouble });
    case 'media': {
      const { type: _, ...media } = event;
      const { deviceTrouble } = state.call;
      const works = deviceTrouble?.microphoneWorks === true ? media.camera : media.microphone;
      return inCall(state, { ...media, deviceTrouble: works ? undefined : deviceTrouble });
    }
    case 'tick':
      return inCall(state, { nowMs: event.atMs });
    case 'end-asked':
      return state.screen === 'call' ? { ...state, screen: 'ending' } : state;
    case 'ended': {
      const outcome = { ...INITIAL.outcome, isAwaited: mayLand(state.call), end: event.end };
      return { ...state, screen: 'after', outcome };
    }
    case 'end-reported':
      return { ...state, outcome: { ...state.outcome, end: event.end } };
    case 'status':
      return withStatus(state, event.status);
    case 'waited-long-enough':
      return { ...state, outcome: { ...state.outcome, isLong: true } };
  }
  return event satisfies never;
}
