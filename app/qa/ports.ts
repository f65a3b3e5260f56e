import type { PageReport } from './page-reports';
import type { RecordingCall } from './record-when-joined';
import type { RecordingState } from './recording-states';

/** Configuration of the page, from the backend. */
export interface QaConfig {
  readonly recording: { readonly enabled: boolean; readonly bucketRegion?: string };
  readonly consentRequired: boolean;
  readonly keyRequired: boolean;
  /** Container Apps authentication is in front of the backend. */
  readonly signInRequired: boolean;
  /** Whether the backend serves `/recordings`. */
  readonly hasRecordingsPage: boolean;
  /** Origin of the rooms that this page may frame; fallback origins are allowed too. */
  readonly roomOrigin: string;
}

/** A message for the person at the page. */
export interface PageNotice {
  readonly title: string;
  readonly detail: string;
  /** For support: Tavus's message and the id of the failure in the log. */
  readonly note?: string;
}

export interface PageConsent {
  readonly text_version: string;
  readonly accepted_at: string;
  readonly locale: string;
}

/** A start request. It is repeated unchanged when no answer came, so that the backend recognises it. */
export interface StartAttempt {
  readonly idempotencyKey: string;
  readonly body: { readonly recording?: boolean; readonly consent?: PageConsent };
}

export interface StartedConversation {
  readonly id: string;
  readonly url: string;
  readonly meetingToken?: string;
  readonly pageToken: string;
  readonly recording: { readonly enabled: boolean; readonly reason?: string };
}

/**
 * Whether the person may start. `key-refused`: wrong key. `sign-in`: a sign-in is missing or expired. `unknown`: no
 * usable answer.
 */
export type AccessAnswer =
  | { readonly kind: 'allowed' | 'key-refused' | 'sign-in' }
  | { readonly kind: 'unknown'; readonly problem: PageNotice };

/** `unanswered`: the conversation may exist and be billed. */
export type StartAnswer =
  | { readonly kind: 'started'; readonly conversation: StartedConversation }
  | { readonly kind: 'key-refused' }
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'refused' | 'unanswered'; readonly problem: PageNotice };

/** `sign-in`: the sign-in has expired, so the request did not reach the backend. */
export type EndAnswer = 'ended' | 'not-told' | 'sign-in';

/** A recording that Tavus announced or the backend verified in the bucket. */
export interface StoredRecording {
  readonly key: string;
  /** Whether the backend verified it in the bucket; otherwise it is only announced by Tavus. */
  readonly verified: boolean;
  readonly sizeBytes: number | undefined;
}

/** State of the recordings of a conversation. */
export interface RecordingStatus {
  readonly state: RecordingState;
  /** Cause in plain words. */
  readonly cause: string | undefined;
  /** Oldest first: one for each time that recording was started. */
  readonly recordings: readonly StoredRecording[];
}

/** The backend. `config`, `report` and `status` reject on failure. */
export interface BackendPort {
  /** `sign-in`: the person must sign in first. */
  config(): Promise<QaConfig | 'sign-in'>;
  access(key: string | undefined): Promise<AccessAnswer>;
  start(attempt: StartAttempt, key: string | undefined): Promise<StartAnswer>;
  end(conversation: StartedConversation): Promise<EndAnswer>;
  /** For a page that is being hidden: sends without waiting. */
  endOnPageHide(conversation: StartedConversation): void;
  report(conversation: StartedConversation, report: PageReport): Promise<void>;
  status(conversation: StartedConversation): Promise<RecordingStatus>;
}

/** Why the person is not in the room: Daily's error type, if any, and its message. */
export interface RoomFailure {
  readonly type: string | undefined;
  readonly words: string;
}

/** Devices that the room could not open, with its message. */
export interface RoomDeviceTrouble {
  readonly microphoneWorks: boolean;
  readonly words: string;
}

/** Events of a call, independent of the library. */
export interface CallListener {
  joined(): void;
  left(): void;
  /** A fatal error: not admitted, or removed. */
  failed(failure: RoomFailure): void;
  devicesFailed(trouble: RoomDeviceTrouble): void;
  /** Number of other participants, including the replica. */
  others(count: number): void;
  connection(isUp: boolean): void;
  media(media: { readonly microphone: boolean; readonly camera: boolean }): void;
}

/** Labels, because a device's id differs between this page's origin and the room's. */
export interface DeviceLabels {
  readonly camera?: string | undefined;
  readonly microphone?: string | undefined;
}

/** A call in a frame; joining starts when it is opened. */
export interface CallPort {
  readonly recording: RecordingCall;
  setMicrophone(on: boolean): void;
  setCamera(on: boolean): void;
  /** Leaves and removes the frame. Waits only some seconds for the room. */
  leave(): Promise<void>;
}

export type OpenCall = (room: StartedConversation, devices: DeviceLabels, listener: CallListener) => CallPort;

export interface Device {
  readonly id: string;
  readonly label: string;
}

export interface OpenedDevices {
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
  /** Empty without a camera, which is optional. */
  readonly cameraId: string;
  readonly microphoneId: string;
  /** Why there is no camera. */
  readonly cameraTrouble?: DeviceTrouble | undefined;
  /** False: this browser cannot show how loud the microphone is. */
  readonly hasMeter: boolean;
}

/**
 * Why a device could not be opened: blocked by the browser or the system, no https, no device, or used by another program.
 */
export type DeviceTrouble = 'denied' | 'system' | 'insecure' | 'missing' | 'busy';

/** Camera and microphone for the check before the call. */
export interface DevicePort {
  /** Does not reject: resolves with the problem of the microphone, for which the page has help. */
  open(wanted: {
    readonly cameraId?: string;
    readonly microphoneId?: string;
  }): Promise<OpenedDevices | DeviceTrouble>;
  /** Releases both devices for the room. */
  close(): void;
}
