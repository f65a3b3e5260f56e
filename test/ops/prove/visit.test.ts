import type { RecordingTrouble } from '../../../app/qa/record-when-joined';
import { INITIAL, type CallState } from '../../../app/qa/state';
import { joinNotice, recordingStatusLine, recordingNotice } from '../../../app/qa/texts';
import { notRecorded, readStart } from '../../../ops/prove/visit';
import type { StepStopped } from '../../../ops/prove/steps';
import { problemTypeUri } from '../../../app/http/problem';

const inCall = (call: Partial<CallState>) => ({
  ...INITIAL,
  screen: 'call' as const,
  choice: 'record' as const,
  call: { ...INITIAL.call, isToBeRecorded: true, ...call },
});

/** The result of a proof, by the page's texts. */
function proofOf(call: Partial<CallState>): StepStopped {
  const state = inCall(call);
  const notices = [joinNotice(state), recordingNotice(state)].flatMap((one) =>
    one === undefined ? [] : `${one.title} ${one.detail}`,
  );
  return notRecorded(recordingStatusLine(state), notices.join(' '));
}

const failed = (recordingTrouble: RecordingTrouble, more: Partial<CallState> = {}): Partial<CallState> => ({
  join: 'joined',
  recording: 'failed',
  recordingTrouble,
  recordingDetail: "the room's words",
  ...more,
});

test.each<[string, Partial<CallState>, string | undefined]>([
  ['the room refuses', failed('refused'), 'room-refused'],
  ['the role is refused', failed('role'), 'role-refused'],
  ['the recording cannot be started', failed('other'), 'broke-off'],
  ['the recording breaks off', failed('other', { recordedSinceMs: 1 }), 'broke-off'],
  ['the page never asks', { join: 'joined', recording: 'starting' }, 'not-asked'],
  ['the room does not answer', failed('silence'), undefined],
])('%s: the step fails with the cause that the watch would find', (_what, call, cause) => {
  expect(proofOf(call)).toMatchObject({ status: 'failed', why: cause });
});

test('a room blocked by the network means that the recording was not tried', () => {
  const { status, found } = proofOf({
    join: 'failed',
    recording: 'starting',
    failure: { type: 'connection-error', words: 'no network' },
  });
  expect(status).toBe('not-tried');
  expect(found).toContain('*.daily.co');
});

const start = (status: number, body: unknown): unknown => {
  try {
    return readStart({ status, body }, () => undefined);
  } catch (error) {
    return error;
  }
};
const problem = (type: Parameters<typeof problemTypeUri>[0]): object => ({
  type: problemTypeUri(type),
  title: 'title',
  detail: 'detail',
});

test.each(['busy', 'out-of-credits', 'too-many-requests'] as const)(
  'a start refused with %s was not tried',
  (type) => {
    expect(start(409, problem(type))).toMatchObject({ status: 'not-tried', fix: 'detail' });
  },
);

test.each(['tavus-role', 'internal'] as const)('a start refused with %s failed', (type) => {
  expect(start(502, problem(type))).toMatchObject({ status: 'failed' });
});

test('a conversation without recording is reported, too, because it must be ended', () => {
  const told: unknown[] = [];
  const body = {
    conversation_id: 'c1',
    page_token: 't1',
    recording: { enabled: false, reason: 'no-consent' },
  };
  expect(() => readStart({ status: 200, body }, (call) => told.push(call))).toThrow('no-consent');
  expect(told).toEqual([{ conversationId: 'c1', pageToken: 't1' }]);
});
