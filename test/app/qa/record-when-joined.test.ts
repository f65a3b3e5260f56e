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

/** A fake call that stores its requests; the test sends the room's events. */
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

/** Timers that the test controls. */
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

/** Daily's event for the participant who requested it, and for another one. */
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

test('sends no request before the call is joined', () => {
  const { asked, phases, events } = watched();
  expect([asked, phases(), events()]).toEqual([[], [], []]);
});

test('starts after joining, and reports "started" after the room\'s event', () => {
  const { asked, say, phases, pending } = watched();
  say('joined-meeting');
  expect(phases()).toEqual(['starting']);
  say('recording-started', MINE);
  expect(phases()).toEqual(['starting', 'started']);
  expect(asked).toEqual(['start']);
  expect(pending()).toBe(0);
});

test('starts at once in a call that is already joined', () => {
  expect(watched('joined-meeting').asked).toEqual(['start']);
});

test('starts only once, even if the call repeats its joined event', () => {
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

describe('a room that does not respond', () => {
  test('has 30 seconds, because Daily takes up to 25, and gets one request in that time', () => {
    const { asked, say, pass, phases } = watched();
    say('joined-meeting');
    pass(29_999);
    say('recording-started', MINE);
    expect(asked).toEqual(['start']);
    expect(phases()).toEqual(['starting', 'started']);
  });

  test('is reported as failed after that, and one retry is possible', () => {
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

  test('and then starts gets no second request', () => {
    const { asked, say, pass, watch } = watched();
    say('joined-meeting');
    pass(30_000);
    say('recording-started', MINE);
    watch.retry();
    expect(asked).toEqual(['start']);
  });
});

describe('a call that already records', () => {
  test("needs no start if the room's event comes first", () => {
    const { asked, say, phases } = watched();
    say('recording-started', OTHERS);
    say('joined-meeting');
    expect(asked).toEqual([]);
    expect(phases()).toEqual(['started']);
  });

  test.each([
    [OTHERS, { errorMsg: 'something unexpected' }],
    [OTHERS, STS],
    // Regardless of who started it, the message says that it runs.
    [MINE, { errorMsg: 'recording already started' }],
  ])('continues if the room refuses a second request, started %j, error %j', (started, error) => {
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
  ])('is recognised by the error message alone: %s', (errorMsg) => {
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

  test('has only one second request that may be refused: the next error is a real one', () => {
    const { say, phases } = watched();
    say('joined-meeting');
    say('recording-started', OTHERS);
    say('recording-error', { errorMsg: 'something unexpected' });
    say('recording-error', { errorMsg: 'the upload failed' });
    expect(phases()).toEqual(['starting', 'started', 'failed']);
  });

  test('has a real error after 30 seconds, the time for the response to a request', () => {
    const { say, pass, phases } = watched();
    say('joined-meeting');
    say('recording-started', OTHERS);
    pass(30_000);
    say('recording-error', { errorMsg: 'the upload failed' });
    expect(phases()).toEqual(['starting', 'started', 'failed']);
  });

  test('fails by an error right after the start that this browser requested', () => {
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

  test('records if a component is mounted twice and requests it twice', () => {
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

describe('a local recording in another browser', () => {
  // For other participants Daily sends neither type nor recording id.
  test.each([{ type: 'local', local: true }, { instanceId: 'theirs' }, undefined])(
    'reaches no bucket, so it does not count: %j',
    (message) => {
      const { say, phases, pass } = watched();
      say('joined-meeting');
      say('recording-started', message);
      pass(30_000);
      expect(phases()).toEqual(['starting', 'failed']);
    },
  );

  test.each([{ instanceId: 'theirs' }, undefined])('does not stop ours when it stops: %j', (message) => {
    const { say, phases } = watched();
    say('joined-meeting');
    say('recording-started', MINE);
    say('recording-stopped', message);
    expect(phases()).toEqual(['starting', 'started']);
  });
});

describe('two concurrent recordings', () => {
  const other = { ...OTHERS, instanceId: 'i2' };

  test('have stopped when both have', () => {
    const { say, phases } = watched();
    say('joined-meeting');
    say('recording-started', MINE);
    say('recording-started', other);
    say('recording-stopped', { instanceId: 'i1' });
    expect(phases()).toEqual(['starting', 'started']);
    say('recording-stopped', { instanceId: 'i2' });
    expect(phases()).toEqual(['starting', 'started', 'stopped']);
  });

  test('continue with one if the other fails, which is reported', () => {
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

describe('an error', () => {
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
  ])("is %s if the room's message is %p", (trouble, words) => {
    expect(roomTrouble(words)).toBe(trouble);
  });

  test("is reported with the room's message, without an automatic retry", () => {
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

  test('without a message is reported as such', () => {
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

  test('waits three seconds for a silent room, and does not report "stopped"', async () => {
    const { say, watch, phases, pass } = watched();
    say('joined-meeting');
    say('recording-started', MINE);
    const stopped = watch.stop();
    pass(3_000);
    await stopped;
    expect(phases()).toEqual(['starting', 'started']);
  });

  test.each([
    ['before the response', 0],
    ['after a silence', 30_000],
  ])('%s still stops, because the recording may have begun', async (_, ms) => {
    const { asked, say, watch, pass } = watched();
    say('joined-meeting');
    pass(ms);
    const stopped = watch.stop();
    pass(3_000);
    await stopped;
    expect(asked).toEqual(['start', 'stop']);
  });

  test('sends no request to a room that refused the start', async () => {
    const { asked, say, watch } = watched();
    say('joined-meeting');
    say('recording-error', { errorMsg: 'Unauthorized' });
    await watch.stop();
    expect(asked).toEqual(['start']);
  });

  test('sends no request before joining', async () => {
    const { asked, watch, listeners } = watched();
    await watch.stop();
    expect(asked).toEqual([]);
    expect(listeners()).toBe(0);
  });
});

test('dispose() does not stop the recording', () => {
  const { asked, say, watch, listeners, pending } = watched();
  say('joined-meeting');
  watch.dispose();
  expect(asked).toEqual(['start']);
  expect([listeners(), pending()]).toEqual([0, 0]);
});

describe('without consent', () => {
  test('nothing is started or stopped, and a recording by another participant is reported', async () => {
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

describe('the backend gets', () => {
  test("all events, with Daily's ids", () => {
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

  test("the room's message, up to the limit", () => {
    const { say, told } = watched();
    say('joined-meeting');
    say('recording-error', { errorMsg: 'x'.repeat(600), instanceId: 'i1' });
    expect(told.at(-1)).toEqual({ event: 'recording-error', instanceId: 'i1', message: 'x'.repeat(500) });
  });

  test('no report about a missing response', () => {
    const { say, pass, events } = watched();
    say('joined-meeting');
    pass(30_000);
    expect(events()).toEqual(['joined', 'asked']);
  });

  test.each([
    ['put out', true, ['joined', 'asked', 'left']],
    ['never let in', false, ['left']],
  ])('once the reason why a person was %s', (_, wasInside, expected) => {
    const { say, told, events } = watched();
    if (wasInside) say('joined-meeting');
    say('error', { errorMsg: 'Meeting is full' });
    say('left-meeting');
    expect(events()).toEqual(expected);
    expect(told.at(-1)?.message).toBe('Meeting is full');
  });
});
