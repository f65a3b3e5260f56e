import { STATE_NAMES } from '../../../app/ledger/states';
import { INITIAL, canStart, reduce, type Event, type PageState } from '../../../app/qa/state';
import type { DeviceTrouble, RecordingStatus, StoredRecording } from '../../../app/qa/ports';
import { STATE_TEXTS, type RecordingState } from '../../../app/qa/recording-states';
import type { RecordingTrouble } from '../../../app/qa/record-when-joined';
import {
  deviceHelp,
  endNotice,
  joinNotice,
  outcomeNotice,
  recordingStatusLine,
  recordingNotice,
  roomDeviceNotice,
} from '../../../app/qa/texts';
import { view } from '../../../app/qa/view';

const CONFIG = {
  recording: { enabled: true, bucketRegion: 'us-east-1' },
  consentRequired: true,
  keyRequired: false,
  signInRequired: false,
  hasRecordingsPage: true,
  roomOrigin: 'https://tavus.daily.co',
};
const DEVICES = { cameras: [], microphones: [], cameraId: 'c', microphoneId: 'm', hasMeter: true };

const READY: readonly Event[] = [
  { type: 'config-read', config: CONFIG },
  { type: 'devices-opened', devices: DEVICES },
  { type: 'chosen', choice: 'record' },
];
const JOINED: readonly Event[] = [
  ...READY,
  { type: 'start-asked' },
  { type: 'started', conversationId: 'c1', recording: { enabled: true } },
  { type: 'joined' },
];
const report = (phase: 'starting' | 'started' | 'stopped', atMs = 1_000): Event => ({
  type: 'recording',
  report: { phase },
  atMs,
});
const trouble = (kind: RecordingTrouble, canRetry = false): Event => ({
  type: 'recording',
  report: { phase: 'failed', trouble: kind, detail: 'why', canRetry },
  atMs: 2_000,
});
const RECORDING = [...JOINED, report('starting'), report('started')];
const OVER: readonly Event[] = [{ type: 'end-asked' }, { type: 'ended', end: 'ended' }];
const status = (
  state: RecordingState,
  recordings: readonly StoredRecording[] = [],
  cause?: string,
): Event => ({
  type: 'status',
  status: { state, cause, recordings } satisfies RecordingStatus,
});
const LANDED = status('landed', [{ key: 'k', verified: true, sizeBytes: 7 }]);
const LOST = { type: 'ejected', words: 'A moderator removed you' };
const UNWANTED: readonly Event[] = [
  ...READY,
  { type: 'chosen', choice: 'no-recording' },
  { type: 'start-asked' },
  { type: 'started', conversationId: 'c1', recording: { enabled: false } },
  { type: 'joined' },
  report('started'),
];

const after = (...events: readonly Event[]): PageState => events.reduce(reduce, INITIAL);

