import type { Entered } from './news';
import { fatal, LEFT, participant, type Outgoing } from './protocol';
import { onMessage } from './on-message';
import { onNews, runningIn } from './on-news';
import { post, still, type Input, type RoomState, type RoomTransition } from './room-types';

/** The room as a pure function: what an input makes of it, and what the page has to do then. */
export function step(state: RoomState, input: Input): RoomTransition {
  switch (input.kind) {
    case 'message':
      return onMessage(state, input.message);
    case 'device-note':
      return still({ ...state, deviceNote: input.note });
    case 'recording-note':
      return still({ ...state, recordingNote: input.note });
    case 'entered':
      return entered(state, input.entered);
    case 'refused':
      return refused(state, input.status, input.text);
    case 'news':
      return onNews(state, input.news);
    case 'forgotten':
      return forgotten(state);
    default:
      // 'out'
      return { state: { ...state, phase: 'left', farewell: [] }, effects: state.farewell.map(post) };
  }
}

function entered(state: RoomState, { participant_id, user_name, news }: Entered): RoomTransition {
  const me = { participant_id, user_name };
  const others = [...(news.replica === null ? [] : [news.replica]), ...news.participants];
  const participants: Record<string, Outgoing> = { local: participant(me, state, true) };
  for (const other of others) {
    if (other.participant_id === participant_id) continue;
    participants[other.participant_id] = participant(other, { video: true, audio: true }, false);
  }
  return {
    state: { ...state, phase: 'inside', me, news, recordings: runningIn(news.events) },
    effects: [post({ action: 'joined-meeting', participants }), { do: 'watch' }],
  };
}

/** Which status means what: `http/room-session.ts`. Which error daily-js shows is an assumption, save for 403's text. */
function refused(state: RoomState, status: number, text: string): RoomTransition {
  const type = status === 403 ? 'not-allowed' : text.includes('full') ? 'meeting-full' : 'no-room';
  // daily-js reports a missing room to its makers, unless the text says that it was deleted.
  const told = type === 'no-room' ? 'The room was deleted.' : text;
  return { state: { ...state, phase: 'left', roomNote: text }, effects: [post(fatal(type, told))] };
}

function forgotten(state: RoomState): RoomTransition {
  if (state.phase !== 'inside') return still(state);
  const text = 'The connection was lost for too long: the room took you for gone.';
  const farewell = [fatal('ejected', text), LEFT];
  return {
    state: { ...state, phase: 'leaving', recordings: [], roomNote: text, farewell },
    effects: [{ do: 'go-out' }],
  };
}
