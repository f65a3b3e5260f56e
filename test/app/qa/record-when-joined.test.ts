import {
  recordWhenJoined,
  roomTrouble,
  type PageEvent,
  type RecordingCall,
  type RecordingCallEvent,
  type RecordingCallMessage,
  type RecordingClock,
  type RecordingReport,
  type RecordWhenJoinedOptions,
} from '../../../app/qa/record-when-joined';

type Handler = (event?: RecordingCallMessage) => void;

/** A call that only notes what is asked of it; the test says what the room answers. */
function fakeCall(meetingState = 'new') {
  const handlers = new Map<RecordingCallEvent, Set<Handler>>();
  const asked: string[] = [];
  const call: RecordingCall = {
    on: (event, handler) => handlers.set(event, (handlers.get(event) ?? new Set()).add(handler)),
    off: (event, handler) => handlers.get(event)?.delete(handler),
    startRecording: () => void asked.push('start'),
    stopRecording: (options) => void asked.push(`stop ${options?.instanceId ?? ''}`.trim()),
    meetingState: () => meetingState,
    participants: () => ({ local: { session_id: 'me' } }),
  };
  const say = (event: RecordingCallEvent, message?: RecordingCallMessage): void => {
    for (const handler of handlers.get(event) ?? []) handler(message);
  };
  const listeners = (): number => [...handlers.values()].reduce((sum, set) => sum + set.size, 0);
  return { call, asked, say, listeners };
}

/** Timers that run when the test says so. */
function fakeTimers() {
  const due = new Set<{ at: number; run: () => void }>();
  let now = 0;
  const clock: RecordingClock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      due.add(timer);
      return () => due.delete(timer);
    },
  };
  const pass = (ms: number): void => {
    now += ms;
    for (const timer of due) {
      if (timer.at > now) continue;
      due.delete(timer);
      timer.run();
    }
  };
  return { clock, pass, pending: () => due.size };
}

type Room = ReturnType<typeof fakeCall>;
type Time = ReturnType<typeof fakeTimers>;

function watching(room: Room, time: Time, options: RecordWhenJoinedOptions = {}) {
  const reports: RecordingReport[] = [];
  const told: PageEvent[] = [];
  const watch = recordWhenJoined(room.call, (report) => reports.push(report), {
    clock: time.clock,
    tell: (event) => told.push(event),
    ...options,
  });
  return {
    reports,
    phases: () => reports.map(({ phase }) => phase),
    told,
    events: () => told.map(({ event }) => event),
    watch,
  };
}

function watched(meetingState?: string, options?: RecordWhenJoinedOptions) {
  const room = fakeCall(meetingState);
  const time = fakeTimers();
  return { ...room, ...time, ...watching(room, time, options) };
}

/** As Daily says it to the participant who asked, and to another one. */
const MINE: RecordingCallMessage = {
  type: 'cloud',
  recordingId: 'r1',
  startedBy: 'me',
  instanceId: 'i1',
  local: true,
};
const OTHERS: RecordingCallMessage = { type: 'cloud', recordingId: 'r2', startedBy: 'you', instanceId: 'i1' };
const STOPPED: RecordingCallMessage = { instanceId: 'i1' };
const STS = { errorMsg: 'Error fetching STS credentials' };

test('asks for nothing before the call is joined', () => {
  const { asked, phases, events } = watched();
  expect([asked, phases(), events()]).toEqual([[], [], []]);
});

test('starts once joined, and reports started when the room says so', () => {
  const { asked, say, phases, pending } = watched();
  say('joined-meeting');
  expect(phases()).toEqual(['starting']);
  say('recording-started', MINE);
  expect(phases()).toEqual(['starting', 'started']);
  expect(asked).toEqual(['start']);
  expect(pending()).toBe(0);
});

test('starts at once in a call that has been joined before', () => {
  expect(watched('joined-meeting').asked).toEqual(['start']);
});

test('starts once only, however often the call says joined', () => {
  const { asked, say } = watched();
  say('joined-meeting');
  say('joined-meeting');
  expect(asked).toEqual(['start']);
});

test('starts again in a call that was left and joined again', () => {
  const { asked, say } = watched();
  say('joined-meeting');
  say('recording-started', MINE);
  say('left-meeting');
  say('joined-meeting');
  expect(asked).toEqual(['start', 'start']);
});

