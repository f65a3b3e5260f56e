import type { News, RecordingEvent } from './news';
import { fatal, LEFT, participant, type Person } from './protocol';
import { post, still, type Effect, type RoomState, type RoomTransition } from './room-types';

/** Instances of the recordings that run after these events. */
export function runningIn(events: readonly RecordingEvent[]): string[] {
  const running = new Set<string>();
  for (const { action, instanceId } of events) {
    if (action === 'recording-started') running.add(instanceId);
    if (action === 'recording-stopped') running.delete(instanceId);
  }
  return [...running];
}

/** What has changed in the room since the last news, told to daily-js in its own words. */
export function onNews(before: RoomState, news: News): RoomTransition {
  if (before.phase !== 'inside') return still(before);

  const effects = comingsAndGoings(before, news);
  let state: RoomState = { ...before, news };
  for (const event of news.events.slice(before.news?.events.length ?? 0)) {
    const next = recordingEvent(state, event);
    state = next.state;
    effects.push(...next.effects);
  }
  return news.status === 'active' ? { state, effects } : roomOver(state, effects);
}

/** The simulator's words, see `room/recorder.ts`. */
const SECOND_WISH = 'recording already started';

function recordingEvent(before: RoomState, event: RecordingEvent): RoomTransition {
  const { action, instanceId } = event;
  const { at: _at, ...told } = event;
  // Daily says so to the participant who started it, and to nobody else.
  const local = event.startedBy !== undefined && event.startedBy === before.me?.participant_id;
  const effects: Effect[] = [post(local ? { ...told, local } : told)];
  const others = before.recordings.filter((id) => id !== instanceId);
  const mine = before.asked.includes(instanceId);
  const asked = before.asked.filter(
    (id, index) => id !== instanceId || index !== before.asked.indexOf(instanceId),
  );

  if (action === 'recording-started') {
    const recordings = [...others, instanceId];
    if (!mine || !local) return { state: { ...before, recordings }, effects };
    return { state: { ...before, recordings, asked }, effects: [...effects, { do: 'record', instanceId }] };
  }
  if (action === 'recording-stopped') {
    return {
      state: { ...before, recordings: others },
      effects: [...effects, { do: 'finish-recording', instanceId }],
    };
  }
  const state = { ...before, recordingNote: `Recording error: ${event.errorMsg ?? 'unknown'}` };
  // The refusal of a second wish, everybody's or this page's, says nothing about the first one.
  if (event.errorMsg === SECOND_WISH) return { state, effects };
  // A refused start leaves a running recording of the same instance alone.
  if (mine) return { state: { ...state, asked }, effects };
  if (others.length === before.recordings.length) return { state, effects };
  return {
    state: { ...state, recordings: others },
    effects: [...effects, { do: 'drop-recording', instanceId }],
  };
}

function comingsAndGoings({ me, news }: RoomState, now: News): Effect[] {
  const was = everybody(news).filter((one) => one.participant_id !== me?.participant_id);
  const is =
    now.status === 'ended' ? was : everybody(now).filter((one) => one.participant_id !== me?.participant_id);
  const missingIn = (list: readonly Person[], one: Person): boolean =>
    !list.some((other) => other.participant_id === one.participant_id);
  const told = (action: string, one: Person): Effect =>
    post({ action, participant: participant(one, { video: true, audio: true }, false) });
  return [
    ...is.filter((one) => missingIn(was, one)).map((one) => told('participant-joined', one)),
    ...was.filter((one) => missingIn(is, one)).map((one) => told('participant-left', one)),
  ];
}

function everybody(news: News | undefined): readonly Person[] {
  if (news === undefined) return [];
  return news.replica === null ? news.participants : [news.replica, ...news.participants];
}

/**
 * The room is gone for everybody in it: daily-js shows a fatal `ejected` (assumption). What the browser still holds
 * of a recording is sent first.
 */
function roomOver(state: RoomState, effects: readonly Effect[]): RoomTransition {
  const farewell = [fatal('ejected', 'Meeting has ended'), LEFT];
  return {
    state: { ...state, phase: 'leaving', recordings: [], roomNote: 'The conversation has ended.', farewell },
    effects: [...effects, { do: 'go-out' }],
  };
}
