import type { Entered, News } from './news';
import type { FrameMessage, Outgoing, Person } from './protocol';

/** How a person wants to come in. */
export interface JoinWish {
  readonly userName: string;
  readonly token: string | undefined;
  readonly video: boolean;
  readonly audio: boolean;
}

/** Whatever can happen to the page. */
export type Input =
  | { readonly kind: 'message'; readonly message: FrameMessage }
  | { readonly kind: 'ask-join'; readonly wish: JoinWish }
  | { readonly kind: 'ask-leave' }
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
  | { readonly do: 'enter'; readonly wish: JoinWish }
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

export type Phase = 'outside' | 'joining' | 'inside' | 'leaving' | 'left';

export interface RoomState {
  readonly phase: Phase;
  /** A button of the room itself; daily-js asks for it by `showLeaveButton`. */
  readonly showLeave: boolean;
  readonly me: Person | undefined;
  readonly video: boolean;
  readonly audio: boolean;
  readonly news: News | undefined;
  /** Instances whose start this page asked for and got no answer to. */
  readonly asked: readonly string[];
  /** Running recordings of the room: time of the start by instance. */
  readonly recordings: Readonly<Record<string, string>>;
  readonly deviceNote: string;
  readonly recordingNote: string;
  readonly roomNote: string;
  /** What daily-js is told once the page is out. */
  readonly farewell: readonly Outgoing[];
}

export const OUTSIDE: RoomState = {
  phase: 'outside',
  showLeave: true,
  me: undefined,
  video: true,
  audio: true,
  news: undefined,
  asked: [],
  recordings: {},
  deviceNote: '',
  recordingNote: '',
  roomNote: '',
  farewell: [],
};

export interface Step {
  readonly state: RoomState;
  readonly effects: readonly Effect[];
}

export const still = (state: RoomState): Step => ({ state, effects: [] });
export const post = (message: Outgoing): Effect => ({ do: 'post', message });
