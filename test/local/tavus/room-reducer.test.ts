import type { News, RecordingEvent } from '../../../local/tavus/room-page/news';
import { embeddingIn, FIRST_INSTANCE, readMessage } from '../../../local/tavus/room-page/protocol';
import { step } from '../../../local/tavus/room-page/room-state';
import { OUTSIDE, type Effect, type Input, type RoomState } from '../../../local/tavus/room-page/room-types';

const ME = { participant_id: 'me', user_name: 'Ann' };
const REPLICA = { participant_id: 'r1', user_name: 'Replica' };
const NEWS: News = {
  number: 1,
  status: 'active',
  replica: null,
  participants: [ME],
  events: [],
};

const message = (action: string, fields: object = {}): Input => ({
  kind: 'message',
  message: { action, ...fields },
});
const news = (changed: Partial<News>): Input => ({ kind: 'news', news: { ...NEWS, ...changed } });
const started = (instanceId: string, startedBy: string): RecordingEvent => ({
  action: 'recording-started',
  at: '2026-06-01T10:00:00.000000Z',
  instanceId,
  startedBy,
});
const event = (action: RecordingEvent['action'], instanceId: string): RecordingEvent => ({
  action,
  at: '',
  instanceId,
});

/** The state after these inputs, and what the last one asks for. */
function after(state: RoomState, ...inputs: Input[]): { state: RoomState; effects: readonly Effect[] } {
  let last = step(state, { kind: 'device-note', note: '' });
  for (const input of inputs) last = step(last.state, input);
  return last;
}

const INSIDE = after(OUTSIDE, message('iframe-launch-config'), message('join-meeting', { properties: {} }), {
  kind: 'entered',
  entered: { ...ME, room_token: 't', news: NEWS },
}).state;

/** Names of effects; of what is posted, the action. */
const names = (effects: readonly Effect[]): unknown[] =>
  effects.map((effect) => (effect.do === 'post' ? effect.message['action'] : effect.do));

describe('the frame', () => {
  const embedding = { callClientId: '17.5', origin: 'http://localhost:3000' };

  test('learns from its address who embeds it', () => {
    const search = '?emb=17.5&embHref=http%3A%2F%2Flocalhost%3A3000%2Fqa&dailyJsVersion=0.92.2';
    expect(embeddingIn(search)).toEqual(embedding);
  });

  test.each(['', '?t=token', '?emb=17.5', '?emb=17.5&embHref=nonsense', '?emb=17.5&embHref=file:///qa.html'])(
    'stands alone with %j',
    (search) => {
      expect(embeddingIn(search)).toBeUndefined();
    },
  );

  test('reads what daily-js sends to it', () => {
    const data = {
      what: 'iframe-call-message',
      from: 'module',
      callClientId: '17.5',
      action: 'a',
      callbackStamp: 's',
      x: 1,
    };
    expect(readMessage(data, embedding)).toMatchObject({ action: 'a', callbackStamp: 's', x: 1 });
  });

  test.each([
    ['of another call', { callClientId: '18' }],
    ['of its own kind', { from: 'embedded' }],
    ['of something else', { what: 'webpack' }],
    ['without an action', { action: undefined }],
  ])('leaves a message %s alone', (_name, changed) => {
    const data = {
      what: 'iframe-call-message',
      from: 'module',
      callClientId: '17.5',
      action: 'a',
      ...changed,
    };
    expect(readMessage(data, embedding)).toBeUndefined();
  });
});

describe('a join', () => {
  test('takes name and token from the call of join()', () => {
    const properties = { userName: 'Ann', token: 'a.b' };
    expect(step(OUTSIDE, message('join-meeting', { properties })).effects).toEqual([
      { do: 'enter', wish: { userName: 'Ann', token: 'a.b' } },
    ]);
  });

  test('is told with everybody who is there, and news are asked for', () => {
    const entered = { ...ME, room_token: 't', news: { ...NEWS, replica: REPLICA } };
    const { effects } = step({ ...OUTSIDE, phase: 'joining' }, { kind: 'entered', entered });
    expect(effects).toMatchObject([
      {
        do: 'post',
        message: {
          action: 'joined-meeting',
          participants: {
            local: { session_id: 'me', local: true },
            r1: { user_name: 'Replica', local: false },
          },
        },
      },
      { do: 'watch' },
    ]);
  });

  test.each([
    [
      403,
      'You are not allowed to join this meeting.',
      'not-allowed',
      'You are not allowed to join this meeting.',
    ],
    [409, 'The room is full.', 'meeting-full', 'The room is full.'],
    // Without the word "deleted" daily-js 0.92.2 reports to its makers.
    [409, 'The conversation has ended.', 'no-room', 'The room was deleted.'],
  ])('refused with %d %j is the error %s', (status, text, type, msg) => {
    const { effects } = step({ ...OUTSIDE, phase: 'joining' }, { kind: 'refused', status, text });
    expect(effects).toEqual([
      { do: 'post', message: { action: 'error', errorMsg: msg, error: { type, msg } } },
    ]);
  });
});

