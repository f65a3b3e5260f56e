import { readFileSync } from 'node:fs';
import * as facts from '../../contract/vendor-facts';

// The literals of the vendor's pages on 2026-11-22, restated here instead of imported.
describe('vendor facts', () => {
  test('name the account, external id and session length that the vendor documents', () => {
    expect(facts.VENDOR_ACCOUNT_ID).toBe('291871421005');
    expect(facts.VENDOR_EXTERNAL_ID).toBe('tavus');
    expect(facts.VENDOR_SESSION_SECONDS).toBe(12 * 60 * 60);
  });

  test('have the default limits of a call', () => {
    expect(facts.VENDOR_MAX_CALL_SEC).toBe(60 * 60);
    expect(facts.VENDOR_ABSENT_SEC).toBe(5 * 60);
  });

  test('list exactly the eight documented actions', () => {
    expect([...facts.VENDOR_BUCKET_ACTIONS, ...facts.VENDOR_OBJECT_ACTIONS].toSorted()).toEqual([
      's3:AbortMultipartUpload',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      's3:ListBucketMultipartUploads',
      's3:ListBucketVersions',
      's3:ListMultipartUploadParts',
      's3:PutObject',
    ]);
  });

  test('parse conversation and start from the key of a recording', () => {
    expect(facts.RECORDING_KEY.exec('tavus/c0123456789abcdef/1780307900000')?.groups).toEqual({
      conversationId: 'c0123456789abcdef',
      epochMs: '1780307900000',
    });
  });

  test.each([
    ['an extension', 'tavus/c01/1780307900000.mp4'],
    ['seconds instead of milliseconds', 'tavus/c01/1780307900'],
    ['another prefix', 'daily/c01/1780307900000'],
    ['a deeper path', 'tavus/c01/x/1780307900000'],
  ])('do not accept a key with %s as a recording', (_, key) => {
    expect(facts.RECORDING_KEY.test(key)).toBe(false);
  });
});

test('name the object that Daily uploads to the root of a bucket to test it', () => {
  expect(facts.VENDOR_PROBE_KEY).toBe('daily-co-test-upload.txt');
});

describe('the rooms', () => {
  test('have the fallback domains of the pinned daily-js, in its order', () => {
    expect(facts.VENDOR_ROOM_DOMAINS).toEqual(['daily.co', 'dailywebrtc.com', 'dailywebrtc.net']);
    const dailyJs = readFileSync(require.resolve('@daily-co/daily-js'), 'utf8');
    expect(dailyJs).toContain('["daily.co","dailywebrtc.com","dailywebrtc.net"]');
  });
});
