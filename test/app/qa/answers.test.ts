import { STATE_NAMES } from '../../../app/ledger/states';
import {
  isSignInRefusal,
  readQaConfig,
  readConversation,
  readProblem,
  readStatus,
} from '../../../app/qa/answers';

const CONFIG = {
  recording: { enabled: true, bucketRegion: 'us-east-1' },
  consentRequired: false,
  keyRequired: true,
  signInRequired: true,
  hasRecordingsPage: true,
  roomOrigin: 'https://tavus.daily.co',
};
const STARTED = {
  conversation_id: 'c1',
  conversation_url: 'https://tavus.daily.co/c1',
  page_token: 't',
  recording: { enabled: false, reason: 'disabled' },
};

test('reads the config', () => {
  expect(readQaConfig(CONFIG)).toEqual(CONFIG);
});

test('asks for consent unless the backend clearly says that it is not required', () => {
  expect(readQaConfig({ ...CONFIG, consentRequired: undefined }).consentRequired).toBe(true);
});

test('reads a conversation, with and without meeting token', () => {
  const plain = { id: 'c1', url: 'https://tavus.daily.co/c1', pageToken: 't', recording: STARTED.recording };
  expect(readConversation(STARTED)).toEqual(plain);
  expect(readConversation({ ...STARTED, meeting_token: 'm' })).toEqual({ ...plain, meetingToken: 'm' });
});

test.each(['conversation_id', 'conversation_url', 'page_token'])(
  'refuses a conversation without %s',
  (name) => {
    expect(() => readConversation({ ...STARTED, [name]: undefined })).toThrow(
      `${name}: missing in the backend's answer.`,
    );
  },
);

const SEEN = { key: 'k2', verified: true, size: 7 };
const ANNOUNCED = { key: 'k1', verified: false };

describe('the status', () => {
  test('has all recordings with their details', () => {
    expect(readStatus({ recording: 'recording', recordings: [ANNOUNCED, SEEN] })).toEqual({
      state: 'recording',
      cause: undefined,
      recordings: [
        { key: 'k1', verified: false, sizeBytes: undefined },
        { key: 'k2', verified: true, sizeBytes: 7 },
      ],
    });
  });

  test.each([
    [[SEEN], 'landed'],
    [[ANNOUNCED], 'announced'],
    [[ANNOUNCED, SEEN], 'announced'],
    [[], 'announced'],
    [undefined, 'announced'],
  ])('is landed only if each recording was seen: %j', (recordings, state) => {
    expect(readStatus({ recording: 'landed', recordings }).state).toBe(state);
  });

  test.each(STATE_NAMES.filter((state) => state !== 'landed'))('the page knows %s', (recording) => {
    expect(readStatus({ recording, recordings: [] }).state).toBe(recording);
  });

  test.each(['a-state-to-come', 'toString'])('the page waits in %s', (recording) => {
    expect(readStatus({ recording, recordings: [] }).state).toBe('waiting');
  });

  test('has its cause as a sentence', () => {
    const answer = { recording: 'missing', cause: 'Nobody asked for it.', recordings: [] };
    expect(readStatus(answer).cause).toBe('Nobody asked for it.');
  });
});

test.each([
  ['our own', { type: 'urn:problem-type:tavus-recordings:not-signed-in' }, true],
  ['a sign-in in front, without words', undefined, true],
  ['a wrong key', { type: 'urn:problem-type:tavus-recordings:unauthorized' }, false],
])('a 401 of %s is a missing sign-in: %#', (_, body, isSignIn) => {
  expect(isSignInRefusal(body)).toBe(isSignIn);
});

test.each([undefined, 'a page of a proxy', {}])(
  'has a default text for a problem without one: %p',
  (body) => {
    expect(readProblem(body, 502)).toEqual({
      title: 'The backend refused',
      detail: 'It answered 502 without a reason.',
    });
  },
);

test("includes Tavus's message and the id in the log", () => {
  const body = { title: 't', detail: 'd', instance: 'urn:uuid:1', tavus: { status: 400, words: 'no role' } };
  expect(readProblem(body, 502)).toEqual({
    title: 't',
    detail: 'd',
    note: 'Tavus: no role · In the log: urn:uuid:1',
  });
});
