import type { RoomEvent } from '../../../local/tavus/conversation';
import type { News } from '../../../local/tavus/room-page/news';
import { embeddingIn, DEFAULT_INSTANCE_ID, readMessage } from '../../../local/tavus/room-page/protocol';
import { reduceRoom } from '../../../local/tavus/room-page/room-reducer';
import {
  INITIAL_STATE,
  type Effect,
  type Input,
  type RoomState,
} from '../../../local/tavus/room-page/room-types';

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
const started = (instanceId: string, startedBy: string): RoomEvent => ({
  action: 'recording-started',
  at: '2026-06-01T10:00:00.000000Z',
  instanceId,
  startedBy,
});
const event = (action: RoomEvent['action'], instanceId: string): RoomEvent => ({
  action,
  at: '',
  instanceId,
});

/** Returns the state after these inputs, and the effects of the last one. */
function after(state: RoomState, ...inputs: Input[]): { state: RoomState; effects: readonly Effect[] } {
  let last = reduceRoom(state, { kind: 'device-note', note: '' });
  for (const input of inputs) last = reduceRoom(last.state, input);
  return last;
}

const JOINED = after(
  INITIAL_STATE,
  message('iframe-launch-config'),
  message('join-meeting', { properties: {} }),
  {
    kind: 'joined',
    response: { ...ME, room_token: 't', news: NEWS },
  },
).state;

/** The names of the effects, and for `post` the action of its message. */
const names = (effects: readonly Effect[]): unknown[] =>
  effects.map((effect) => (effect.do === 'post' ? effect.message['action'] : effect.do));

