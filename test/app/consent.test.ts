import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { consentTerms } from '../../app/qa/texts';
import { CONSENT_TEXT_VERSIONS } from '../../contract/consent-text';
import { closeEverything, CONSENT, OFF, ON, openBoth, type Both, type HttpReply } from './helpers';

afterEach(closeEverything);

const DAY_MS = 86_400_000;
const deps = { newStartId: () => 'a'.repeat(32) };

const startWith = (both: Both, consent: object): Promise<HttpReply> =>
  both.post('/tavus/start', { recording: true, consent: { ...CONSENT, ...consent } });

const timeAt = (both: Both, offsetMs: number): string => new Date(both.clock.now() + offsetMs).toISOString();

describe('a consent is refused with its field, and nothing is started:', () => {
  test.each([
    ['to an unknown text', ON, () => ({ text_version: '1999-01' }), 'text_version'],
    ['of next year', ON, (both: Both) => ({ accepted_at: timeAt(both, 365 * DAY_MS) }), 'accepted_at'],
    ['of years ago', ON, (both: Both) => ({ accepted_at: timeAt(both, -900 * DAY_MS) }), 'accepted_at'],
    [
      'a moment more than a day old',
      ON,
      (both: Both) => ({ accepted_at: timeAt(both, -DAY_MS - 1) }),
      'accepted_at',
    ],
    [
      'more than five minutes ahead',
      ON,
      (both: Both) => ({ accepted_at: timeAt(both, 300_001) }),
      'accepted_at',
    ],
    ['also while recording is off', OFF, () => ({ text_version: '1999-01' }), 'text_version'],
  ] as const)('%s', async (_case, env, wrong, field) => {
    const both = await openBoth(env);
    const reply = await startWith(both, wrong(both));
    expect(reply.status).toBe(400);
    expect(reply.json['fields']).toEqual([{ field: `body.consent.${field}`, problem: expect.any(String) }]);
    expect(reply.json['detail']).toContain(`body.consent.${field}: `);
    expect(await both.created()).toEqual([]);
    expect(both.log.find('Recording consent')).toBeUndefined();
  });
});

test.each([
  ['a day old', -DAY_MS],
  ['given now', 0],
  ['five minutes ahead, by a clock that is a little fast', 300_000],
])('a consent %s is accepted', async (_case, offsetMs) => {
  const both = await openBoth();
  expect((await startWith(both, { accepted_at: timeAt(both, offsetMs) })).status).toBe(200);
});

test('both problems of a consent are reported at once', async () => {
  const both = await openBoth();
  const reply = await startWith(both, { text_version: 'x', accepted_at: timeAt(both, -2 * DAY_MS) });
  expect(reply.json['fields']).toMatchObject([
    { field: 'body.consent.text_version' },
    { field: 'body.consent.accepted_at' },
  ]);
});

test('a repeated start gets the first outcome, even if its consent is old by then', async () => {
  const both = await openBoth();
  const consent = { ...CONSENT, accepted_at: timeAt(both, -DAY_MS) };
  const one = await both.start({ consent }, { 'idempotency-key': '8c7e' });
  both.clock.advance(60_000);
  expect(await both.start({ consent }, { 'idempotency-key': '8c7e' })).toEqual(one);
});

describe('text versions of a custom front end', () => {
  const OWN = { ...ON, TAVUS_RECORDING_CONSENT_VERSIONS: 'acme-2027-01, acme-2027-03' };

  test.each(['acme-2027-01', 'acme-2027-03', CONSENT_TEXT_VERSIONS[0]])(
    'are accepted: %s',
    async (version) => {
      const both = await openBoth(OWN);
      expect((await startWith(both, { text_version: version })).status).toBe(200);
    },
  );

  test('are the only accepted ones besides ours', async () => {
    const both = await openBoth(OWN);
    expect((await startWith(both, { text_version: 'acme-2027-02' })).status).toBe(400);
  });
});

test.each(['info', 'error', 'silent'])(
  'the log has person, text and conversation of a consent at level %s',
  async (level) => {
    const both = await openBoth({ ...ON, LOG_LEVEL: level, TAVUS_REQUIRE_RECORDING_CONSENT: 'true' }, deps);
    const { conversation_id: id } = await both.start({ consent: CONSENT });
    expect(both.log.lines().filter(({ msg }) => msg.includes('ecording'))).toMatchObject([
      { level: 'info', start_id: 'a'.repeat(32), consent: CONSENT, request_id: expect.any(String) },
      { level: 'info', start_id: 'a'.repeat(32), conversation_id: id },
    ]);
    expect(both.log.messages().includes('Request')).toBe(level === 'info');
  },
);

test('/qa shows the newest version of the consent text', () => {
  const html = readFileSync(path.resolve(__dirname, '../../app/qa/qa.html'), 'utf8');
  const [, card = ''] = /data-show="consent"(.*?)data-show="noRecording"/s.exec(html) ?? [];
  const visible = card.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  const words = JSON.stringify([visible, consentTerms('us-east-1'), consentTerms(undefined)]);
  const digest = createHash('sha256').update(words).digest('hex').slice(0, 16);
  expect(visible).toContain('I agree to the recording described here.');
  // A changed text needs a new version in contract/consent-text.ts first; then add its digest here.
  expect([CONSENT_TEXT_VERSIONS[0], digest]).toEqual(['2026-11-23', 'dbbefa0352c27123']);
});
