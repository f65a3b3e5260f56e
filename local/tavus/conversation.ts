import type { StorageConfig } from './create/storage-config';

/** One event of the conversation as `?verbose=true` shows it; a callback is this in an envelope. */
export interface LoggedEvent {
  readonly event_type: string;
  readonly message_type: 'system' | 'application';
  readonly timestamp: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What became of one callback. The URL is left out: it may carry a token. */
export interface Delivery {
  readonly event_type: string;
  readonly at: string;
  readonly outcome: number | 'no answer';
}

export interface Participant {
  readonly participant_id: string;
  readonly user_name: string;
  /** Camera or microphone on: only such participants are recorded. */
  readonly media: boolean;
  readonly joined_at: string;
}

/** What the room tells everyone in it, after daily-js's recording events. */
export interface RoomEvent {
  readonly action: 'recording-started' | 'recording-stopped' | 'recording-error';
  readonly at: string;
  readonly instanceId: string;
  readonly type?: 'cloud';
  readonly recordingId?: string;
  readonly startedBy?: string;
  readonly errorMsg?: string;
}

/** One recording. `sentence` says in plain words why it did not land: the vendor keeps that to itself. */
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
  /** Until it is decided it is `recording`, also while the last part is on its way. */
  state: 'recording' | 'delivered' | 'failed' | 'discarded';
  bytes: number;
  parts: number;
  durationSec: number;
  sha256?: string;
  sentence?: string;
}

/** Limits of one call, in seconds, as sent or by default. */
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
  /** Asked with `hard=true`: events are gone and stay gone. */
  forgotten: boolean;
  log: LoggedEvent[];
  readonly deliveries: Delivery[];
  readonly participants: Participant[];
  everJoined: boolean;
  replicaJoined: boolean;
  readonly roomEvents: RoomEvent[];
  readonly recordings: SimulatedRecording[];
}