describe('a room that does not answer', () => {
  test('has 30 seconds, because Daily takes up to 25, and is asked once in that time', () => {
    const { asked, say, pass, phases } = watched();
    say('joined-meeting');
    pass(29_999);
    say('recording-started', MINE);
    expect(asked).toEqual(['start']);
    expect(phases()).toEqual(['starting', 'started']);
  });

  test('is reported as failed after that, with one retry to offer', () => {
    const { asked, say, pass, reports, watch } = watched();
    say('joined-meeting');
    pass(30_000);
    const silence = { phase: 'failed', trouble: 'silence', detail: 'No recording-started within 30 s.' };
    expect(reports.at(-1)).toEqual({ ...silence, canRetry: true });
    watch.retry();
    pass(30_000);
    expect(reports.at(-1)).toEqual({ ...silence, canRetry: false });
    watch.retry();
    expect(asked).toEqual(['start', 'start']);
  });

  test('may still start late', () => {
    const { say, pass, phases } = watched();
    say('joined-meeting');
    pass(30_000);
    say('recording-started', MINE);
    expect(phases()).toEqual(['starting', 'failed', 'started']);
  });

  test('and starts after all is not asked again by a retry', () => {
    const { asked, say, pass, watch } = watched();
    say('joined-meeting');
    pass(30_000);
    say('recording-started', MINE);
    watch.retry();
    expect(asked).toEqual(['start']);
  });
});

describe('a call that records already', () => {
  test('needs no start when the room says so first', () => {
    const { asked, say, phases } = watched();
    say('recording-started', OTHERS);
    say('joined-meeting');
    expect(asked).toEqual([]);
    expect(phases()).toEqual(['started']);
  });

  test.each([
    [OTHERS, { errorMsg: 'something unexpected' }],
    [OTHERS, STS],
    // Whoever started it: the words say that it runs.
    [MINE, { errorMsg: 'recording already started' }],
  ])('goes on when the room refuses a second wish, started %j, error %j', (started, error) => {
    const { say, phases, events } = watched();
    say('joined-meeting');
    say('recording-started', started);
    say('recording-error', error);
    expect(phases()).toEqual(['starting', 'started']);
    expect(events()).not.toContain('recording-error');
  });

  test.each([
    'recording already started',
    'Recording already in progress',
    'room has an active stream',
    'A recording already exists',
  ])('is known by the words of the error alone: %s', (errorMsg) => {
    const { say, phases, pass, pending } = watched();
    say('joined-meeting');
    say('recording-error', { errorMsg });
    expect(phases()).toEqual(['starting', 'started']);
    pass(60_000);
    expect([phases(), pending()]).toEqual([['starting', 'started'], 0]);
  });

  test('is stopped by stop(), even if another participant started it', async () => {
    const { asked, say, watch } = watched();
    say('joined-meeting');
    say('recording-started', OTHERS);
    say('recording-error', { errorMsg: 'something unexpected' });
    const stopped = watch.stop();
    say('recording-stopped', STOPPED);
    await stopped;
    expect(asked).toEqual(['start', 'stop i1']);
  });

  test('has one second wish to be refused, and no more: the next error is its own', () => {
    const { say, phases } = watched();
    say('joined-meeting');
    say('recording-started', OTHERS);
    say('recording-error', { errorMsg: 'something unexpected' });
    say('recording-error', { errorMsg: 'the upload failed' });
    expect(phases()).toEqual(['starting', 'started', 'failed']);
  });

  test('has its own error after 30 seconds, in which a wish is answered', () => {
    const { say, pass, phases } = watched();
    say('joined-meeting');
    say('recording-started', OTHERS);
    pass(30_000);
    say('recording-error', { errorMsg: 'the upload failed' });
    expect(phases()).toEqual(['starting', 'started', 'failed']);
  });

  test('breaks off by an error right after its start, when this browser asked for it', () => {
    const { say, reports } = watched();
    say('joined-meeting');
    say('recording-started', MINE);
    say('recording-error', STS);
    expect(reports.at(-1)).toEqual({
      phase: 'failed',
      trouble: 'role',
      detail: STS.errorMsg,
      canRetry: true,
    });
  });

  test('asked for twice by a component that is mounted twice, records', () => {
    const room = fakeCall('joined-meeting');
    const time = fakeTimers();
    watching(room, time).watch.dispose();
    const { phases } = watching(room, time);
    room.say('recording-started', MINE);
    room.say('recording-error', { errorMsg: 'something unexpected' });
    expect(room.asked).toEqual(['start', 'start']);
    expect(phases()).toEqual(['starting', 'started']);
  });

  test('in a second tab is recorded for both', () => {
    const first = watched();
    const second = watched();
    const toBoth = (event: RecordingCallEvent, message: RecordingCallMessage): void => {
      first.say(event, { ...message, local: true, startedBy: 'me' });
      second.say(event, { ...message, startedBy: 'you' });
    };
    first.say('joined-meeting');
    second.say('joined-meeting');
    toBoth('recording-started', { type: 'cloud', recordingId: 'r', instanceId: 'i1' });
    second.say('recording-error', { errorMsg: 'something unexpected' });
    expect([first.phases().at(-1), second.phases().at(-1)]).toEqual(['started', 'started']);
  });
});

