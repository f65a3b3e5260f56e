import type { Entered, News } from './news';
import type { FrameMessage, Outgoing, Person } from './protocol';

/** How a person wants to come in. */
export interface JoinOptions {
  readonly userName: string;
  /** Of a private room. */
  readonly token: string | undefined;
}

/** Whatever can happen to the page. */
export type Input =
  | { readonly kind: 'message'; readonly message: FrameMessage }
  | { readonly kind: 'device-note'; readonly note: string }
  | { readonly kind: 'recording-note'; readonly note: string }
  | { readonly kind: 'entered'; readonly entered: Entered }
  | { readonly kind: 'refused'; readonly status: number; readonly text: string }
  | { readonly kind: 'news'; readonly news: News }
  /** The simulator no longer knows this join: the page was silent for too long. */
  | { readonly kind: 'forgotten' }
  /** What was recorded is sent, and the simulator knows that the person is gone. */
  | { readonly kind: 'out' };

/** What the page has to do, in this order. */
export type Effect =
  | { readonly do: 'post'; readonly message: Outgoing }
  | { readonly do: 'enter'; readonly wish: JoinOptions }
  /** Begin to ask the simulator for news. */
  | { readonly do: 'watch' }
  | { readonly do: 'set-media'; readonly video: boolean; readonly audio: boolean }
  | { readonly do: 'answer-devices'; readonly stamp: string }
  | { readonly do: 'ask-recording'; readonly instanceId: string }
  /** The room records now: take it from this browser. */
  | { readonly do: 'record'; readonly instanceId: string }
  /** The room has stopped: send what is left. */
  | { readonly do: 'finish-recording'; readonly instanceId: string }
  /** The recording failed: nothing more is wanted. */
  | { readonly do: 'drop-recording'; readonly instanceId: string }
  /** Send what is left, then stop the room's recording; all of them when no instance is named. */
  | { readonly do: 'stop-recording'; readonly instanceId: string | undefined }
  /** Send what is left of every recording, then leave. */
  | { readonly do: 'go-out' };

type Phase = 'outside' | 'joining' | 'inside' | 'leaving' | 'left';

export interface RoomState {
  readonly phase: Phase;
  readonly me: Person | undefined;
  readonly video: boolean;
  readonly audio: boolean;
  readonly news: News | undefined;
  /** Instances whose start this page asked for and got no answer to. */
  readonly asked: readonly string[];
  /** Instances of the room's running recordings. */
  readonly recordings: readonly string[];
  readonly deviceNote: string;
  readonly recordingNote: string;
  readonly roomNote: string;
  /** What daily-js is told once the page is out. */
  readonly farewell: readonly Outgoing[];
}

export const OUTSIDE: RoomState = {
  phase: 'outside',
  me: undefined,
  video: true,
  audio: true,
  news: undefined,
  asked: [],
  recordings: [],
  deviceNote: '',
  recordingNote: '',
  roomNote: 'Only a page with daily-js can join this room: open /qa of the backend.',
  farewell: [],
};

export interface RoomTransition {
  readonly state: RoomState;
  readonly effects: readonly Effect[];
}

export const still = (state: RoomState): RoomTransition => ({ state, effects: [] });
export const post = (message: Outgoing): Effect => ({ do: 'post', message });
