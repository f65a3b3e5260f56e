import { INITIAL, mayStart, reduce, type Event, type State } from '../../../app/qa/state';
import type { RecordingTrouble } from '../../../app/qa/record-when-joined';
import { outcomeWords, recordingLine, unrecordedNotice } from '../../../app/qa/texts';
import { view } from '../../../app/qa/view';

const CONFIG = {
  recording: { enabled: true, bucketRegion: 'us-east-1' },
  consentRequired: true,
  keyRequired: false,
  roomOrigin: 'https://tavus.daily.co',
};
const DEVICES = { cameras: [], microphones: [], cameraId: 'c', microphoneId: 'm' };

const READY: readonly Event[] = [
  { type: 'config-read', config: CONFIG },
  { type: 'devices-opened', devices: DEVICES },
  { type: 'chosen', choice: 'record' },
];
const JOINED: readonly Event[] = [
  ...READY,
  { type: 'start-asked' },
  { type: 'started', recording: { enabled: true } },
  { type: 'joined' },
];
const report = (phase: 'starting' | 'started' | 'stopped', atMs = 1_000): Event => ({
  type: 'recording',
  report: { phase },
  atMs,
});
const trouble = (why: RecordingTrouble, detail = 'why', canRetry = false): Event => ({
  type: 'recording',
  report: { phase: 'failed', trouble: why, detail, canRetry },
  atMs: 2_000,
});
const RECORDING = [...JOINED, report('starting'), report('started')];
const OVER: readonly Event[] = [{ type: 'end-asked' }, { type: 'ended', confirmed: true }];
const MISSING: Event = {
  type: 'status',
  status: { recording: 'missing', cause: 'Nobody asked for the recording.' },
};
const stored = (seen: boolean, ...keys: readonly string[]): Event => ({
  type: 'status',
  status: {
    recording: 'stored',
    seen,
    recordings: keys.map((key) => ({ key, sizeBytes: seen ? 7 : undefined })),
  },
});
const STORED = stored(true, 'k');

const after = (...events: readonly Event[]): State => events.reduce(reduce, INITIAL);

describe('screens', () => {
  test.each<[string, readonly Event[], State['screen']]>([
    ['the start', [], 'loading'],
    ['the config', [{ type: 'config-read', config: CONFIG }], 'before'],
    [
      'a backend that wants a key',
      [{ type: 'config-read', config: { ...CONFIG, keyRequired: true } }],
      'key',
    ],
    ['no config', [{ type: 'config-failed', problem: { title: 't', detail: 'd' } }], 'unavailable'],
    ['a key', [{ type: 'key-given' }], 'before'],
    ['starting', [...READY, { type: 'start-asked' }], 'creating'],
    ['a key that was not accepted', [...READY, { type: 'start-asked' }, { type: 'key-refused' }], 'key'],
    [
      'a start that failed',
      [...READY, { type: 'start-asked' }, { type: 'start-failed', problem: { title: 't', detail: 'd' } }],
      'before',
    ],
    ['a conversation', JOINED, 'call'],
    ['the wish to end', [...JOINED, { type: 'end-asked' }], 'ending'],
    ['a wish to end outside a conversation', [...READY, { type: 'end-asked' }], 'before'],
    ['the end', [...JOINED, ...OVER], 'after'],
  ])('after %s', (_, events, screen) => {
    expect(after(...events).screen).toBe(screen);
  });
});

describe('what must be there before a start', () => {
  test.each<[string, readonly Event[], boolean]>([
    ['nothing', READY.slice(0, 1), false],
    ['devices without a choice', READY.slice(0, 2), false],
    ['a choice without devices', [...READY.slice(0, 1), { type: 'chosen', choice: 'no-recording' }], false],
    ['devices and agreement', READY, true],
    ['devices and refusal', [...READY, { type: 'chosen', choice: 'no-recording' }], true],
    ['devices that were lost again', [...READY, { type: 'devices-failed', trouble: 'busy' }], false],
    [
      'devices, with recording switched off',
      [{ type: 'config-read', config: { ...CONFIG, recording: { enabled: false } } }, ...READY.slice(1, 2)],
      true,
    ],
  ])('%s', (_, events, may) => {
    expect(mayStart(after(...events))).toBe(may);
    expect(after(...events, { type: 'start-asked' }).screen === 'creating').toBe(may);
  });

  test('nothing is chosen beforehand where consent is required', () => {
    expect(after(...READY.slice(0, 1)).choice).toBeUndefined();
  });

  test('recording is chosen beforehand where no consent is required', () => {
    const config = { ...CONFIG, consentRequired: false };
    expect(after({ type: 'config-read', config }).choice).toBe('record');
  });
});

