import type { RoomEvent } from '../conversation';
import type { News } from './news';
import { fatal, LEFT, participant, type Person } from './protocol';
import { post, withoutEffects, type Effect, type RoomState, type RoomTransition } from './room-types';

/** Reports what has changed in the room since the last news to daily-js, with daily-js's own events. */
export function onNews(before: RoomState, news: News): RoomTransition {
  if (before.phase !== 'joined') return withoutEffects(before);

  const effects = participantChanges(before, news);
  let state: RoomState = { ...before, news };
  for (const event of news.events.slice(before.news?.events.length ?? 0)) {
    const next = onRecordingEvent(state, event);
    state = next.state;
    effects.push(...next.effects);
  }
  return news.status === 'active' ? { state, effects } : roomEnded(state, effects);
}

/** The text of `room/recorder.ts` for a second start. */
const ALREADY_STARTED = 'recording already started';

function onRecordingEvent(before: RoomState, event: RoomEvent): RoomTransition {
  const { action, instanceId } = event;
  const { at: _at, ...fields } = event;
  // Daily sets `local` only for the participant who started the recording.
  const local = event.startedBy !== undefined && event.startedBy === before.me?.participant_id;
  const effects: Effect[] = [post(local ? { ...fields, local } : fields)];
  const others = before.recordings.filter((id) => id !== instanceId);
  const isRequested = before.requested.includes(instanceId);
  // Without one request of this instance: it has its response.
  const requested = before.requested.filter(
    (id, index) => id !== instanceId || index !== before.requested.indexOf(instanceId),
  );

  if (action === 'recording-started') {
    const recordings = [...others, instanceId];
    if (!isRequested || !local) return { state: { ...before, recordings }, effects };
    return {
      state: { ...before, recordings, requested },
      effects: [...effects, { do: 'record', instanceId }],
    };
  }
  if (action === 'recording-stopped') {
    return {
      state: { ...before, recordings: others },
      effects: [...effects, { do: 'finish-recording', instanceId }],
    };
  }
  const state = { ...before, recordingNote: `Recording error: ${event.errorMsg ?? 'unknown'}` };
  // The refusal of a second start, by any page, does not affect the first one.
  if (event.errorMsg === ALREADY_STARTED) return { state, effects };
  // A refused start does not affect a running recording of the same instance.
  if (isRequested) return { state: { ...state, requested }, effects };
  if (others.length === before.recordings.length) return { state, effects };
  return {
    state: { ...state, recordings: others },
    effects: [...effects, { do: 'cancel-recording', instanceId }],
  };
}

function participantChanges({ me, news }: RoomState, next: News): Effect[] {
  const isOther = (one: Person): boolean => one.participant_id !== me?.participant_id;
  const before = everyone(news).filter(isOther);
  const after = next.status === 'ended' ? before : everyone(next).filter(isOther);
  const isMissing = (list: readonly Person[], one: Person): boolean =>
    !list.some((other) => other.participant_id === one.participant_id);
  const change = (action: string, one: Person): Effect =>
    post({ action, participant: participant(one, { video: true, audio: true }, false) });
  return [
    ...after.filter((one) => isMissing(before, one)).map((one) => change('participant-joined', one)),
    ...before.filter((one) => isMissing(after, one)).map((one) => change('participant-left', one)),
  ];
}

function everyone(news: News | undefined): readonly Person[] {
  if (news === undefined) return [];
  return news.replica === null ? news.participants : [news.replica, ...news.participants];
}

/** The room has ended for everyone: daily-js reports a fatal `ejected` (assumption), after the last chunks are sent. */
function roomEnded(state: RoomState, effects: readonly Effect[]): RoomTransition {
  return {
    state: {
      ...state,
      phase: 'leaving',
      recordings: [],
      roomNote: 'The conversation has ended.',
      finalMessages: [fatal('ejected', 'Meeting has ended'), LEFT],
    },
    effects: [...effects, { do: 'leave' }],
  };
}