describe('screens', () => {
  test.each<[string, readonly Event[], PageState['screen']]>([
    ['the start', [], 'loading'],
    ['the config', [{ type: 'config-read', config: CONFIG }], 'before'],
    [
      'a backend that requires a key',
      [{ type: 'config-read', config: { ...CONFIG, keyRequired: true } }],
      'key',
    ],
    ['no config', [{ type: 'config-failed', problem: { title: 't', detail: 'd' } }], 'unavailable'],
    ['a key that is being checked', [...READY.slice(0, 1), { type: 'key-asked' }], 'before'],
    ['a key', [{ type: 'key-accepted' }], 'before'],
    ['a missing sign-in', [...READY, { type: 'sign-in-needed' }], 'sign-in'],
    ['starting', [...READY, { type: 'start-asked' }], 'creating'],
    [
      'a key that was not accepted',
      [...READY, { type: 'start-asked' }, { type: 'key-refused', problem: 'p' }],
      'key',
    ],
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

describe('the requirements of a start', () => {
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
    expect(canStart(after(...events))).toBe(may);
    expect(after(...events, { type: 'start-asked' }).screen === 'creating').toBe(may);
  });

  test('nothing is preselected if consent is required', () => {
    expect(after(...READY.slice(0, 1)).choice).toBeUndefined();
  });

  test('recording is preselected if no consent is required', () => {
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
    [
      'when the role was refused',
      [...JOINED, trouble('role')],
      'Recording failed',
      'The room has no access to the bucket',
    ],
    [
      'when the room does not respond',
      [...JOINED, trouble('silence')],
      'Recording failed',
      'The room does not answer',
    ],
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
      'when the person continues without it',
      [...JOINED, trouble('refused'), { type: 'go-on' }],
      'Recording refused',
      undefined,
    ],
    [
      'when it starts after it was given up',
      [...JOINED, trouble('silence'), report('started')],
      'Recording',
      undefined,
    ],
    ['when it is not wanted', UNWANTED.slice(0, -1), 'Not recorded', undefined],
    ['when it is not wanted and runs', UNWANTED, 'Recording', 'Someone else is recording this conversation'],
    ['when it is not wanted and was stopped', [...UNWANTED, report('stopped')], 'Not recorded', undefined],
    [
      'while it is requested again after joining again',
      [...RECORDING, { type: 'room-failed', failure: LOST }, report('stopped'), { type: 'join-again' }],
      'Recording starts when you are in the room',
      undefined,
    ],
  ])('%s', (_, events, line, notice) => {
    const state = after(...events);
    expect(recordingStatusLine(state)).toBe(line);
    expect(recordingNotice(state)?.title).toBe(notice);
  });

  test('a second error is shown although the person continued after the first', () => {
    const state = after(
      ...JOINED,
      trouble('refused'),
      { type: 'go-on' },
      report('started'),
      trouble('other'),
    );
    expect(recordingNotice(state)?.title).toBe('The recording broke off');
  });

  test("names the role if it was refused, with the room's message", () => {
    expect(recordingNotice(after(...JOINED, trouble('role')))?.detail).toMatch(
      /role .* refused.*recordings doctor.*Reason given: why/,
    );
  });

  test.each([true, false])('can be requested again if the room allows it: %p', (canRetry) => {
    expect(view(after(...JOINED, trouble('silence', canRetry))).show['retry']).toBe(canRetry);
  });

  test('is not requested again once it runs', () => {
    expect(view(after(...JOINED, trouble('silence', true), report('started'))).show['retry']).toBe(false);
  });

  test('its time counts from the first start', () => {
    const state = after(...RECORDING, { type: 'tick', atMs: 66_500 });
    expect(view(state).text['timer']).toBe('01:05');
  });
});

describe('a person outside the room', () => {
  test.each([
    ['meeting-full', 'The room is full'],
    ['not-allowed', 'The room does not let you in'],
    ['exp-token', 'The room no longer lets you in'],
    ['connection-error', 'The room cannot be reached'],
    ['no-room', 'The room could not be joined'],
    [undefined, 'The room could not be joined'],
  ])("sees the room's reason: %p", (type, title) => {
    const state = after(...JOINED.slice(0, -1), {
      type: 'room-failed',
      failure: { type, words: 'its words' },
    });
    expect(joinNotice(state)).toEqual({ title, detail: expect.stringMatching(/ Reason given: its words$/) });
    expect(state.call.join).toBe('failed');
  });

  test.each([
    ['ejected', 'You were removed from the room'],
    ['connection-error', 'The room cannot be reached'],
    [undefined, 'You are no longer in the room'],
  ])('who was inside can join again: %p', (type, title) => {
    const state = after(...JOINED, { type: 'room-failed', failure: { type, words: 'its words' } });
    expect(joinNotice(state)).toMatchObject({ title, detail: expect.stringContaining('its words') });
    expect(view(state).show).toMatchObject({ joinNotice: true, recordingNotice: false });
  });

  test.each<[string, readonly Event[]]>([
    ['waits long', [{ type: 'join-late' }]],
    ['cannot reach it', [{ type: 'room-failed', failure: { type: 'connection-error', words: 'x' } }]],
  ])('who %s sees which hosts a firewall must allow', (_, events) => {
    const detail = joinNotice(after(...JOINED.slice(0, -1), ...events))?.detail;
    expect(detail).toContain('*.daily.co, *.dailywebrtc.com, *.dailywebrtc.net');
  });

  test('sees no reason once inside', () => {
    const failed: Event = { type: 'room-failed', failure: LOST };
    expect(joinNotice(after(...JOINED, failed, { type: 'join-again' }, { type: 'joined' }))).toBeUndefined();
  });
});

describe('a device', () => {
  test.each<[DeviceTrouble, string]>([
    ['denied', 'The browser blocks the microphone'],
    ['system', 'The system blocks the microphone'],
    ['insecure', 'This address needs https or localhost'],
    ['missing', 'No microphone found'],
    ['busy', 'The microphone is in use'],
  ])('that is %s is named, with a fix', (kind, title) => {
    const state = after(...READY, { type: 'devices-failed', trouble: kind });
    expect(deviceHelp(state)?.title).toBe(title);
    expect(canStart(state)).toBe(false);
  });

  test.each<[DeviceTrouble, string | undefined]>([
    ['denied', 'The browser blocks the camera: others can only hear you'],
    ['system', 'The system blocks the camera: others can only hear you'],
    ['busy', 'The camera is in use: others can only hear you'],
    ['missing', undefined],
  ])('that is a camera and %s does not affect the microphone', (cameraTrouble, title) => {
    const devices = { ...DEVICES, cameraId: '', cameraTrouble };
    const state = after(...READY, { type: 'devices-opened', devices });
    expect(deviceHelp(state)?.title).toBe(title);
    expect(canStart(state)).toBe(true);
    expect(view(state).show['check']).toBe(title !== undefined);
  });

  test('without a level display does not affect the others', () => {
    const state = after(...READY, { type: 'devices-opened', devices: { ...DEVICES, hasMeter: false } });
    expect(view(state).show).toMatchObject({ meter: false, noMeter: true });
    expect(canStart(state)).toBe(true);
  });

  test.each([
    [false, 'The room cannot use your microphone', { microphone: true, camera: false }],
    [true, 'The room cannot use your camera', { microphone: false, camera: true }],
  ])('that fails in the room is named until it works', (microphoneWorks, title, works) => {
    const failed: Event = { type: 'room-devices-failed', trouble: { microphoneWorks, words: 'in use' } };
    const state = after(...JOINED, failed, { type: 'media', microphone: false, camera: false });
    expect(roomDeviceNotice(state)).toMatchObject({ title, detail: expect.stringContaining('in use') });
    expect(roomDeviceNotice(reduce(state, { type: 'media', ...works }))).toBeUndefined();
  });
});

describe('the outcome', () => {
  test('is saved once the backend has seen it, with a line for each key and size', () => {
    const recordings = [
      { key: 'k1', verified: true, sizeBytes: 7 },
      { key: 'k2', verified: true, sizeBytes: 12_582_912 },
    ];
    const state = after(...RECORDING, ...OVER, status('landed', recordings));
    expect(outcomeNotice(state).title).toBe('Saved');
    expect(view(state).recordings).toEqual([
      { key: 'k1', words: '7 bytes · verified in the bucket' },
      { key: 'k2', words: '12.6 MB (12,582,912 bytes) · verified in the bucket' },
    ]);
    expect(view(state).show['recordings']).toBe(true);
  });

  test('is Tavus’s report if the backend cannot read the bucket', () => {
    const recordings = [{ key: 'k1', verified: false, sizeBytes: undefined }];
    const state = after(...RECORDING, ...OVER, status('announced', recordings));
    expect(outcomeNotice(state)).toEqual({
      title: 'Saved, as reported by Tavus',
      detail: 'Tavus reports that it is stored. This backend has not verified it in the bucket.',
    });
    expect(view(state).recordings).toEqual([{ key: 'k1', words: 'announced by Tavus' }]);
  });

  test('shows the first recordings while the page waits for another', () => {
    const recordings = [{ key: 'k1', verified: true, sizeBytes: 7 }];
    const { show } = view(after(...RECORDING, ...OVER, status('recording', recordings)));
    expect(show).toMatchObject({ recordings: true, waiting: true });
  });

  test.each(['missing', 'unannounced', 'partial'] as const)('of %s has its cause', (state) => {
    const one = after(...RECORDING, ...OVER, status(state, [], 'The room refused to record.'));
    expect(view(one).text['outcomeCause']).toBe('The room refused to record.');
    expect(view(one).show['outcomeCause']).toBe(true);
    expect(view(one).mark).toBe('bad');
  });

  test('has a text for every state of the backend, and no others', () => {
    expect(Object.keys(STATE_TEXTS).toSorted()).toEqual([...STATE_NAMES].toSorted());
  });

  test.each(STATE_NAMES)('of %s has a plain text', (state) => {
    const words = outcomeNotice(after(...RECORDING, ...OVER, status(state)));
    expect(words.title).toMatch(/^[A-Z][\w ,]+$/);
    expect(words.detail).toMatch(/^[A-Z].+\.$/);
    // The names of states are for programs.
    expect(`${words.title} ${words.detail}`).not.toMatch(/\w-(?:expected|call|created)\b/);
  });

  test.each<[string, readonly Event[]]>([
    ['in the conversation, regardless of the backend', [...RECORDING, LANDED]],
    ['right after the end', [...RECORDING, ...OVER]],
    ['while it uploads', [...RECORDING, ...OVER, status('waiting')]],
    ['after three minutes', [...RECORDING, ...OVER, { type: 'waited-long-enough' }]],
    ['when nothing was recorded', [...JOINED, trouble('refused'), ...OVER]],
    ['when it is missing', [...RECORDING, ...OVER, status('missing')]],
  ])('is not saved %s', (_, events) => {
    const state = after(...events);
    expect(outcomeNotice(state).title).not.toMatch(/^Saved/);
    expect(view(state).mark).not.toBe('good');
  });

  test.each<[string, readonly Event[], boolean]>([
    ['a recording that ran', RECORDING, true],
    ['one that broke off', [...RECORDING, trouble('other')], true],
    ['one without a response', [...JOINED, report('starting')], true],
    ['one with a timeout', [...JOINED, trouble('silence')], true],
    ['one of another participant', UNWANTED, false],
    ['one that was refused', [...JOINED, trouble('refused')], false],
    ['a room that was never joined', JOINED.slice(0, -1), false],
    ['a room that was lost', [...JOINED, report('starting'), { type: 'room-failed', failure: LOST }], true],
  ])('is requested after %s: %s', (_, events, isAwaited) => {
    expect(after(...events, ...OVER).outcome.isAwaited).toBe(isAwaited);
  });

  test('includes a recording that another participant started', () => {
    expect(outcomeNotice(after(...UNWANTED, ...OVER)).title).toBe('Recorded by someone else');
  });

  test.each<[string, readonly Event[], string]>([
    ['nothing is known', [], 'The backend does not answer. Three minutes'],
    ['it waits', [status('waiting')], 'The call is over, and Tavus has not announced the recording. Three'],
    ['nothing started', [status('starting')], 'No page has reported yet that a recording started. Three'],
  ])('after three minutes is the known state: %s', (_, events, detail) => {
    const state = after(...RECORDING, ...OVER, ...events, { type: 'waited-long-enough' });
    expect(outcomeNotice(state)).toMatchObject({
      title: 'Nothing has arrived yet',
      detail: expect.stringContaining(detail),
    });
    expect(view(state).show['waiting']).toBe(false);
    expect(outcomeNotice(reduce(state, LANDED)).title).toBe('Saved');
  });
});

test('a late join failure does not remove a person who has joined', () => {
  expect(after(...JOINED, { type: 'join-late' }).call.join).toBe('joined');
});

test('a late timeout does not hide that the room refused', () => {
  const state = after(...JOINED.slice(0, -1), { type: 'room-failed', failure: LOST }, { type: 'join-late' });
  expect(state.call.join).toBe('failed');
});

test('the page shows an end that could not be sent, until it is sent', () => {
  const state = after(...JOINED, { type: 'end-asked' }, { type: 'ended', end: 'not-told' });
  expect(endNotice(state)?.title).toBe('The backend does not know yet that the conversation has ended');
  const signedOut = reduce(state, { type: 'end-reported', end: 'sign-in' });
  expect(view(signedOut).show['endSignIn']).toBe(true);
  expect(endNotice(reduce(state, { type: 'end-reported', end: 'ended' }))).toBeUndefined();
});
