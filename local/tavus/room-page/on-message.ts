import { DEFAULT_INSTANCE_ID, LEFT, isRecord, participant, type FrameMessage } from './protocol';
import { post, withoutEffects, type Effect, type RoomState, type RoomTransition } from './room-types';

/** Handles a call of a daily-js method. The actions are those of daily-js 0.92.2. */
export function onMessage(state: RoomState, message: FrameMessage): RoomTransition {
  switch (message.action) {
    case 'iframe-launch-config':
      return { state, effects: [post({ action: 'loaded' }), post({ action: 'call-machine-initialized' })] };
    case 'join-meeting':
      return join(state, message['properties']);
    case 'leave-meeting':
      return leave(state);
    case 'local-video':
      return setMedia(state, message['state'] === true, state.audio);
    case 'local-audio':
      return setMedia(state, state.video, message['state'] === true);
    case 'local-recording-start':
      return startRecording(state, message['instanceId']);
    case 'local-recording-stop':
      return stopRecording(state, message['instanceId']);
    case 'get-input-devices':
    case 'set-input-devices':
      return answer(state, message, (stamp) => ({ do: 'answer-devices', stamp }));
    default:
      // Not simulated. The answer prevents the caller from waiting forever.
      return answer(state, message, (callbackStamp) => {
        const msg = `${message.action}: not simulated by the laptop's room.`;
        return post({ callbackStamp, error: { type: 'not-simulated', msg } });
      });
  }
}

function answer(state: RoomState, message: FrameMessage, effect: (stamp: string) => Effect): RoomTransition {
  const { callbackStamp } = message;
  return { state, effects: callbackStamp === undefined ? [] : [effect(callbackStamp)] };
}

function join(state: RoomState, properties: unknown): RoomTransition {
  if (state.phase !== 'new') return withoutEffects(state);
  const given = isRecord(properties) ? properties : {};
  const text = (name: string): string | undefined => {
    const value = given[name];
    return typeof value === 'string' ? value : undefined;
  };
  const options = { userName: text('userName') ?? 'Guest', token: text('token') };
  return { state: { ...state, phase: 'joining' }, effects: [{ do: 'join', options }] };
}

function leave(state: RoomState): RoomTransition {
  if (state.phase === 'leaving') return withoutEffects(state);
  if (state.phase !== 'joined') return { state: { ...state, phase: 'left' }, effects: [post(LEFT)] };
  return {
    state: { ...state, phase: 'leaving', roomNote: 'You have left.', finalMessages: [LEFT] },
    effects: [{ do: 'leave' }],
  };
}

function setMedia(before: RoomState, video: boolean, audio: boolean): RoomTransition {
  const state = { ...before, video, audio };
  const { me } = state;
  const updates =
    me === undefined
      ? []
      : [post({ action: 'participant-updated', participant: participant(me, state, true) })];
  return { state, effects: [{ do: 'set-media', video, audio }, ...updates] };
}

function startRecording(state: RoomState, instance: unknown): RoomTransition {
  if (state.phase !== 'joined') return withoutEffects(state);
  const instanceId = typeof instance === 'string' ? instance : DEFAULT_INSTANCE_ID;
  return {
    state: { ...state, requested: [...state.requested, instanceId], recordingNote: '' },
    effects: [{ do: 'request-recording', instanceId }],
  };
}

function stopRecording(state: RoomState, instance: unknown): RoomTransition {
  if (state.phase !== 'joined') return withoutEffects(state);
  const instanceId = typeof instance === 'string' ? instance : undefined;
  return { state, effects: [{ do: 'stop-recording', instanceId }] };
}
