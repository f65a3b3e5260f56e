import { bench, closeAll } from '../../local/tavus/helpers';
import { ACCESS_DENIED, awsError, BUCKET, HEALTHY, type FakeAwsAnswers } from '../fake-aws';
import { API_KEY, examine, SETTINGS, type ReportedCheck } from '../run';

let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  const { simulator } = await bench({ apiKeys: [API_KEY] });
  env = { ...SETTINGS, TAVUS_API_BASE_URL: simulator.apiBaseUrl };
});
afterAll(closeAll);

const check = async (id: string, answers: FakeAwsAnswers): Promise<ReportedCheck | undefined> =>
  (await examine({ ...HEALTHY, ...answers }, env)).of(id);

const KEY = 'tavus/c0ffee/1790000000000';
const entry = (Key: string, VersionId: string, at: string, IsLatest = false): object => ({
  Key,
  VersionId,
  LastModified: new Date(at),
  IsLatest,
});

describe('overwritten recordings', () => {
  const overwritten = (answers: FakeAwsAnswers[string], more: FakeAwsAnswers = {}) =>
    check('bucket-overwritten', { ListObjectVersionsCommand: answers ?? {}, ...more });

  const TWO = {
    Versions: [entry(KEY, 'new', '2026-11-20T10:30:00Z', true), entry(KEY, 'old', '2026-11-01T09:00:00Z')],
  };

  test('are listed with the last day of their retention, and how to save them', async () => {
    expect(await overwritten(TWO)).toMatchObject({
      status: 'warn',
      found: `1 overwritten: ${KEY} version old is kept until 2026-11-27 UTC`,
      fix: expect.stringContaining(
        `aws s3api get-object --bucket ${BUCKET} --key <key> --version-id <version> <file>`,
      ),
    });
  });

  const keeping = (noncurrent: object): FakeAwsAnswers => ({
    GetBucketLifecycleConfigurationCommand: {
      Rules: [{ Status: 'Enabled', Filter: {}, NoncurrentVersionExpiration: noncurrent }],
    },
  });

  test('are kept as the rules say, also for more days than a date supports', async () => {
    const lifecycle = keeping({ NoncurrentDays: 2_147_483_647 });
    expect((await overwritten(TWO, lifecycle))?.found).toContain('version old is kept for 2147483647 d');
  });

  test('that exceed the number kept by the rules are deleted', async () => {
    const lifecycle = keeping({ NoncurrentDays: 7, NewerNoncurrentVersions: 1 });
    const three = { Versions: [...TWO.Versions, entry(KEY, 'older', '2026-10-01T00:00:00Z')] };
    expect((await overwritten(three, lifecycle))?.found).toBe(
      `2 overwritten: ${KEY} version older is kept until 2026-11-08 UTC; ${KEY} version old is kept for ever`,
    );
  });

  test('do not include expired recordings: their key has a delete marker', async () => {
    const expired = {
      Versions: [entry(KEY, 'old', '2026-08-01T00:00:00Z')],
      DeleteMarkers: [entry(KEY, 'marker', '2026-11-01T00:00:00Z', true)],
    };
    expect(await overwritten(expired)).toMatchObject({ status: 'ok', found: 'none' });
  });

  test('that were deleted before the key was written again count from the delete marker', async () => {
    const again = {
      Versions: [entry(KEY, 'new', '2026-11-20T00:00:00Z', true), entry(KEY, 'old', '2026-08-01T00:00:00Z')],
      DeleteMarkers: [entry(KEY, 'marker', '2026-11-15T00:00:00Z')],
    };
    expect((await overwritten(again))?.found).toBe(
      `1 overwritten: ${KEY} version old is kept until 2026-11-22 UTC`,
    );
  });

  test('of one key each count from the next newer version, and are sorted by deletion', async () => {
    const three = {
      Versions: [
        entry('tavus/b/1790000000000', 'b2', '2026-11-12T00:00:00Z', true),
        entry('tavus/b/1790000000000', 'b1', '2026-11-10T00:00:00Z'),
        entry(KEY, 'c3', '2026-11-20T00:00:00Z', true),
        entry(KEY, 'c2', '2026-11-11T00:00:00Z'),
        entry(KEY, 'c1', '2026-11-10T00:00:00Z'),
      ],
    };
    expect((await overwritten(three))?.found).toBe(
      `3 overwritten: ${KEY} version c1 is kept until 2026-11-18 UTC; ` +
        'tavus/b/1790000000000 version b1 is kept until 2026-11-19 UTC; ' +
        `${KEY} version c2 is kept until 2026-11-27 UTC`,
    );
  });

  test('are found if the versions of a key are on two pages', async () => {
    const [newer, older] = TWO.Versions;
    const found = await overwritten(({ KeyMarker, VersionIdMarker, Prefix }) => {
      expect(Prefix).toBe('tavus/');
      if (KeyMarker === undefined) {
        return { Versions: [newer], IsTruncated: true, NextKeyMarker: KEY, NextVersionIdMarker: 'new' };
      }
      expect([KeyMarker, VersionIdMarker]).toEqual([KEY, 'new']);
      return { Versions: [older] };
    });
    expect(found?.found).toContain('1 overwritten');
  });

  test('with a hostile key cannot affect the terminal or the command', async () => {
    const key = 'tavus/\u001b[2J$(reboot)/1790000000000';
    const Versions = [
      entry(key, 'new', '2026-11-20T00:00:00Z', true),
      entry(key, 'old', '2026-11-01T00:00:00Z'),
    ];
    const found = await overwritten({ Versions });
    expect(found?.found).toContain('"tavus/\\u001b[2J$(reboot)/1790000000000" version old');
    expect(found?.fix).not.toContain('reboot');
  });

  test('are counted, and five are listed', async () => {
    const Versions = Array.from({ length: 7 }, (_, index) => [
      entry(`tavus/c/${index}`, 'new', '2026-11-20T00:00:00Z', true),
      entry(`tavus/c/${index}`, 'old', '2026-11-01T00:00:00Z'),
    ]).flat();
    const found = await overwritten({ Versions });
    expect(found?.found).toMatch(/^7 overwritten: .*; 2 more$/);
    expect(found?.found.match(/version old/g)).toHaveLength(5);
  });

  test.each<readonly [string, FakeAwsAnswers, string]>([
    [
      'no rule for old versions',
      { GetBucketLifecycleConfigurationCommand: { Rules: [] } },
      'is kept for ever',
    ],
    [
      'no lifecycle',
      { GetBucketLifecycleConfigurationCommand: awsError('NoSuchLifecycleConfiguration', 404) },
      'is kept for ever',
    ],
    [
      'a lifecycle that cannot be read',
      { GetBucketLifecycleConfigurationCommand: ACCESS_DENIED },
      'is kept for unknown days (needs the right s3:GetLifecycleConfiguration)',
    ],
  ])('with %s', async (_, lifecycle, days) => {
    expect((await overwritten(TWO, lifecycle))?.found).toBe(`1 overwritten: ${KEY} version old ${days}`);
  });

  describe('in a bucket too large to list', () => {
    let asked = 0;
    beforeEach(() => {
      asked = 0;
    });
    const endless = (versions: readonly object[]) => () => {
      asked += 1;
      const Versions = versions.map((version) => ({ ...version, Key: `${KEY}${asked}` }));
      return { Versions, IsTruncated: true, NextKeyMarker: KEY, NextVersionIdMarker: String(asked) };
    };

    test('are unknown if none was seen', async () => {
      expect(await overwritten(endless([entry(KEY, 'new', '2026-11-20T00:00:00Z', true)]))).toMatchObject({
        status: 'unknown',
        found: 'none so far; the listing was truncated after 20 versions, the rest is unknown',
        fix: `aws s3api list-object-versions --bucket ${BUCKET} --prefix tavus/`,
      });
      expect(asked).toBe(20);
    });

    test('are listed if seen', async () => {
      const found = await overwritten(endless(TWO.Versions));
      expect(found).toMatchObject({
        status: 'warn',
        found: expect.stringMatching(/; the listing was truncated after 40 versions, the rest is unknown$/),
      });
    });
  });
});

