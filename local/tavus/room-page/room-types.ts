import type { RoomEvent } from '../conversation';
import type { JoinResponse, News } from './news';
import type { FrameMessage, Outgoing, Person } from './protocol';

export interface JoinOptions {
  readonly userName: string;
  /** The token of a private room. */
  readonly token: string | undefined;
}

/** Everything that can happen to the page. */
export type Input =
  | { readonly kind: 'message'; readonly message: FrameMessage }
  | { readonly kind: 'device-note'; readonly note: string }
  | { readonly kind: 'recording-note'; readonly note: string }
  | { readonly kind: 'joined'; readonly response: JoinResponse }
  | { readonly kind: 'join-refused'; readonly status: number; readonly text: string }
  | { readonly kind: 'news'; readonly news: News }
  /** The simulator has ended the page's session, or cannot be reached. */
  | { readonly kind: 'session-lost' }
  /** The last chunks are sent, and the simulator has removed the person from the room. */
  | { readonly kind: 'left' };

/** What the page must do, in the order of the list. */
export type Effect =
  | { readonly do: 'post'; readonly message: Outgoing }
  | { readonly do: 'join'; readonly options: JoinOptions }
  | { readonly do: 'poll-news' }
  | { readonly do: 'set-media'; readonly video: boolean; readonly audio: boolean }
  | { readonly do: 'answer-devices'; readonly stamp: string }
  | { readonly do: 'request-recording'; readonly instanceId: string }
  /** The room has started the recording: record this browser's camera and microphone. */
  | { readonly do: 'record'; readonly instanceId: string }
  /** The room has stopped the recording: send the last chunks. */
  | { readonly do: 'finish-recording'; readonly instanceId: string }
  /** The recording has failed: send nothing more. */
  | { readonly do: 'cancel-recording'; readonly instanceId: string }
  /** Send the last chunks, then stop the room's recording. Stops all if no instance is given. */
  | { readonly do: 'stop-recording'; readonly instanceId: string | undefined }
  /** Send the last chunks of every recording, then leave. */
  | { readonly do: 'leave' };

type Phase = 'new' | 'joining' | 'joined' | 'leaving' | 'left';

export interface RoomState {
  readonly phase: Phase;
  readonly me: Person | undefined;
  readonly video: boolean;
  readonly audio: boolean;
  readonly news: News | undefined;
  /** Instances that this page asked the room to record, without a response so far. */
  readonly requested: readonly string[];
  /** Instances that the room records. */
  readonly recordings: readonly string[];
  readonly deviceNote: string;
  readonly recordingNote: string;
  readonly roomNote: string;
  /** Messages for daily-js when the page has left. */
  readonly finalMessages: readonly Outgoing[];
}

export const INITIAL_STATE: RoomState = {
  phase: 'new',
  me: undefined,
  video: true,
  audio: true,
  news: undefined,
  requested: [],
  recordings: [],
  deviceNote: '',
  recordingNote: '',
  roomNote: 'Only a page with daily-js can join this room: open /qa of the backend.',
  finalMessages: [],
};

/** The next state, and the effects to run. */
export interface RoomTransition {
  readonly state: RoomState;
  readonly effects: readonly Effect[];
}

export const withoutEffects = (state: RoomState): RoomTransition => ({ state, effects: [] });
export const post = (message: Outgoing): Effect => ({ do: 'post', message });

/** Returns the instances that are still recorded after these events. */
export function runningInstances(events: readonly RoomEvent[]): string[] {
  const running = new Set<string>();
  for (const { action, instanceId } of events) {
    if (action === 'recording-started') running.add(instanceId);
    if (action === 'recording-stopped') running.delete(instanceId);
  }
  return [...running];
}