describe('the recording', () => {
  test.each<[string, readonly Event[], string, string | undefined]>([
    ['before joining', JOINED.slice(0, -1), 'Recording starts when you are in the room', undefined],
    ['once joined', JOINED, 'Recording is starting…', undefined],
    ['when it runs', RECORDING, 'Recording', undefined],
    ['when refused', [...JOINED, trouble('refused')], 'Recording refused', 'The room refused to record'],
    ['without the role', [...JOINED, trouble('role')], 'Recording failed', 'The bucket cannot be written to'],
    ['without an answer', [...JOINED, trouble('silence')], 'Recording failed', 'The room does not answer'],
    [
      'when it did not start',
      [...JOINED, trouble('other')],
      'Recording failed',
      'The recording could not be started',
    ],
    ['when it broke off', [...RECORDING, trouble('other')], 'Recording failed', 'The recording broke off'],
    [
      'when others stop it',
      [...RECORDING, report('stopped')],
      'Recording stopped',
      'The recording was stopped',
    ],
    [
      'when one goes on all the same',
      [...JOINED, trouble('refused'), { type: 'go-on-unrecorded' }],
      'Recording refused',
      undefined,
    ],
    [
      'when it starts after it was given up',
      [...JOINED, trouble('other'), report('started')],
      'Recording',
      undefined,
    ],
  ])('%s', (_, events, line, notice) => {
    const state = after(...events);
    expect(recordingLine(state)).toBe(line);
    expect(unrecordedNotice(state)?.title).toBe(notice);
  });

  test('a second trouble is shown although one went on after the first', () => {
    const state = after(
      ...JOINED,
      trouble('refused'),
      { type: 'go-on-unrecorded' },
      report('started'),
      trouble('other'),
    );
    expect(unrecordedNotice(state)?.title).toBe('The recording broke off');
  });

  test('can be asked for again when the room may be asked', () => {
    expect(view(after(...JOINED, trouble('silence', 'why', true))).show['retry']).toBe(true);
    expect(view(after(...JOINED, trouble('silence', 'why', false))).show['retry']).toBe(false);
    expect(view(after(...JOINED, trouble('silence', 'why', true), report('started'))).show['retry']).toBe(
      false,
    );
  });

  test('its time counts from the first start', () => {
    const state = after(...RECORDING, { type: 'tick', atMs: 66_500 });
    expect(view(state).text['timer']).toBe('01:05');
  });
});

describe('saved', () => {
  test('is said when the backend has heard so, with key and size', () => {
    const state = after(...RECORDING, ...OVER, STORED);
    expect(outcomeWords(state).title).toBe('Saved');
    expect(view(state).text).toMatchObject({ recordings: 'k · 7 bytes' });
    expect(outcomeWords(state).detail).toBe('The backend has seen the recording in the bucket.');
  });

  test.each<[string, readonly Event[]]>([
    ['in the conversation, whatever the backend says', [...RECORDING, STORED]],
    ['right after the end', [...RECORDING, ...OVER]],
    ['while it uploads', [...RECORDING, ...OVER, { type: 'status', status: { recording: 'pending' } }]],
    ['after three minutes', [...RECORDING, ...OVER, { type: 'waited-long-enough' }]],
    ['when nothing was recorded', [...JOINED, trouble('refused'), ...OVER]],
  ])('is not said %s', (_, events) => {
    const state = after(...events);
    expect(outcomeWords(state).title).not.toBe('Saved');
    expect(view(state).show['saved']).toBe(false);
  });

  test.each<[string, readonly Event[], State['outcome']['recording']]>([
    ['a recording that ran', RECORDING, 'waiting'],
    ['one that broke off', [...RECORDING, trouble('other')], 'waiting'],
    ['one that nobody answered for', [...JOINED, report('starting')], 'waiting'],
    ['one that was refused', [...JOINED, trouble('refused')], 'not-recorded'],
    ['a room that was never joined', JOINED.slice(0, -1), 'not-recorded'],
  ])('is waited for after %s: %s', (_, events, outcome) => {
    expect(after(...events, ...OVER).outcome.recording).toBe(outcome);
  });

  test('by the word of Tavus alone is said so, and each recording has a line', () => {
    const state = after(...RECORDING, ...OVER, stored(false, 'k1', 'k2'));
    expect(outcomeWords(state).detail).toMatch(/^Tavus says that the recording is in the bucket\./);
    expect(view(state).text['recordings']).toBe('k1\nk2');
  });

  test('is not said of a recording that is missing, whose cause is said; it may come all the same', () => {
    const missing = outcomeWords(after(...RECORDING, ...OVER, MISSING));
    expect(missing.title).toBe('Not saved');
    expect(missing.detail).toContain('Nobody asked for the recording.');
    expect(outcomeWords(after(...RECORDING, ...OVER, MISSING, STORED)).title).toBe('Saved');
  });

  test('is not said when none was due after all', () => {
    const none: Event = { type: 'status', status: { recording: 'not-due' } };
    expect(outcomeWords(after(...RECORDING, ...OVER, none)).title).toBe('Not recorded');
  });

  test('can still be said after "not confirmed yet"', () => {
    expect(after(...RECORDING, ...OVER, { type: 'waited-long-enough' }, STORED).outcome.recording).toBe(
      'saved',
    );
  });
});

test('a late failure to join does not throw out who has joined', () => {
  expect(after(...JOINED, { type: 'join-late' }).call.join).toBe('joined');
});

test('an end that could not be told is shown', () => {
  const state = after(...JOINED, { type: 'end-asked' }, { type: 'ended', confirmed: false });
  expect(view(state).show['endUnconfirmed']).toBe(true);
});