describe('a recording', () => {
  test('is asked for, and begins here when the room says so', () => {
    const asked = step(INSIDE, message('local-recording-start'));
    expect(asked.effects).toEqual([{ do: 'ask-recording', instanceId: FIRST_INSTANCE }]);
    const { state, effects } = step(asked.state, news({ events: [started(FIRST_INSTANCE, 'me')] }));
    expect(names(effects)).toEqual(['recording-started', 'record']);
    expect(effects[0]).toMatchObject({ message: { local: true } });
    expect(state.recordings).toEqual([FIRST_INSTANCE]);
  });

  test('that somebody else started is told and shown, but not taken from here', () => {
    const { state, effects } = step(INSIDE, news({ events: [started('i1', 'other')] }));
    expect(names(effects)).toEqual(['recording-started']);
    expect(effects[0]).not.toHaveProperty('message.local');
    expect(state.recordings).toEqual(['i1']);
  });

  test('that a control route started in this name is not taken from here either', () => {
    expect(names(step(INSIDE, news({ events: [started('i1', 'me')] })).effects)).toEqual([
      'recording-started',
    ]);
  });

  test('that somebody else started first is not taken from here, though asked for', () => {
    const asked = step(INSIDE, message('local-recording-start', { instanceId: 'i1' })).state;
    const { effects } = step(asked, news({ events: [started('i1', 'other')] }));
    expect(names(effects)).toEqual(['recording-started']);
  });

  test('cannot be started before the join, as at the vendor', () => {
    expect(step(OUTSIDE, message('local-recording-start')).effects).toEqual([]);
  });

  test('goes on when a second start is refused, and is dropped when it fails itself', () => {
    const begun = [started('i1', 'me')];
    const events = [...begun, event('recording-error', 'i1')];
    const running = after(
      INSIDE,
      message('local-recording-start', { instanceId: 'i1' }),
      news({ events: begun }),
    ).state;
    const again = step(
      step(running, message('local-recording-start', { instanceId: 'i1' })).state,
      news({ events }),
    );
    expect(names(again.effects)).toEqual(['recording-error']);
    expect(again.state.recordings).toEqual(['i1']);
    const failed = step(running, news({ events }));
    expect(names(failed.effects)).toEqual(['recording-error', 'drop-recording']);
    expect(failed.state.recordings).toEqual([]);
  });

  const refused = { ...event('recording-error', 'i1'), errorMsg: 'recording already started' };

  test('goes on when somebody else asks for it, too', () => {
    const begun = [started('i1', 'me')];
    const running = after(
      INSIDE,
      message('local-recording-start', { instanceId: 'i1' }),
      news({ events: begun }),
    );
    const { state, effects } = step(running.state, news({ events: [...begun, refused] }));
    expect(names(effects)).toEqual(['recording-error']);
    expect(state.recordings).toEqual(['i1']);
  });

  test('begins here when somebody else asked for it, too, before it did', () => {
    const asked = after(
      INSIDE,
      message('local-recording-start', { instanceId: 'i1' }),
      news({ events: [refused] }),
    );
    const { effects } = step(asked.state, news({ events: [refused, started('i1', 'me')] }));
    expect(names(effects)).toEqual(['recording-started', 'record']);
  });

  test('stopped by the room sends what is left', () => {
    const events = [started('i1', 'me'), event('recording-stopped', 'i1')];
    expect(names(step(INSIDE, news({ events })).effects)).toContain('finish-recording');
  });
});

describe('the end', () => {
  test('of a person who leaves is told when everything is sent', () => {
    const leaving = step(INSIDE, message('leave-meeting'));
    expect(names(leaving.effects)).toEqual(['go-out']);
    expect(step(leaving.state, message('leave-meeting')).effects).toEqual([]);
    expect(names(step(leaving.state, { kind: 'out' }).effects)).toEqual(['left-meeting']);
  });

  test('before the join needs nothing to be sent', () => {
    expect(names(step(OUTSIDE, message('leave-meeting')).effects)).toEqual(['left-meeting']);
  });

  test('of the room puts the page out', () => {
    const over = step(INSIDE, news({ status: 'ended', participants: [] }));
    expect(names(over.effects)).toEqual(['go-out']);
    expect(names(step(over.state, { kind: 'out' }).effects)).toEqual(['error', 'left-meeting']);
  });
});

test('who comes and who goes is told', () => {
  const come = step(INSIDE, news({ replica: REPLICA }));
  expect(names(come.effects)).toEqual(['participant-joined']);
  expect(names(step(come.state, news({ replica: null })).effects)).toEqual(['participant-left']);
});

test('whoever waits for what is not simulated is told so', () => {
  const { effects } = step(INSIDE, message('get-network-topology', { callbackStamp: 's' }));
  expect(effects).toMatchObject([{ message: { callbackStamp: 's', error: { type: 'not-simulated' } } }]);
});
