import {
  recordWhenJoined,
  type After,
  type RecordingCall,
  type RecordingCallEvent,
  type RecordingCallMessage,
  type RecordingReport,
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
    stopRecording: () => void asked.push('stop'),
    meetingState: () => meetingState,
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
  const after: After = (ms, run) => {
    const timer = { at: now + ms, run };
    due.add(timer);
    return () => due.delete(timer);
  };
  const pass = (ms: number): void => {
    now += ms;
    for (const timer of due) {
      if (timer.at > now) continue;
      due.delete(timer);
      timer.run();
    }
  };
  return { after, pass, pending: () => due.size };
}

function watched(meetingState?: string) {
  const room = fakeCall(meetingState);
  const time = fakeTimers();
  const reports: RecordingReport[] = [];
  const watch = recordWhenJoined(room.call, (report) => reports.push(report), { after: time.after });
  const phases = (): string[] => reports.map(({ phase }) => phase);
  return { ...room, ...time, reports, phases, watch };
}

test('asks for nothing before the call is joined', () => {
  const { asked, phases } = watched();
  expect(asked).toEqual([]);
  expect(phases()).toEqual([]);
});

test('starts once joined, and reports started when the room says so', () => {
  const { asked, say, phases, pending } = watched();
  say('joined-meeting');
  expect(phases()).toEqual(['starting']);
  say('recording-started');
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

test('tries once more after 15 seconds of silence', () => {
  const { asked, say, pass, phases } = watched();
  say('joined-meeting');
  pass(14_999);
  expect(asked).toEqual(['start']);
  pass(1);
  expect(asked).toEqual(['start', 'start']);
  say('recording-started');
  expect(phases()).toEqual(['starting', 'started']);
});

test('reports failed after two silences, and says so', () => {
  const { asked, say, pass, reports } = watched();
  say('joined-meeting');
  pass(15_000);
  pass(15_000);
  expect(asked).toEqual(['start', 'start']);
  expect(reports.at(-1)).toEqual({
    phase: 'failed',
    detail: 'No recording-started within 15 s, 2 times.',
  });
});

test('still reports a recording that started after it was given up', () => {
  const { say, pass, phases } = watched();
  say('joined-meeting');
  pass(15_000);
  pass(15_000);
  say('recording-started');
  expect(phases()).toEqual(['starting', 'failed', 'started']);
});

test.each([
  'You are not allowed to record this meeting',
  'recording not enabled for this room',
  'User must be an owner to start a recording',
  'Insufficient permissions',
  'Unauthorized',
])('calls it refused when the room says %p, and does not ask again', (errorMsg) => {
  const { asked, say, pass, reports } = watched();
  say('joined-meeting');
  say('recording-error', { errorMsg });
  pass(60_000);
  expect(reports.at(-1)).toEqual({ phase: 'refused', detail: errorMsg });
  expect(asked).toEqual(['start']);
});

test.each([
  [{ errorMsg: 'The upload failed' }, 'The upload failed'],
  [{}, 'The room gave no reason.'],
])('calls any other error failed: %p', (message, detail) => {
  const { say, reports } = watched();
  say('joined-meeting');
  say('recording-error', message);
  expect(reports.at(-1)).toEqual({ phase: 'failed', detail });
});

test('calls an error failed once the recording runs, whatever its words', () => {
  const { say, phases } = watched();
  say('joined-meeting');
  say('recording-started');
  say('recording-error', { errorMsg: 'permission lost' });
  expect(phases()).toEqual(['starting', 'started', 'failed']);
});

test.each(['recording-stopped', 'left-meeting'] as const)('reports stopped once, on %s', (event) => {
  const { say, phases } = watched();
  say('joined-meeting');
  say('recording-started');
  say(event);
  say(event);
  expect(phases()).toEqual(['starting', 'started', 'stopped']);
});

test('stop() waits for the room, then listens no longer', async () => {
  const { asked, say, watch, phases, listeners, pending } = watched();
  say('joined-meeting');
  say('recording-started');
  const stopped = watch.stop();
  expect(asked).toEqual(['start', 'stop']);
  say('recording-stopped');
  await stopped;
  expect(phases()).toEqual(['starting', 'started', 'stopped']);
  expect([listeners(), pending()]).toEqual([0, 0]);
});

test('stop() gives a silent room three seconds, and claims nothing', async () => {
  const { say, watch, phases, pass, listeners } = watched();
  say('joined-meeting');
  say('recording-started');
  const stopped = watch.stop();
  pass(3_000);
  await stopped;
  expect(phases()).toEqual(['starting', 'started']);
  expect(listeners()).toBe(0);
});

test('stop() before the answer stops all the same: the recording may have begun', async () => {
  const { asked, say, watch, pass } = watched();
  say('joined-meeting');
  const stopped = watch.stop();
  pass(3_000);
  await stopped;
  expect(asked).toEqual(['start', 'stop']);
});

test('stop() before joining asks for nothing', async () => {
  const { asked, watch, listeners } = watched();
  await watch.stop();
  expect(asked).toEqual([]);
  expect(listeners()).toBe(0);
});

test('dispose() leaves the recording alone', () => {
  const { asked, say, watch, listeners, pending } = watched();
  say('joined-meeting');
  watch.dispose();
  expect(asked).toEqual(['start']);
  expect([listeners(), pending()]).toEqual([0, 0]);
});
