import { currentConsentText, CONSENT_TEXT_VERSIONS } from '../../../../contract/consent-text';
import { closeEverything, CONSENT, openBoth, REGION } from '../../helpers';
import {
  AS_OPERATOR,
  keyOf,
  missing,
  OPERATED,
  openOperated,
  seed,
  seen,
  START_KEY,
  type SeededStart,
} from './opened';

afterEach(closeEverything);

const START: SeededStart = {
  startId: 'a'.repeat(32),
  conversation: 'c1',
  at: Date.UTC(2026, 5, 1, 9),
  name: 'Ada',
};
const path = (id: string): string => `/recordings/api/conversations/${id}`;

test('returns all known details, by conversation id and by start id', async () => {
  const backend = await openOperated();
  await seed(backend.ledger, { ...START, facts: [seen(START, 'v1')] });
  const reply = await backend.get(path('c1'), AS_OPERATOR);
  expect((await backend.get(path(START.startId), AS_OPERATOR)).json).toEqual(reply.json);
  expect(reply.json).toMatchObject({
    conversation_id: 'c1',
    name: 'Ada',
    state: 'landed',
    meaning: 'The recording was seen in the bucket, complete and playable.',
    recordings: [
      {
        key: keyOf(START),
        verified: true,
        verification: 'Seen in the bucket, complete and playable.',
        size: 4,
        duration_sec: 42,
        encryption: 's3',
        expires_at: '2026-07-02T00:00:00.000Z',
        expiry_is_computed: true,
        versions: [{ version_id: 'v1', found: 'is there, complete and playable' }],
      },
    ],
    facts: [
      { at: '2026-06-01T09:00:00.000Z', words: expect.stringContaining('Start: to be recorded into') },
      { at: '2026-06-01T09:00:00.000Z', words: 'Person, of start (name Ada).' },
      { at: '2026-06-01T09:00:01.000Z', words: 'Tavus created conversation c1.' },
      { at: '2026-06-01T09:01:00.000Z', words: expect.stringContaining('Bucket: ') },
    ],
  });
  expect(JSON.stringify(reply.json)).not.toContain('no_link');
});

test('an expiry reported by S3 is not marked as computed', async () => {
  const backend = await openOperated();
  const expiresMs = Date.UTC(2026, 6, 3);
  await seed(backend.ledger, { ...START, facts: [{ ...seen(START, 'v1'), expiresMs }] });
  expect((await backend.get(path('c1'), AS_OPERATOR)).json['recordings']).toMatchObject([
    { expires_at: '2026-07-03T00:00:00.000Z', expiry_is_computed: false },
  ]);
});

test("has the cause as a sentence, with the doctor's check and the runbook entry", async () => {
  const backend = await openOperated();
  await seed(backend.ledger, { ...START, facts: [missing(START.at, 'role-refused')] });
  expect((await backend.get(path('c1'), AS_OPERATOR)).json).toMatchObject({
    state: 'missing',
    cause: 'Tavus could not assume the role, so the recording could not be stored.',
    check: 'role-trust',
    runbook: 'docs/runbook.md#role-refused',
    recordings: [],
  });
});

test('has the consent with its text', async () => {
  const both = await openBoth(OPERATED);
  const started = await both.start({ consent: CONSENT }, { authorization: `Bearer ${START_KEY}` });
  const reply = await both.get(path(started.conversation_id), AS_OPERATOR);
  expect(reply.json['consent']).toEqual({
    text_version: CONSENT_TEXT_VERSIONS[0],
    text_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    accepted_at: CONSENT.accepted_at,
    locale: CONSENT.locale,
    text: Object.values(currentConsentText(REGION)),
  });
});

test.each([
  ["it is in another environment's bucket", { bucket: 'other-recordings' }, OPERATED, 'other-recordings'],
  ['the backend may not look', {}, { ...OPERATED, RECORDINGS_ACCESS: 'none' }, 'RECORDINGS_ACCESS'],
])('has the reason for a missing link: %s', async (_case, start, env, words) => {
  const backend = await openOperated(env);
  await seed(backend.ledger, { ...START, ...start, facts: [seen(START, 'v1')] });
  expect((await backend.get(path('c1'), AS_OPERATOR)).json['recordings']).toMatchObject([
    { no_link: expect.stringContaining(words) },
  ]);
});

test.each(['c2', 'no%20id', '..%2fqa'])('returns 404 for %s', async (id) => {
  const backend = await openOperated();
  await seed(backend.ledger, START);
  expect((await backend.get(path(id), AS_OPERATOR)).status).toBe(404);
});
