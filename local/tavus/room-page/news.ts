import type { Person } from './protocol';

/** What the room tells everyone about recordings, after daily-js's events of the same name. */
export interface RecordingEvent {
  readonly action: 'recording-started' | 'recording-stopped' | 'recording-error';
  readonly at: string;
  readonly instanceId: string;
  readonly startedBy?: string;
  readonly errorMsg?: string;
}

/** State of the room, as the simulator tells those who are in it. */
export interface News {
  /** Grows with each change; to ask for the next one. */
  readonly number: number;
  readonly status: 'active' | 'ended';
  readonly replica: Person | null;
  readonly participants: readonly Person[];
  /** All of them, oldest first. */
  readonly events: readonly RecordingEvent[];
}

/** The simulator's answer to a join. */
export interface Entered extends Person {
  readonly room_token: string;
  readonly news: News;
}
