import { readConfig, readConversation, readProblem, readStatus } from '../../../app/qa/answers';

const CONFIG = {
  recording: { enabled: true, bucketRegion: 'us-east-1' },
  consentRequired: false,
  keyRequired: true,
  roomOrigin: 'https://tavus.daily.co',
};
const STARTED = {
  conversation_id: 'c1',
  conversation_url: 'https://tavus.daily.co/c1',
  page_token: 't',
  recording: { enabled: false, reason: 'disabled' },
};

test('reads the config', () => {
  expect(readConfig(CONFIG)).toEqual(CONFIG);
});

test('asks for consent unless the backend clearly says that it is not required', () => {
  expect(readConfig({ ...CONFIG, consentRequired: undefined }).consentRequired).toBe(true);
});

test('reads a conversation, with and without meeting token', () => {
  const plain = { id: 'c1', url: 'https://tavus.daily.co/c1', pageToken: 't', recording: STARTED.recording };
  expect(readConversation(STARTED)).toEqual(plain);
  expect(readConversation({ ...STARTED, meeting_token: 'm' })).toEqual({ ...plain, meetingToken: 'm' });
});

test.each(['conversation_id', 'conversation_url', 'page_token'])(
  'takes no conversation without %s',
  (name) => {
    expect(() => readConversation({ ...STARTED, [name]: undefined })).toThrow(
      `${name}: missing in the backend's answer.`,
    );
  },
);

const of = (verified: boolean, size?: number) => ({
  key: 'k',
  verified,
  ...(size === undefined ? {} : { size }),
});

test.each([
  [
    { recording: 'landed', recordings: [of(true, 7)] },
    { recording: 'stored', seen: true, recordings: [{ key: 'k', sizeBytes: 7 }] },
  ],
  [
    { recording: 'announced', recordings: [of(false)] },
    { recording: 'stored', seen: false, recordings: [{ key: 'k', sizeBytes: undefined }] },
  ],
  [
    { recording: 'late', recordings: [of(true, 1), of(false)] },
    {
      recording: 'stored',
      seen: false,
      recordings: [
        { key: 'k', sizeBytes: 1 },
        { key: 'k', sizeBytes: undefined },
      ],
    },
  ],
  [
    { recording: 'unannounced', cause: 'Nobody asked.', recordings: [] },
    { recording: 'missing', cause: 'Nobody asked.' },
  ],
  [{ recording: 'missing' }, { recording: 'missing', cause: '' }],
  [{ recording: 'no-call' }, { recording: 'not-due' }],
  [{ recording: 'waiting' }, { recording: 'pending' }],
  [{ recording: 'recording' }, { recording: 'pending' }],
  [{ recording: 'a state of a later version' }, { recording: 'pending' }],
])('reads the status %p', (answer, status) => {
  expect(readStatus(answer)).toEqual(status);
});

test.each([undefined, 'a page of a proxy', {}])('has words for a problem that has none: %p', (body) => {
  expect(readProblem(body, 502)).toEqual({
    title: 'The backend refused',
    detail: 'It answered 502 without saying why.',
  });
});

test("passes on Tavus's words and the name in the log", () => {
  const body = { title: 't', detail: 'd', instance: 'urn:uuid:1', tavus: { status: 400, words: 'no role' } };
  expect(readProblem(body, 502)).toEqual({
    title: 't',
    detail: 'd',
    note: 'Tavus said: no role · In the log: urn:uuid:1',
  });
});