describe('the frame', () => {
  const embedding = { callClientId: '17.5', origin: 'http://localhost:3000' };

  test('reads the embedding page from its URL', () => {
    const search = '?emb=17.5&embHref=http%3A%2F%2Flocalhost%3A3000%2Fqa&dailyJsVersion=0.92.2';
    expect(embeddingIn(search)).toEqual(embedding);
  });

  test.each(['', '?t=token', '?emb=17.5', '?emb=17.5&embHref=nonsense', '?emb=17.5&embHref=file:///qa.html'])(
    'is not embedded with %j',
    (search) => {
      expect(embeddingIn(search)).toBeUndefined();
    },
  );

  test('reads a message from daily-js', () => {
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
    ['from the frame itself', { from: 'embedded' }],
    ['of another protocol', { what: 'webpack' }],
    ['without an action', { action: undefined }],
  ])('ignores a message %s', (_name, changed) => {
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
  test('uses name and token of the join() call', () => {
    const properties = { userName: 'Ann', token: 'a.b' };
    expect(reduceRoom(INITIAL_STATE, message('join-meeting', { properties })).effects).toEqual([
      { do: 'join', options: { userName: 'Ann', token: 'a.b' } },
    ]);
  });

  test('reports all participants to daily-js and starts to poll', () => {
    const response = { ...ME, room_token: 't', news: { ...NEWS, replica: REPLICA } };
    const { effects } = reduceRoom({ ...INITIAL_STATE, phase: 'joining' }, { kind: 'joined', response });
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
      { do: 'poll-news' },
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
    // Without the word "deleted" daily-js 0.92.2 reports the error to Daily.
    [409, 'The conversation has ended.', 'no-room', 'The room was deleted.'],
  ])('that is refused with %d %j is the error %s', (status, text, type, msg) => {
    const { effects } = reduceRoom(
      { ...INITIAL_STATE, phase: 'joining' },
      { kind: 'join-refused', status, text },
    );
    expect(effects).toEqual([
      { do: 'post', message: { action: 'error', errorMsg: msg, error: { type, msg } } },
    ]);
  });
});

describe('a recording', () => {
  test('is requested, and starts in this browser when the room has started it', () => {
    const asked = reduceRoom(JOINED, message('local-recording-start'));
    expect(asked.effects).toEqual([{ do: 'request-recording', instanceId: DEFAULT_INSTANCE_ID }]);
    const { state, effects } = reduceRoom(
      asked.state,
      news({ events: [started(DEFAULT_INSTANCE_ID, 'me')] }),
    );
    expect(names(effects)).toEqual(['recording-started', 'record']);
    expect(effects[0]).toMatchObject({ message: { local: true } });
    expect(state.recordings).toEqual([DEFAULT_INSTANCE_ID]);
  });

  test('that another participant started is reported, but not recorded in this browser', () => {
    const { state, effects } = reduceRoom(JOINED, news({ events: [started('i1', 'other')] }));
    expect(names(effects)).toEqual(['recording-started']);
    expect(effects[0]).not.toHaveProperty('message.local');
    expect(state.recordings).toEqual(['i1']);
  });

  test('that a control route started for this participant is not recorded in this browser', () => {
    expect(names(reduceRoom(JOINED, news({ events: [started('i1', 'me')] })).effects)).toEqual([
      'recording-started',
    ]);
  });

  test('that another participant started first is not recorded in this browser, even if requested', () => {
    const asked = reduceRoom(JOINED, message('local-recording-start', { instanceId: 'i1' })).state;
    const { effects } = reduceRoom(asked, news({ events: [started('i1', 'other')] }));
    expect(names(effects)).toEqual(['recording-started']);
  });

  test('cannot be started before the join, as with the vendor', () => {
    expect(reduceRoom(INITIAL_STATE, message('local-recording-start')).effects).toEqual([]);
  });

  test('continues if a second start is refused, and is cancelled if it fails itself', () => {
    const begun = [started('i1', 'me')];
    const events = [...begun, event('recording-error', 'i1')];
    const running = after(
      JOINED,
      message('local-recording-start', { instanceId: 'i1' }),
      news({ events: begun }),
    ).state;
    const again = reduceRoom(
      reduceRoom(running, message('local-recording-start', { instanceId: 'i1' })).state,
      news({ events }),
    );
    expect(names(again.effects)).toEqual(['recording-error']);
    expect(again.state.recordings).toEqual(['i1']);
    const failed = reduceRoom(running, news({ events }));
    expect(names(failed.effects)).toEqual(['recording-error', 'cancel-recording']);
    expect(failed.state.recordings).toEqual([]);
  });

  const refused = { ...event('recording-error', 'i1'), errorMsg: 'recording already started' };

  test('continues if another participant requests it too', () => {
    const begun = [started('i1', 'me')];
    const running = after(
      JOINED,
      message('local-recording-start', { instanceId: 'i1' }),
      news({ events: begun }),
    );
    const { state, effects } = reduceRoom(running.state, news({ events: [...begun, refused] }));
    expect(names(effects)).toEqual(['recording-error']);
    expect(state.recordings).toEqual(['i1']);
  });

  test("starts in this browser after the refusal of another participant's request", () => {
    const asked = after(
      JOINED,
      message('local-recording-start', { instanceId: 'i1' }),
      news({ events: [refused] }),
    );
    const { effects } = reduceRoom(asked.state, news({ events: [refused, started('i1', 'me')] }));
    expect(names(effects)).toEqual(['recording-started', 'record']);
  });

  test('that the room has stopped is finished', () => {
    const events = [started('i1', 'me'), event('recording-stopped', 'i1')];
    expect(names(reduceRoom(JOINED, news({ events })).effects)).toContain('finish-recording');
  });
});

describe('the end', () => {
  test('of a participant is reported to daily-js after the last chunks are sent', () => {
    const leaving = reduceRoom(JOINED, message('leave-meeting'));
    expect(names(leaving.effects)).toEqual(['leave']);
    expect(reduceRoom(leaving.state, message('leave-meeting')).effects).toEqual([]);
    expect(names(reduceRoom(leaving.state, { kind: 'left' }).effects)).toEqual(['left-meeting']);
  });

  test('before the join is reported at once', () => {
    expect(names(reduceRoom(INITIAL_STATE, message('leave-meeting')).effects)).toEqual(['left-meeting']);
  });

  test('of the room makes the page leave', () => {
    const over = reduceRoom(JOINED, news({ status: 'ended', participants: [] }));
    expect(names(over.effects)).toEqual(['leave']);
    expect(names(reduceRoom(over.state, { kind: 'left' }).effects)).toEqual(['error', 'left-meeting']);
  });
});

test('joining and leaving participants are reported to daily-js', () => {
  const come = reduceRoom(JOINED, news({ replica: REPLICA }));
  expect(names(come.effects)).toEqual(['participant-joined']);
  expect(names(reduceRoom(come.state, news({ replica: null })).effects)).toEqual(['participant-left']);
});

test('a method that is not simulated gets an error', () => {
  const { effects } = reduceRoom(JOINED, message('get-network-topology', { callbackStamp: 's' }));
  expect(effects).toMatchObject([{ message: { callbackStamp: 's', error: { type: 'not-simulated' } } }]);
});
