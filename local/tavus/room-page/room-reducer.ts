import type { JoinResponse } from './news';
import { fatal, LEFT, participant, type Outgoing } from './protocol';
import { onMessage } from './on-message';
import { onNews } from './on-news';
import { post, runningInstances, withoutEffects } from './room-types';
import type { Input, RoomState, RoomTransition } from './room-types';

/** The page's logic as a pure function. */
export function reduceRoom(state: RoomState, input: Input): RoomTransition {
  switch (input.kind) {
    case 'message':
      return onMessage(state, input.message);
    case 'device-note':
      return withoutEffects({ ...state, deviceNote: input.note });
    case 'recording-note':
      return withoutEffects({ ...state, recordingNote: input.note });
    case 'joined':
      return joined(state, input.response);
    case 'join-refused':
      return joinRefused(state, input.status, input.text);
    case 'news':
      return onNews(state, input.news);
    case 'session-lost':
      return sessionLost(state);
    default:
      // 'left'
      return {
        state: { ...state, phase: 'left', finalMessages: [] },
        effects: state.finalMessages.map(post),
      };
  }
}

function joined(state: RoomState, { participant_id, user_name, news }: JoinResponse): RoomTransition {
  const me = { participant_id, user_name };
  const others = [...(news.replica === null ? [] : [news.replica]), ...news.participants];
  const participants: Record<string, Outgoing> = { local: participant(me, state, true) };
  for (const other of others) {
    if (other.participant_id === participant_id) continue;
    participants[other.participant_id] = participant(other, { video: true, audio: true }, false);
  }
  return {
    state: { ...state, phase: 'joined', me, news, recordings: runningInstances(news.events) },
    effects: [post({ action: 'joined-meeting', participants }), { do: 'poll-news' }],
  };
}

/**
 * The statuses are those of `http/room-session.ts`. The error types of daily-js are an assumption, except for the text
 * of 403.
 */
function joinRefused(state: RoomState, status: number, text: string): RoomTransition {
  const type = status === 403 ? 'not-allowed' : text.includes('full') ? 'meeting-full' : 'no-room';
  // daily-js reports a `no-room` error to Daily, unless the text says that the room was deleted.
  const message = type === 'no-room' ? 'The room was deleted.' : text;
  return { state: { ...state, phase: 'left', roomNote: text }, effects: [post(fatal(type, message))] };
}

function sessionLost(state: RoomState): RoomTransition {
  if (state.phase !== 'joined') return withoutEffects(state);
  const text = 'The connection was lost for too long, and the room has removed you.';
  return {
    state: {
      ...state,
      phase: 'leaving',
      recordings: [],
      roomNote: text,
      finalMessages: [fatal('ejected', text), LEFT],
    },
    effects: [{ do: 'leave' }],
  };
}