describe('a recording in somebody’s own browser', () => {
  // To others Daily names neither type nor recording.
  test.each([{ type: 'local', local: true }, { instanceId: 'theirs' }, undefined])(
    'reaches no bucket, so it is none: %j',
    (message) => {
      const { say, phases, pass } = watched();
      say('joined-meeting');
      say('recording-started', message);
      pass(30_000);
      expect(phases()).toEqual(['starting', 'failed']);
    },
  );

  test.each([{ instanceId: 'theirs' }, undefined])('stops nothing when it stops: %j', (message) => {
    const { say, phases } = watched();
    say('joined-meeting');
    say('recording-started', MINE);
    say('recording-stopped', message);
    expect(phases()).toEqual(['starting', 'started']);
  });
});

describe('two recordings at a time', () => {
  const other = { ...OTHERS, instanceId: 'i2' };

  test('are over when both have stopped', () => {
    const { say, phases } = watched();
    say('joined-meeting');
    say('recording-started', MINE);
    say('recording-started', other);
    say('recording-stopped', { instanceId: 'i1' });
    expect(phases()).toEqual(['starting', 'started']);
    say('recording-stopped', { instanceId: 'i2' });
    expect(phases()).toEqual(['starting', 'started', 'stopped']);
  });

  test('one that breaks off leaves the other, and is told', () => {
    const { say, phases, events } = watched();
    say('joined-meeting');
    say('recording-started', MINE);
    say('recording-started', other);
    say('recording-error', { instanceId: 'i2', errorMsg: 'the upload failed' });
    say('recording-error', { instanceId: 'i2', errorMsg: 'the upload failed' });
    expect(phases()).toEqual(['starting', 'started']);
    expect(events()).toContain('recording-error');
  });
});

describe('trouble', () => {
  test.each([
    ['refused', 'You are not allowed to record this meeting'],
    ['refused', 'recording not enabled for this room'],
    ['refused', 'User must be an owner to start a recording'],
    ['refused', 'Insufficient permissions'],
    ['refused', 'Unauthorized'],
    ['role', 'Error fetching STS credentials'],
    ['role', 'unable to assume role with given parameters'],
    ['role', 'Not authorized to perform sts:AssumeRole'],
    ['other', 'The upload failed'],
    ['other', 'The recording no longer exists'],
  ])('is %s when the room says %p', (trouble, words) => {
    expect(roomTrouble(words)).toBe(trouble);
  });

  test('is reported with the words of the room, and not asked for again by itself', () => {
    const { asked, say, pass, reports } = watched();
    say('joined-meeting');
    say('recording-error', { errorMsg: 'You are not allowed to record this meeting' });
    pass(60_000);
    expect(reports.at(-1)).toEqual({
      phase: 'failed',
      trouble: 'refused',
      detail: 'You are not allowed to record this meeting',
      canRetry: true,
    });
    expect(asked).toEqual(['start']);
  });

  test('without words says so', () => {
    const { say, reports } = watched();
    say('joined-meeting');
    say('recording-error', {});
    expect(reports.at(-1)).toMatchObject({ trouble: 'other', detail: 'The room gave no reason.' });
  });
});

