import type {
  BackendPort,
  CallListener,
  StartedConversation,
  StartAnswer,
  StartAttempt,
} from '../../../app/qa/ports';
import { createSession } from '../../../app/qa/session';
import type { State } from '../../../app/qa/state';

const CONVERSATION: StartedConversation = {
  id: 'c1',
  url: 'https://room.example/c1',
  pageToken: 't',
  recording: { enabled: true },
};
const STARTED: StartAnswer = { kind: 'started', conversation: CONVERSATION };
const UNANSWERED: StartAnswer = { kind: 'unanswered', problem: { title: 'No answer', detail: '' } };

/** A session on fake ports, ready to start with recording. */
async function readySession(answers: StartAnswer[], backendChange: Partial<BackendPort> = {}) {
  const attempts: StartAttempt[] = [];
  const keys: (string | undefined)[] = [];
  const log: string[] = [];
  const rooms: CallListener[] = [];
  let state: State | undefined;
  const backend: BackendPort = {
    config: async () => ({
      recording: { enabled: true },
      consentRequired: true,
      keyRequired: false,
      roomOrigin: 'https://room.example',
    }),
    async start(attempt, key) {
      attempts.push(attempt);
      keys.push(key);
      return answers.shift() ?? STARTED;
    },
    end: async () => void log.push('end'),
    endWhenBack: () => void log.push('end when back'),
    endOnPageHide: () => void log.push('end on pagehide'),
    reports: () => ({
      tell: ({ event }) => void log.push(event),
      tried: async () => undefined,
      close: () => undefined,
    }),
    status: async () => ({
      recording: 'stored',
      seen: false,
      recordings: [{ key: 'k', sizeBytes: undefined }],
    }),
    ...backendChange,
  };
  const session = createSession(
    {
      backend,
      devices: {
        open: async () => ({ cameras: [], microphones: [], cameraId: 'c', microphoneId: 'm' }),
        close: () => void log.push('devices closed'),
      },
      openCall: (_, __, listener) => {
        rooms.push(listener);
        return {
          recording: {
            on: () => undefined,
            off: () => undefined,
            startRecording: () => void log.push('start recording'),
            stopRecording: () => undefined,
          },
          setMicrophone: (on) => void log.push(`microphone ${on}`),
          setCamera: (on) => void log.push(`camera ${on}`),
          leave: async () => void log.push('left'),
        };
      },
    },
    (next) => {
      state = next;
    },
  );
  await session.load();
  await session.checkDevices();
  session.choose('record');
  return { session, attempts, keys, log, rooms, state: () => state };
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('the same request is sent again when no answer came', async () => {
  const { session, attempts } = await readySession([UNANSWERED, STARTED]);
  await session.start();
  await session.start();
  expect(attempts).toHaveLength(2);
  expect(attempts[1]).toEqual(attempts[0]);
});

test('an answered attempt is followed by a new one', async () => {
  const { session, attempts } = await readySession([
    { kind: 'refused', problem: { title: 'Busy', detail: '' } },
    STARTED,
  ]);
  await session.start();
  await session.start();
  expect(attempts[1]?.idempotencyKey).not.toBe(attempts[0]?.idempotencyKey);
});

test('another choice makes another request', async () => {
  const { session, attempts } = await readySession([UNANSWERED, STARTED]);
  await session.start();
  session.choose('no-recording');
  await session.start();
  expect(attempts[1]?.idempotencyKey).not.toBe(attempts[0]?.idempotencyKey);
  expect(attempts[1]?.body).toEqual({ recording: false });
});

test('the key goes with the start, and is asked for again when it was not accepted', async () => {
  const config = async () => ({
    recording: { enabled: true },
    consentRequired: true,
    keyRequired: true,
    roomOrigin: 'https://room.example',
  });
  const { session, keys, state } = await readySession([{ kind: 'key-refused' }, STARTED], { config });
  session.giveKey('wrong');
  await session.start();
  expect(state()?.screen).toBe('key');
  session.giveKey('right');
  await session.start();
  expect(keys).toEqual(['wrong', 'right']);
  expect(state()?.screen).toBe('call');
});

test('where no key is needed, a start that is not let in asks for the sign-in', async () => {
  const { session, state } = await readySession([{ kind: 'key-refused' }]);
  await session.start();
  expect(state()).toMatchObject({ screen: 'before', problem: { title: 'Sign in' } });
});

test('two clicks start one conversation', async () => {
  const { session, attempts } = await readySession([]);
  await Promise.all([session.start(), session.start()]);
  expect(attempts).toHaveLength(1);
});

test('camera and microphone are let go before the room wants them', async () => {
  const { session, log } = await readySession([]);
  await session.start();
  expect(log).toEqual(['devices closed']);
});

test('a room of another origin is ended at once, and named', async () => {
  const conversation = { ...CONVERSATION, url: 'https://elsewhere.example/c1' };
  const { session, log, rooms, state } = await readySession([{ kind: 'started', conversation }]);
  await session.start();
  expect(log).toEqual(['end']);
  expect(rooms).toEqual([]);
  expect(state()?.problem?.detail).toContain('https://elsewhere.example');
});

test('an end that does not get through is tried twice, then owned up to', async () => {
  let tries = 0;
  const end = async (): Promise<void> => {
    tries += 1;
    throw new Error('offline');
  };
  const { session, state, log } = await readySession([], { end });
  await session.start();
  const ended = session.end();
  await jest.advanceTimersByTimeAsync(2_000);
  await ended;
  expect(tries).toBe(2);
  // Who was offline comes back.
  expect(log.at(-1)).toBe('end when back');
  expect(state()).toMatchObject({ screen: 'after', outcome: { endConfirmed: false } });
});

test.each(['kęy', 'a key', 'key\n', ''])(
  'a key that no header can carry is refused at the field: %j',
  async (given) => {
    const { session, keys, state } = await readySession([]);
    session.giveKey(given);
    expect(state()).toMatchObject({ screen: 'key', keyRefused: true });
    expect(keys).toEqual([]);
  },
);

test('a page that goes away ends what runs, and nothing that is over', async () => {
  const { session, log } = await readySession([]);
  session.leavePage();
  expect(log).toEqual([]);
  await session.start();
  session.leavePage();
  expect(log.at(-1)).toBe('end on pagehide');
  const ended = session.end();
  await jest.advanceTimersByTimeAsync(0);
  await ended;
  log.length = 0;
  session.leavePage();
  expect(log).toEqual([]);
});

test('who ends the conversation before they came in is reported to have left', async () => {
  const events: string[] = [];
  const reports: BackendPort['reports'] = () => ({
    tell: ({ event }) => void events.push(event),
    tried: async () => undefined,
    close: () => undefined,
  });
  const { session } = await readySession([], { reports });
  await session.start();
  const ended = session.end();
  await jest.advanceTimersByTimeAsync(0);
  await ended;
  expect(events).toEqual(['left']);
});

test('a room that was left for another attempt is not listened to any more', async () => {
  const { session, rooms, state } = await readySession([]);
  await session.start();
  session.joinAgain();
  await jest.advanceTimersByTimeAsync(0);
  expect(rooms).toHaveLength(2);
  rooms[0]?.joined();
  rooms[0]?.left();
  expect(state()?.call.join).toBe('joining');
  rooms[1]?.joined();
  expect(state()?.call.join).toBe('joined');
});
