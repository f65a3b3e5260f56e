import type { PageReport } from './page-reports';
import type { RecordingCall } from './record-when-joined';
import type { RecordingState } from './recording-states';

/** What the backend says about itself before anything is asked of the person. */
export interface QaConfig {
  readonly recording: { readonly enabled: boolean; readonly bucketRegion?: string };
  readonly consentRequired: boolean;
  readonly keyRequired: boolean;
  /** Container Apps authentication is in front. */
  readonly signInRequired: boolean;
  /** Operators have `/recordings`. */
  readonly hasRecordingsPage: boolean;
  /** The only origin whose rooms this page may frame, beside those that it falls back to. */
  readonly roomOrigin: string;
}

/** Something that went wrong, in words for the person in front of the page. */
export interface PageNotice {
  readonly title: string;
  readonly detail: string;
  /** For whoever looks into it: Tavus's own words, and the name of the failure in the backend's log. */
  readonly note?: string;
}

export interface PageConsent {
  readonly text_version: string;
  readonly accepted_at: string;
  readonly locale: string;
}

/** One attempt to start: sent again unchanged when no answer came, so that the backend can recognise it. */
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
 * Whether the person may start. `key-refused`: not with this key. `sign-in`: not without signing in, or not any more.
 * `unknown`: it could not be learnt.
 */
export type AccessAnswer =
  | { readonly kind: 'allowed' | 'key-refused' | 'sign-in' }
  | { readonly kind: 'unknown'; readonly problem: PageNotice };

/** `unanswered`: it may have been started, and billed, without our knowing. */
export type StartAnswer =
  | { readonly kind: 'started'; readonly conversation: StartedConversation }
  | { readonly kind: 'key-refused' }
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'refused' | 'unanswered'; readonly problem: PageNotice };

/** `sign-in`: the sign-in has expired, so the backend does not hear of it. */
export type EndAnswer = 'ended' | 'not-told' | 'sign-in';

/** One recording that Tavus announced, or that was seen in the bucket. */
export interface StoredRecording {
  readonly key: string;
  /** Seen in the bucket by the backend; otherwise Tavus says so. */
  readonly verified: boolean;
  readonly sizeBytes: number | undefined;
}

/** What the backend knows of the recording. */
export interface RecordingStatus {
  readonly state: RecordingState;
  /** Why, in plain words. */
  readonly cause: string | undefined;
  /** Oldest first: one for each time that recording was started. */
  readonly recordings: readonly StoredRecording[];
}

/** Our backend. `config`, `report` and `status` reject when it did not work. */
export interface BackendPort {
  /** `sign-in`: the sign-in in front wants to see the person first. */
  config(): Promise<QaConfig | 'sign-in'>;
  access(key: string | undefined): Promise<AccessAnswer>;
  start(attempt: StartAttempt, key: string | undefined): Promise<StartAnswer>;
  end(conversation: StartedConversation): Promise<EndAnswer>;
  /** Ends it from a page that is going away: sends and does not wait. */
  endOnPageHide(conversation: StartedConversation): void;
  report(conversation: StartedConversation, report: PageReport): Promise<void>;
  status(conversation: StartedConversation): Promise<RecordingStatus>;
}

/** Why the person is not in the room: Daily's name for it where there is one, and the room's own words. */
export interface RoomFailure {
  readonly type: string | undefined;
  readonly words: string;
}

/** What the room said about devices that it could not open. */
export interface RoomDeviceTrouble {
  readonly microphoneWorks: boolean;
  readonly words: string;
}

/** What is heard of a call, whatever library makes it. */
export interface CallListener {
  joined(): void;
  left(): void;
  /** A fatal error: never let in, or put out. */
  failed(failure: RoomFailure): void;
  devicesFailed(trouble: RoomDeviceTrouble): void;
  /** Others in the room: the replica is one. */
  others(count: number): void;
  connection(isUp: boolean): void;
  media(media: { readonly microphone: boolean; readonly camera: boolean }): void;
}

/** Labels, because a device's id differs between this page's origin and the room's. */
export interface DeviceLabels {
  readonly camera?: string | undefined;
  readonly microphone?: string | undefined;
}

/** One call in one frame, being joined since it was opened. */
export interface CallPort {
  readonly recording: RecordingCall;
  setMicrophone(on: boolean): void;
  setCamera(on: boolean): void;
  /** Leaves and removes the frame; a room that doesn't answer is left after some seconds all the same. */
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
  /** Empty without a camera: a conversation needs a microphone only. */
  readonly cameraId: string;
  readonly microphoneId: string;
  /** Why there is no camera. */
  readonly cameraTrouble?: DeviceTrouble | undefined;
  /** False: this browser cannot show how loud the microphone is. */
  readonly hasMeter: boolean;
}

/**
 * Why a device could not be opened: blocked by the browser, or by the system; a page without https; none there; or held by
 * another program.
 */
export type DeviceTrouble = 'denied' | 'system' | 'insecure' | 'missing' | 'busy';

/** Camera and microphone for the check before the call. */
export interface DevicePort {
  /** Resolves with the microphone's trouble instead of rejecting: each has help of its own. */
  open(wanted: {
    readonly cameraId?: string;
    readonly microphoneId?: string;
  }): Promise<OpenedDevices | DeviceTrouble>;
  /** Lets go of both, so that the room can have them. */
  close(): void;
}