test.each([
  ['recording-stopped', STOPPED],
  ['left-meeting', undefined],
] as const)('reports stopped once, on %s', (event, message) => {
  const { say, phases } = watched();
  say('joined-meeting');
  say('recording-started', MINE);
  say(event, message);
  say(event, message);
  expect(phases()).toEqual(['starting', 'started', 'stopped']);
});

describe('stop()', () => {
  test('waits for the room, then listens until the person has left', async () => {
    const { asked, say, watch, phases, events, listeners, pending } = watched();
    say('joined-meeting');
    say('recording-started', MINE);
    const stopped = watch.stop();
    expect(asked).toEqual(['start', 'stop i1']);
    say('recording-stopped', STOPPED);
    await stopped;
    expect(phases()).toEqual(['starting', 'started', 'stopped']);
    say('left-meeting');
    expect(events().at(-1)).toBe('left');
    expect([listeners(), pending()]).toEqual([0, 0]);
  });

  test('gives a silent room three seconds, and claims nothing', async () => {
    const { say, watch, phases, pass } = watched();
    say('joined-meeting');
    say('recording-started', MINE);
    const stopped = watch.stop();
    pass(3_000);
    await stopped;
    expect(phases()).toEqual(['starting', 'started']);
  });

  test.each([
    ['before the answer', 0],
    ['after a silence', 30_000],
  ])('%s stops all the same: the recording may have begun', async (_, ms) => {
    const { asked, say, watch, pass } = watched();
    say('joined-meeting');
    pass(ms);
    const stopped = watch.stop();
    pass(3_000);
    await stopped;
    expect(asked).toEqual(['start', 'stop']);
  });

  test('asks nothing of a room that has said no', async () => {
    const { asked, say, watch } = watched();
    say('joined-meeting');
    say('recording-error', { errorMsg: 'Unauthorized' });
    await watch.stop();
    expect(asked).toEqual(['start']);
  });

  test('before joining asks for nothing', async () => {
    const { asked, watch, listeners } = watched();
    await watch.stop();
    expect(asked).toEqual([]);
    expect(listeners()).toBe(0);
  });
});

test('dispose() leaves the recording alone', () => {
  const { asked, say, watch, listeners, pending } = watched();
  say('joined-meeting');
  watch.dispose();
  expect(asked).toEqual(['start']);
  expect([listeners(), pending()]).toEqual([0, 0]);
});

describe('without an agreement', () => {
  test('nothing is started or stopped, and a recording by somebody else is reported', async () => {
    const { asked, say, watch, phases, events } = watched('new', { start: false });
    say('joined-meeting');
    expect(phases()).toEqual([]);
    say('recording-started', OTHERS);
    expect(phases()).toEqual(['started']);
    watch.retry();
    await watch.stop();
    say('left-meeting');
    expect(asked).toEqual([]);
    expect(events()).toEqual(['joined', 'recording-started', 'left']);
  });
});

describe('the backend is told', () => {
  test('of all that happens, with the ids of Daily', () => {
    const { say, told } = watched();
    say('joined-meeting');
    say('recording-started', MINE);
    say('recording-stopped', STOPPED);
    say('left-meeting');
    expect(told).toEqual([
      { event: 'joined' },
      { event: 'asked' },
      { event: 'recording-started', recordingId: 'r1', instanceId: 'i1' },
      { event: 'recording-stopped', instanceId: 'i1' },
      { event: 'left', message: undefined },
    ]);
  });

  test('the words of the room, and no more of them than it takes', () => {
    const { say, told } = watched();
    say('joined-meeting');
    say('recording-error', { errorMsg: 'x'.repeat(600), instanceId: 'i1' });
    expect(told.at(-1)).toEqual({ event: 'recording-error', instanceId: 'i1', message: 'x'.repeat(500) });
  });

  test('nothing of a silence: it is the answer that is missing', () => {
    const { say, pass, events } = watched();
    say('joined-meeting');
    pass(30_000);
    expect(events()).toEqual(['joined', 'asked']);
  });

  test.each([
    ['put out', true, ['joined', 'asked', 'left']],
    ['never let in', false, ['left']],
  ])('why a person is outside who was %s, once', (_, wasInside, expected) => {
    const { say, told, events } = watched();
    if (wasInside) say('joined-meeting');
    say('error', { errorMsg: 'Meeting is full' });
    say('left-meeting');
    expect(events()).toEqual(expected);
    expect(told.at(-1)?.message).toBe('Meeting is full');
  });
});
