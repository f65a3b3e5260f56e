import type { PageReport } from '../../../app/qa/page-reports';
import type {
  AccessAnswer,
  BackendPort,
  CallListener,
  EndAnswer,
  RecordingStatus,
  StartedConversation,
  StartAnswer,
  StartAttempt,
} from '../../../app/qa/ports';
import type { RecordingCallEvent, RecordingCallMessage } from '../../../app/qa/record-when-joined';
import { createSession } from '../../../app/qa/session';
import type { PageState } from '../../../app/qa/state';

const CONVERSATION: StartedConversation = {
  id: 'c1',
  url: 'https://room.example/c1',
  pageToken: 't',
  recording: { enabled: true },
};
const STARTED: StartAnswer = { kind: 'started', conversation: CONVERSATION };
const UNANSWERED: StartAnswer = { kind: 'unanswered', problem: { title: 'No answer', detail: '' } };

/** A session with fake dependencies, ready to start with recording. */
async function readySession(answers: StartAnswer[], backendChange: Partial<BackendPort> = {}) {
  const back = new Set<() => void>();
  const handlers = new Map<RecordingCallEvent, (message?: RecordingCallMessage) => void>();
  const say = (event: RecordingCallEvent, message?: RecordingCallMessage): void =>
    handlers.get(event)?.(message);
  const attempts: StartAttempt[] = [];
  const keys: (string | undefined)[] = [];
  const log: string[] = [];
  const rooms: CallListener[] = [];
  let state: PageState | undefined;
  const backend: BackendPort = {
    config: async () => ({
      recording: { enabled: true },
      consentRequired: true,
      keyRequired: false,
      signInRequired: false,
      hasRecordingsPage: true,
      roomOrigin: 'https://room.example',
    }),
    access: async () => ({ kind: 'allowed' }),
    async start(attempt, key) {
      attempts.push(attempt);
      keys.push(key);
      return answers.shift() ?? STARTED;
    },
    async end() {
      log.push('end');
      return 'ended';
    },
    endOnPageHide: () => void log.push('end on pagehide'),
    report: async (_, { event }) => void log.push(event),
    async status() {
      log.push('status');
      return { state: 'landed', cause: undefined, recordings: [] };
    },
    ...backendChange,
  };
  const session = createSession(
    {
      backend,
      devices: {
        open: async () => ({
          cameras: [],
          microphones: [],
          cameraId: 'c',
          microphoneId: 'm',
          hasMeter: true,
        }),
        close: () => void log.push('devices closed'),
      },
      signals: {
        onBack(handler) {
          back.add(handler);
          return () => back.delete(handler);
        },
        onHide: () => () => undefined,
        after(ms, callback) {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
      },
      openCall: (_, __, listener) => {
        rooms.push(listener);
        return {
          recording: {
            on: (event, handler) => handlers.set(event, handler),
            off: (event) => handlers.delete(event),
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
  /** The browser is online or visible again. */
  const comeBack = (): void => {
    for (const handler of back) handler();
    session.comeBack();
  };
  return { session, attempts, keys, log, rooms, say, comeBack, state: () => state };
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('the same request is sent again if no response came', async () => {
  const { session, attempts } = await readySession([UNANSWERED, STARTED]);
  await session.start();
  await session.start();
  expect(attempts).toHaveLength(2);
  expect(attempts[1]).toEqual(attempts[0]);
});

test('after a response the next attempt is a new request', async () => {
  const { session, attempts } = await readySession([
    { kind: 'refused', problem: { title: 'Busy', detail: '' } },
    STARTED,
  ]);
  await session.start();
  await session.start();
  expect(attempts[1]?.idempotencyKey).not.toBe(attempts[0]?.idempotencyKey);
});

test('another choice creates another request', async () => {
  const { session, attempts } = await readySession([UNANSWERED, STARTED]);
  await session.start();
  session.choose('no-recording');
  await session.start();
  expect(attempts[1]?.idempotencyKey).not.toBe(attempts[0]?.idempotencyKey);
  expect(attempts[1]?.body).toEqual({ recording: false });
});

test('the key is sent with the start, and the page asks again if it was not accepted', async () => {
  const { session, keys, state } = await readySession([{ kind: 'key-refused' }, STARTED]);
  await session.giveKey('old');
  await session.start();
  expect(state()).toMatchObject({ screen: 'key', key: { problem: 'This key was not accepted.' } });
  await session.giveKey('right');
  await session.start();
  expect(keys).toEqual(['old', 'right']);
  expect(state()?.screen).toBe('call');
});

test('two clicks start one conversation', async () => {
  const { session, attempts } = await readySession([]);
  await Promise.all([session.start(), session.start()]);
  expect(attempts).toHaveLength(1);
});

test('camera and microphone are released before the room opens them', async () => {
  const { session, log } = await readySession([]);
  await session.start();
  expect(log).toEqual(['devices closed']);
});

test('a room of another origin is ended at once, and the page shows its origin', async () => {
  const conversation = { ...CONVERSATION, url: 'https://elsewhere.example/c1' };
  const { session, log, rooms, state } = await readySession([{ kind: 'started', conversation }]);
  await session.start();
  expect(log).toEqual(['end']);
  expect(rooms).toEqual([]);
  expect(state()?.problem?.detail).toContain('https://elsewhere.example');
});

describe('an end that fails', () => {
  /** Ends a conversation while the backend cannot be reached. */
  async function unreported(first: EndAnswer = 'not-told') {
    let tries = 0;
    const answers: { next: EndAnswer } = { next: first };
    const end = async (): Promise<EndAnswer> => {
      tries += 1;
      return answers.next;
    };
    const one = await readySession([], { end });
    await one.session.start();
    const ended = one.session.end();
    await jest.advanceTimersByTimeAsync(2_000);
    await ended;
    return { ...one, answers, tries: () => tries };
  }

  test('is tried twice, then the page says so', async () => {
    const { tries, state } = await unreported();
    expect(tries()).toBe(2);
    expect(state()).toMatchObject({ screen: 'after', outcome: { end: 'not-told' } });
  });

  test('is sent again when the person is back, and not after that', async () => {
    const { tries, state, answers, comeBack } = await unreported();
    comeBack();
    await jest.advanceTimersByTimeAsync(0);
    expect([tries(), state()?.outcome.end]).toEqual([3, 'not-told']);
    answers.next = 'ended';
    comeBack();
    await jest.advanceTimersByTimeAsync(0);
    expect([tries(), state()?.outcome.end]).toEqual([4, 'ended']);
    comeBack();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(tries()).toBe(4);
  });

  test('is sent every half minute otherwise', async () => {
    const { tries, state, answers } = await unreported('sign-in');
    expect(state()?.outcome.end).toBe('sign-in');
    answers.next = 'ended';
    await jest.advanceTimersByTimeAsync(30_000);
    expect([tries(), state()?.outcome.end]).toEqual([3, 'ended']);
  });

  test('is sent once more by a closed page', async () => {
    const { session, log } = await unreported();
    session.leavePage();
    expect(log.at(-1)).toBe('end on pagehide');
  });
});

describe('the state of the recording', () => {
  async function over(status: BackendPort['status']) {
    let asked = 0;
    const one = await readySession([], {
      status: (conversation) => {
        asked += 1;
        return status(conversation);
      },
    });
    await one.session.start();
    one.rooms[0]?.joined();
    const ended = one.session.end();
    await jest.advanceTimersByTimeAsync(3_000);
    await ended;
    return { ...one, asked: () => asked };
  }
  const waiting = { state: 'waiting', cause: undefined, recordings: [] } as const;

  test('is requested until it is final', async () => {
    const answers: RecordingStatus[] = [
      waiting,
      { ...waiting, state: 'announced' },
      { ...waiting, state: 'landed' },
    ];
    const { asked, state, comeBack } = await over(async () => answers.shift() ?? waiting);
    await jest.advanceTimersByTimeAsync(60_000);
    comeBack();
    await jest.advanceTimersByTimeAsync(0);
    expect([asked(), state()?.outcome.status?.state]).toEqual([3, 'landed']);
  });

  test('is requested at once when the person is back, also after three minutes', async () => {
    const { asked, state, comeBack } = await over(async () => waiting);
    await jest.advanceTimersByTimeAsync(200_000);
    expect(state()?.outcome.isLong).toBe(true);
    const before = asked();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked()).toBe(before);
    comeBack();
    await jest.advanceTimersByTimeAsync(0);
    expect(asked()).toBe(before + 1);
  });
});

describe('the reports of the page', () => {
  test('contain join, recording request and leave, before the end', async () => {
    const sent: PageReport[] = [];
    const { session, rooms, say, log } = await readySession([], {
      report: async (_, report) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        sent.push(report);
        log.push(report.event);
      },
    });
    await session.start();
    rooms[0]?.joined();
    say('joined-meeting');
    say('recording-started', { type: 'cloud', recordingId: 'r', instanceId: 'i', local: true });
    const ended = session.end();
    say('recording-stopped', { instanceId: 'i' });
    await jest.advanceTimersByTimeAsync(1_000);
    await ended;
    expect(sent.map(({ event }) => event)).toEqual([
      'joined',
      'asked',
      'recording-started',
      'recording-stopped',
      'left',
    ]);
    expect(log.lastIndexOf('left')).toBeLessThan(log.indexOf('end'));
    expect(new Set(sent.map(({ page_session }) => page_session)).size).toBe(1);
  });

  test('that failed are sent again when the person is back, with the same id', async () => {
    const sent: PageReport[] = [];
    let isOffline = true;
    const { session, say, comeBack } = await readySession([], {
      report: async (_, report) => {
        sent.push(report);
        if (isOffline) throw new Error('offline');
      },
    });
    await session.start();
    say('joined-meeting');
    await jest.advanceTimersByTimeAsync(0);
    isOffline = false;
    comeBack();
    await jest.advanceTimersByTimeAsync(0);
    expect(sent.map(({ event }) => event)).toEqual(['joined', 'joined', 'asked']);
    expect(sent[1]).toEqual(sent[0]);
  });
});

describe('a person outside the room', () => {
  const joined = async () => {
    const one = await readySession([]);
    await one.session.start();
    one.rooms[0]?.joined();
    return one;
  };

  test.each([
    ['put out', { type: 'ejected', words: 'A moderator removed you' }],
    ['without a connection', { type: 'connection-error', words: 'Network unreachable' }],
    ['outside for another reason', { type: undefined, words: 'x' }],
  ])('%s can join again, and the conversation continues', async (_, failure) => {
    const { rooms, log, state, session } = await joined();
    rooms[0]?.failed(failure);
    rooms[0]?.left();
    await jest.advanceTimersByTimeAsync(0);
    expect(log).not.toContain('end');
    expect(state()).toMatchObject({ screen: 'call', call: { join: 'lost', failure } });
    session.joinAgain();
    await jest.advanceTimersByTimeAsync(0);
    expect(rooms).toHaveLength(2);
  });

  test.each([
    { type: 'exp-room', words: 'x' },
    { type: 'ejected', words: 'Meeting has ended' },
  ])('sees the end if the call is over: %j', async (failure) => {
    const { rooms, state } = await joined();
    rooms[0]?.failed(failure);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(state()?.screen).toBe('after');
  });

  test('sees the end after leaving in the room itself', async () => {
    const { rooms, state } = await joined();
    rooms[0]?.left();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(state()?.screen).toBe('after');
  });

  test('sees why they cannot join, and can try again', async () => {
    const { session, rooms, state, log } = await readySession([]);
    await session.start();
    rooms[0]?.failed({ type: 'meeting-full', words: 'Meeting is full' });
    rooms[0]?.left();
    await jest.advanceTimersByTimeAsync(30_000);
    expect(state()?.call).toMatchObject({ join: 'failed', failure: { words: 'Meeting is full' } });
    expect(log).not.toContain('end');
  });
});

describe('a sign-in', () => {
  const loaded = async (change: Partial<BackendPort>) => (await readySession([], change)).state()?.screen;
  const config = async () => ({
    recording: { enabled: true },
    consentRequired: true,
    keyRequired: true,
    signInRequired: true,
    hasRecordingsPage: true,
    roomOrigin: 'https://room.example',
  });

  test.each<[string, Partial<BackendPort>, PageState['screen']]>([
    ['that has expired is requested at once', { config: async () => 'sign-in' }, 'sign-in'],
    [
      'that is missing is requested before any other step',
      { config, access: async () => ({ kind: 'sign-in' }) },
      'sign-in',
    ],
    ['still requires the key', { config, access: async () => ({ kind: 'key-refused' }) }, 'key'],
    [
      'that cannot be checked is a problem',
      {
        config,
        access: async () => ({ kind: 'unknown', problem: { title: 'Sign-in missing', detail: '' } }),
      },
      'unavailable',
    ],
  ])('%s', async (_, change, screen) => {
    expect(await loaded(change)).toBe(screen);
  });

  test('that has expired is requested at the start, with the devices released', async () => {
    const { session, state, log } = await readySession([{ kind: 'sign-in' }]);
    await session.start();
    expect(state()?.screen).toBe('sign-in');
    expect(log).toEqual(['devices closed']);
  });
});

describe('a key', () => {
  const given = async (key: string, access: AccessAnswer = { kind: 'allowed' }) => {
    const asked: (string | undefined)[] = [];
    const { session, state } = await readySession([], {
      access: async (one) => {
        asked.push(one);
        return access;
      },
    });
    await session.giveKey(key);
    return { asked, state: state() };
  };

  test.each([
    ['clé-of-24-characters', 3],
    ['key\u200B-of-24-characters', 4],
    ['key of 24 characters', 4],
    ['key\nof-24-characters', 4],
  ])('that a header cannot carry is reported at the field, and not sent: %j', async (key, at) => {
    const { asked, state } = await given(key);
    expect(asked).toEqual([]);
    expect(state?.key.problem).toContain(`its character ${at} `);
  });

  test('is trimmed, because copying adds spaces and line breaks', async () => {
    expect((await given(' key\n')).asked).toEqual(['key']);
  });

  test.each<[AccessAnswer, string]>([
    [{ kind: 'key-refused' }, 'This key was not accepted.'],
    [
      { kind: 'unknown', problem: { title: 'Too many requests', detail: 'Try again in 9 s.' } },
      'The key could not be checked: Too many requests. Try again in 9 s.',
    ],
  ])('is checked at the field before any other step: %j', async (access, problem) => {
    expect((await given('key', access)).state).toMatchObject({ screen: 'key', key: { problem } });
  });
});

test('a closed page ends a running conversation, but not one that is over', async () => {
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

test('events of a room that was left for another attempt are ignored', async () => {
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
