import type { StorageConfig } from './create/storage-config';

/** One event in a conversation's log (`?verbose=true`). A callback is the same event in an envelope. */
export interface LoggedEvent {
  readonly event_type: string;
  readonly message_type: 'system' | 'application';
  readonly timestamp: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The result of one callback. Does not contain the URL, which may carry a token. */
export interface Delivery {
  readonly event_type: string;
  readonly at: string;
  readonly outcome: number | 'no answer';
}

export interface Participant {
  readonly participant_id: string;
  readonly user_name: string;
  /** The camera or the microphone is on. Only then is there something to record. */
  readonly media: boolean;
  readonly joined_at: string;
}

/** A recording event that every participant receives. Named like the daily-js event. */
export interface RoomEvent {
  readonly action: 'recording-started' | 'recording-stopped' | 'recording-error';
  readonly at: string;
  readonly instanceId: string;
  readonly type?: 'cloud';
  readonly recordingId?: string;
  readonly startedBy?: string;
  readonly errorMsg?: string;
}

/** One recording. `sentence` says why it was not delivered, which the real vendor does not report. */
export interface SimulatedRecording {
  readonly recordingId: string;
  readonly instanceId: string;
  readonly provider: StorageConfig['provider'] | 'none';
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  readonly startedAt: string;
  readonly startedAtMs: number;
  stoppedAt?: string;
  /** `recording` until the upload is complete or has failed, so also after the stop. */
  state: 'recording' | 'delivered' | 'failed' | 'discarded';
  bytes: number;
  parts: number;
  durationSec: number;
  sha256?: string;
  sentence?: string;
}

/** Limits of one call, as sent or by default. */
export interface Limits {
  readonly absentSec: number;
  readonly leftSec: number;
  readonly maxSec: number;
  readonly maxParticipants: number;
}

export interface SimulatedConversation {
  readonly id: string;
  readonly apiKey: string;
  readonly name: string;
  readonly url: string;
  readonly callbackUrl: string;
  readonly replicaId: string;
  readonly personaId: string;
  readonly context: string;
  readonly meetingToken?: string;
  readonly testMode: boolean;
  readonly recordingEnabled: boolean;
  readonly limits: Limits;
  readonly storage: StorageConfig | undefined;
  readonly createdAtMs: number;
  updatedAtMs: number;
  status: 'active' | 'ended';
  deleted: boolean;
  /** Deleted with `hard=true`: the log is empty and no event is added to it. */
  hardDeleted: boolean;
  log: LoggedEvent[];
  readonly deliveries: Delivery[];
  readonly participants: Participant[];
  everJoined: boolean;
  replicaJoined: boolean;
  readonly roomEvents: RoomEvent[];
  readonly recordings: SimulatedRecording[];
}
