import { FIRST_INSTANCE, LEFT, isRecord, participant, type FrameMessage } from './protocol';
import { post, still, type Effect, type RoomState, type RoomTransition } from './room-types';

/** What a call of a daily-js method does to the room. Actions as in daily-js 0.92.2. */
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
      // Everything else is not simulated; whoever waits is told so, and does not wait for ever.
      return answer(state, message, (callbackStamp) => {
        const msg = `The laptop's room does not know ${message.action}.`;
        return post({ callbackStamp, error: { type: 'not-simulated', msg } });
      });
  }
}

function answer(state: RoomState, message: FrameMessage, by: (stamp: string) => Effect): RoomTransition {
  const { callbackStamp } = message;
  return { state, effects: callbackStamp === undefined ? [] : [by(callbackStamp)] };
}

function join(state: RoomState, properties: unknown): RoomTransition {
  if (state.phase !== 'outside') return still(state);
  const wanted = isRecord(properties) ? properties : {};
  const text = (name: string): string | undefined => {
    const value = wanted[name];
    return typeof value === 'string' ? value : undefined;
  };
  const wish = { userName: text('userName') ?? 'Guest', token: text('token') };
  return { state: { ...state, phase: 'joining' }, effects: [{ do: 'enter', wish }] };
}

function leave(state: RoomState): RoomTransition {
  if (state.phase === 'leaving') return still(state);
  if (state.phase !== 'inside') return { state: { ...state, phase: 'left' }, effects: [post(LEFT)] };
  return {
    state: { ...state, phase: 'leaving', roomNote: 'You have left.', farewell: [LEFT] },
    effects: [{ do: 'go-out' }],
  };
}

function setMedia(before: RoomState, video: boolean, audio: boolean): RoomTransition {
  const state = { ...before, video, audio };
  const { me } = state;
  const told =
    me === undefined
      ? []
      : [post({ action: 'participant-updated', participant: participant(me, state, true) })];
  return { state, effects: [{ do: 'set-media', video, audio }, ...told] };
}

function startRecording(state: RoomState, instance: unknown): RoomTransition {
  if (state.phase !== 'inside') return still(state);
  const instanceId = typeof instance === 'string' ? instance : FIRST_INSTANCE;
  return {
    state: { ...state, asked: [...state.asked, instanceId], recordingNote: '' },
    effects: [{ do: 'ask-recording', instanceId }],
  };
}

function stopRecording(state: RoomState, instance: unknown): RoomTransition {
  if (state.phase !== 'inside') return still(state);
  const instanceId = typeof instance === 'string' ? instance : undefined;
  return { state, effects: [{ do: 'stop-recording', instanceId }] };
}
