import type { PageReports } from './page-reports';
import type { RecordingCall } from './record-when-joined';

/** What the backend says about itself before anything is asked of the person. */
export interface QaConfig {
  readonly recording: { readonly enabled: boolean; readonly bucketRegion?: string };
  readonly consentRequired: boolean;
  readonly keyRequired: boolean;
  /** The only origin whose rooms this page may frame. */
  readonly roomOrigin: string;
}

/** Something that went wrong, in words for the person in front of the page. */
export interface Notice {
  readonly title: string;
  readonly detail: string;
  /** For whoever looks into it: Tavus's own words, and the name of the failure in the backend's log. */
  readonly note?: string;
}

export interface Consent {
  readonly text_version: string;
  readonly accepted_at: string;
  readonly locale: string;
}

/** One attempt to start: sent again unchanged when no answer came, so that the backend can recognise it. */
export interface StartAttempt {
  readonly idempotencyKey: string;
  readonly body: { readonly recording?: boolean; readonly consent?: Consent };
}

export interface StartedConversation {
  readonly id: string;
  readonly url: string;
  readonly meetingToken?: string;
  readonly pageToken: string;
  readonly recording: { readonly enabled: boolean; readonly reason?: string };
}

/** `unanswered`: it may have been started, and billed, without our knowing. */
export type StartAnswer =
  | { readonly kind: 'started'; readonly conversation: StartedConversation }
  | { readonly kind: 'key-refused' }
  | { readonly kind: 'refused' | 'unanswered'; readonly problem: Notice };

/** What the page has to learn of the recording; all else it has seen with its own eyes. */
export type RecordingStatus =
  | { readonly recording: 'pending' | 'not-due' }
  /** It is not as it should be, and why, where that is known. */
  | { readonly recording: 'missing'; readonly cause: string }
  /** `seen`: the backend saw all of them in the bucket; else Tavus says that they are there. */
  | { readonly recording: 'stored'; readonly seen: boolean; readonly recordings: readonly StoredRecording[] };

export interface StoredRecording {
  readonly key: string;
  readonly sizeBytes: number | undefined;
}

/** Our backend. Everything but `start` and `reports` rejects when it did not work. */
export interface BackendPort {
  config(): Promise<QaConfig>;
  start(attempt: StartAttempt, key: string | undefined): Promise<StartAnswer>;
  end(conversation: StartedConversation): Promise<void>;
  /** Ends it as soon as the browser is online or visible again, until the backend has taken it. */
  endWhenBack(conversation: StartedConversation): void;
  /** Ends it from a page that is going away: sends and does not wait. */
  endOnPageHide(conversation: StartedConversation): void;
  /** Tells the backend what happens in the call. */
  reports(conversation: StartedConversation): PageReports;
  status(conversation: StartedConversation): Promise<RecordingStatus>;
}

/** What is heard of a call, whatever library makes it. */
export interface CallListener {
  joined(): void;
  left(): void;
  failed(detail: string): void;
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
}

/**
 * Why no device could be opened: not allowed by the browser or by the system, none there, held by another program, or the
 * page came without https.
 */
export type DeviceTrouble = 'denied' | 'system' | 'missing' | 'busy' | 'insecure';

/** Camera and microphone for the check before the call. */
export interface DevicePort {
  /** Resolves with the trouble instead of rejecting: each has help of its own. */
  open(wanted: {
    readonly cameraId?: string;
    readonly microphoneId?: string;
  }): Promise<OpenedDevices | DeviceTrouble>;
  /** Lets go of both, so that the room can have them. */
  close(): void;
}
