import type { RoomEvent } from '../conversation';
import type { Person } from './protocol';

/** The state of the room, as `GET /rooms/<id>/news` returns it. */
export interface News {
  /** The number of changes so far. `?after=<number>` waits for the next one. */
  readonly number: number;
  readonly status: 'active' | 'ended';
  readonly replica: Person | null;
  readonly participants: readonly Person[];
  /** All events, oldest first. */
  readonly events: readonly RoomEvent[];
}

/** The response to a join. */
export interface JoinResponse extends Person {
  readonly room_token: string;
  readonly news: News;
}