describe('other objects in the bucket', () => {
  const others = (answer: object) => check('bucket-other-content', { ListObjectsV2Command: answer });

  test.each([
    ['recordings alone', { CommonPrefixes: [{ Prefix: 'tavus/' }] }],
    ['nothing at all', {}],
  ])('%s pass', async (_, answer) => {
    expect(await others(answer)).toMatchObject({ status: 'ok', found: 'nothing else' });
  });

  test('give a warning, because Tavus can read and overwrite them. Names are truncated, because they may be personal', async () => {
    const found = await others({
      CommonPrefixes: [{ Prefix: 'customers-of-acme-corporation/' }, { Prefix: 'tavus/' }],
      Contents: [{ Key: 'tavus' }, { Key: 'a\u001b[31m' }],
    });
    expect(found).toMatchObject({
      status: 'warn',
      found:
        '3 of 4 names at the top of the bucket are not tavus/, such as "customers-of-acm…", "tavus", "a\\u001b[31m"',
      expected: expect.stringContaining("Tavus's role may read and overwrite everything"),
    });
  });

  test('are found among any number of recordings', async () => {
    let asked: unknown;
    await check('bucket-other-content', {
      ListObjectsV2Command: ({ Delimiter }) => {
        asked = Delimiter;
        return {};
      },
    });
    expect(asked).toBe('/');
  });

  test('are listed with five examples, and an incomplete listing is reported as such', async () => {
    const Contents = Array.from({ length: 1000 }, (_, index) => ({ Key: String(index) }));
    expect((await others({ Contents, IsTruncated: true }))?.found).toBe(
      '1000 of the first 1000 names at the top of the bucket are not tavus/, such as "0", "1", "2", "3", "4"',
    );
  });
});
