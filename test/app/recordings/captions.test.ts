import { captionsOf } from '../../../app/recordings/captions';

const STARTED = Date.UTC(2026, 5, 1, 10);
const entry = (seconds: number, content: string, more: object = {}) => ({
  role: 'user',
  content,
  seconds_from_start: seconds,
  duration: 2,
  ...more,
});
const at = (seconds: number) => ({ timestamp: STARTED / 1000 + seconds });
/** The cues, as in the file. */
const cues = (...transcript: readonly object[]): readonly string[] =>
  (captionsOf(transcript, STARTED) ?? '').split('\n\n').slice(1);

test.each(['system', 'tool', 'developer', 'System', '__proto__', 'constructor'])(
  'an entry of the role %s is never found',
  (role) => {
    expect(captionsOf([entry(1, 'The treasure is in the cellar.', { role })], STARTED)).toBeUndefined();
  },
);

test('has the speaker and the time of each caption', () => {
  expect(
    captionsOf([entry(3661.5, 'Yes.'), entry(1, 'Hello', { role: 'assistant', duration: 0.5 })], STARTED),
  ).toBe(
    'WEBVTT\n\n00:00:01.000 --> 00:00:01.500\n<v Replica>Hello\n\n01:01:01.500 --> 01:01:03.500\n<v User>Yes.\n',
  );
});

test('text is escaped, and cannot end a cue', () => {
  const [cue] = cues(entry(1, '<b>a & b</b>\n\n00:00:09.000 --> 00:00:10.000\nx'));
  expect(cue).toBe(
    '00:00:01.000 --> 00:00:03.000\n<v User>&lt;b&gt;a &amp; b&lt;/b&gt; 00:00:09.000 --&gt; 00:00:10.000 x\n',
  );
});

test('a long entry is found in parts that share its time', () => {
  const found = cues(entry(0, 'word '.repeat(60), { duration: 30 }));
  expect(found).toHaveLength(4);
  expect(found[0]).toMatch(/^00:00:00\.000 --> 00:00:0[6-9]/);
  expect(found.at(-1)).toMatch(/--> 00:00:30\.000/);
});

test('captions of a second recording start at its beginning', () => {
  // The conversation began 100 s before this recording.
  const found = cues(entry(90, 'before', at(-10)), entry(110, 'after', at(10)));
  expect(found).toEqual(['00:00:10.000 --> 00:00:12.000\n<v User>after\n']);
});

test.each(['2026-06-01T10:00:10.000000Z', '2026-06-01T10:00:10.000000', '2026-06-01T12:00:10+02:00'])(
  'a time of day can also be text: %s',
  (timestamp) => {
    expect(cues(entry(110, 'after', { timestamp }))).toEqual([expect.stringContaining('00:00:10.000 -->')]);
  },
);

test.each([
  ['in another unit', { timestamp: STARTED + 10_000 }],
  ['that is invalid', { timestamp: 'noon' }],
  ['that is missing', {}],
])('with a time of day %s the recording counts as starting with the conversation', (_case, more) => {
  expect(cues(entry(10, 'a', more))).toEqual([expect.stringContaining('00:00:10.000 -->')]);
});

test('without a duration a caption stays until the next one, at most four seconds', () => {
  const found = cues(entry(1, 'a', { duration: undefined }), entry(2, 'b', { duration: undefined }));
  expect(found).toEqual([
    expect.stringContaining('00:00:01.000 --> 00:00:02.000'),
    expect.stringContaining('00:00:02.000 --> 00:00:06.000'),
  ]);
});

test.each([
  {},
  { seconds_from_start: undefined },
  { seconds_from_start: 1e300 },
  { content: 7 },
  { content: ' ' },
])('entries without times or text give no captions: %j', (more) => {
  const transcript = Object.keys(more).length === 0 ? [] : [entry(1, 'a', more), null, 'text'];
  expect(captionsOf(transcript, STARTED)).toBeUndefined();
});
