import type { IntelligentTieringConfiguration, LifecycleRule } from '@aws-sdk/client-s3';
import type { PromisedDays } from '../../../contract/environments';
import type { AwsAnswer } from '../../../ops/aws/answer';
import { judgeLifecycle } from '../../../ops/doctor/bucket/judge-lifecycle';
import type { CheckStatus, CheckOutcome } from '../../../ops/doctor/check-result';
import { BUCKET, LIFECYCLE } from '../fake-aws';

const [expire, noncurrent, markers, abort] = LIFECYCLE;
const FULL =
  'the last byte is gone after 97 d; expire after 90 d; old versions 7 d more; delete markers removed; broken uploads 7 d';

type Tiers = AwsAnswer<readonly IntelligentTieringConfiguration[]>;
const judge = (
  rules: readonly LifecycleRule[],
  more: { versioning?: string | undefined; promised?: PromisedDays; tiers?: Tiers } = {},
): CheckOutcome =>
  judgeLifecycle(rules, {
    bucket: BUCKET,
    versioning: 'Enabled',
    promised: undefined,
    tiers: undefined,
    ...more,
  });

const rule = (more: Omit<LifecycleRule, 'Status'>): LifecycleRule => ({
  ID: 'x',
  Status: 'Enabled',
  ...more,
});
/** The four rules, and one more. */
const and = (more: Omit<LifecycleRule, 'Status'>): readonly LifecycleRule[] => [...LIFECYCLE, rule(more)];

const RULES: readonly (readonly [
  what: string,
  rules: readonly LifecycleRule[],
  CheckStatus,
  found: string,
])[] = [
  ['of four rules', LIFECYCLE, 'ok', FULL],
  [
    'in one rule',
    [
      rule({
        Expiration: { Days: 90 },
        NoncurrentVersionExpiration: { NoncurrentDays: 7 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      }),
      markers,
    ],
    'ok',
    FULL,
  ],
  [
    'that is not there',
    [],
    'fail',
    'recordings never expire; recordings are never completely deleted: old versions are kept for ever; delete markers stay; broken uploads are kept for ever',
  ],
  [
    'that is switched off, under an ID that the fix uses',
    [{ ...expire, ID: 'expire-recordings', Status: 'Disabled' }, noncurrent, markers, abort],
    'fail',
    'recordings never expire',
  ],
  [
    'that is switched off',
    [{ ...expire, Status: 'Disabled' }, noncurrent, markers, abort],
    'fail',
    'recordings never expire; old versions 7 d more; delete markers removed; broken uploads 7 d',
  ],
  ['without the marker rule', [expire, noncurrent, abort], 'warn', 'delete markers stay'],
  ['without the abort rule', [expire, noncurrent, markers], 'warn', 'broken uploads are kept for ever'],
  [
    'that aborts uploads under way',
    [expire, noncurrent, markers, { ...abort, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }],
    'warn',
    'broken uploads 1 d',
  ],
  [
    'that keeps the parts of broken uploads longer than recordings',
    [expire, noncurrent, markers, { ...abort, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 98 } }],
    'warn',
    'broken uploads 98 d',
  ],

  // The scope of a rule.
  [
    'of another prefix',
    [{ ...expire, Filter: { Prefix: 'logs/' } }, noncurrent, markers, abort],
    'fail',
    'recordings never expire',
  ],
  [
    "of the recordings' prefix",
    [{ ...expire, Filter: { Prefix: 'tavus/' } }, noncurrent, markers, abort],
    'ok',
    FULL,
  ],
  [
    'of other prefixes in an old form',
    [{ ...expire, Filter: undefined, Prefix: 'logs/' }, noncurrent, markers, abort],
    'fail',
    'recordings never expire',
  ],
  [
    'of some conversations',
    [{ ...expire, Filter: { Prefix: 'tavus/c' } }, noncurrent, markers, abort],
    'fail',
    'recordings never expire',
  ],
  [
    'that deletes some conversations early',
    and({ Filter: { Prefix: 'tavus/c1' }, Expiration: { Days: 1 } }),
    'warn',
    'recordings below tavus/c1 the last byte is gone after 8 d expire after 1 d',
  ],
  [
    'of tagged objects',
    [expire, { ...noncurrent, Filter: { Tag: { Key: 'a', Value: 'b' } } }, markers, abort],
    'fail',
    'recordings are never completely deleted',
  ],
  [
    'of tagged objects below the prefix',
    [
      { ...expire, Filter: { And: { Prefix: 'tavus/', Tags: [{ Key: 'a', Value: 'b' }] } } },
      noncurrent,
      markers,
      abort,
    ],
    'fail',
    'recordings never expire',
  ],
  [
    'of large objects',
    [{ ...expire, Filter: { ObjectSizeGreaterThan: 131_072 } }, noncurrent, markers, abort],
    'fail',
    'recordings below 131073 bytes never expire',
  ],
  [
    'of small objects',
    [
      { ...expire, Filter: { And: { Prefix: 'tavus/', ObjectSizeLessThan: 1_000_000 } } },
      noncurrent,
      markers,
      abort,
    ],
    'fail',
    'recordings never expire',
  ],
  [
    'of objects that are not empty',
    [{ ...expire, Filter: { ObjectSizeGreaterThan: 0 } }, noncurrent, markers, abort],
    'ok',
    FULL,
  ],
  [
    'of objects smaller than any recording could be large',
    [{ ...expire, Filter: { ObjectSizeLessThan: 5_000_000_000_000 } }, noncurrent, markers, abort],
    'ok',
    FULL,
  ],

  // The retention of old versions.
  [
    'that keeps newer versions',
    [
      expire,
      { ...noncurrent, NoncurrentVersionExpiration: { NoncurrentDays: 7, NewerNoncurrentVersions: 5 } },
      markers,
      abort,
    ],
    'fail',
    'recordings are never completely deleted: old versions are kept for ever',
  ],
  [
    'that keeps newer versions, beside a rule that does not',
    and({ NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 5 } }),
    'ok',
    FULL,
  ],
  [
    'that keeps no newer versions',
    [
      expire,
      { ...noncurrent, NoncurrentVersionExpiration: { NoncurrentDays: 7, NewerNoncurrentVersions: 0 } },
      markers,
      abort,
    ],
    'ok',
    FULL,
  ],

  // The time of the action.
  [
    'of two rules, of which the shorter counts',
    and({ Expiration: { Days: 30 } }),
    'ok',
    'the last byte is gone after 37 d',
  ],
  [
    'on one day',
    [{ ...expire, Expiration: { Date: new Date('2027-03-01T00:00:00Z') } }, noncurrent, markers, abort],
    'fail',
    'recordings expire on a fixed date, whatever their age; later ones expire at once; expire from 2027-03-01 on',
  ],
  [
    'on one day, beside days',
    and({ Expiration: { Date: new Date('2020-01-01T00:00:00Z') } }),
    'fail',
    'recordings expire on a fixed date',
  ],

  // Whether it can be played until then.
  [
    'that archives after a day',
    and({ Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] }),
    'fail',
    'recordings cannot be played after 1 d: they are in GLACIER and must be restored first',
  ],
  [
    'that archives deeply, by a rule of its own prefix',
    and({ Filter: { Prefix: 'tavus/' }, Transitions: [{ Days: 30, StorageClass: 'DEEP_ARCHIVE' }] }),
    'fail',
    'recordings cannot be played after 30 d: they are in DEEP_ARCHIVE',
  ],
  [
    'that archives large recordings',
    and({
      Filter: { ObjectSizeGreaterThan: 500_000_000 },
      Transitions: [{ Days: 1, StorageClass: 'GLACIER' }],
    }),
    'fail',
    'recordings from 500000001 bytes on cannot be played after 1 d',
  ],
  [
    'that archives by a date',
    and({ Transitions: [{ Date: new Date('2027-03-01T00:00:00Z'), StorageClass: 'GLACIER' }] }),
    'fail',
    'recordings cannot be played from 2027-03-01 on',
  ],
  [
    'that archives on the day on which it expires',
    and({ Transitions: [{ Days: 90, StorageClass: 'GLACIER' }] }),
    'ok',
    'the last byte is gone after 97 d',
  ],
  [
    'that archives other things',
    and({ Filter: { Prefix: 'logs/' }, Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] }),
    'ok',
    FULL,
  ],
  [
    'that moves to cheaper storage',
    and({
      Transitions: [
        { Days: 30, StorageClass: 'STANDARD_IA' },
        { Days: 60, StorageClass: 'GLACIER_IR' },
      ],
    }),
    'ok',
    'STANDARD_IA after 30 d; GLACIER_IR after 60 d',
  ],
  [
    'that archives old versions',
    and({ NoncurrentVersionTransitions: [{ NoncurrentDays: 1, StorageClass: 'GLACIER' }] }),
    'ok',
    'old versions GLACIER after 1 d, to be restored before they can be had back',
  ],
];

describe('a lifecycle', () => {
  test.each(RULES)('%s', (_, rules, status, found) => {
    const outcome = judge(rules);
    expect(outcome.found).toContain(found);
    expect(outcome.status).toBe(status);
    expect(outcome.fix === undefined).toBe(status === 'ok');
  });

  test('deletes at once in a bucket without versioning', () => {
    expect(judge([expire, abort], { versioning: undefined })).toMatchObject({
      status: 'ok',
      found:
        'the last byte is gone after 90 d; expire after 90 d; old versions 0 d more; delete markers removed; broken uploads 7 d',
    });
    expect(judge([expire, abort], { versioning: 'Suspended' }).status).toBe('fail');
  });
});

describe('the retention in cdk.json', () => {
  test.each<readonly [PromisedDays, CheckStatus, string]>([
    [{ retentionDays: 90, noncurrentDays: 7 }, 'ok', FULL],
    [
      { retentionDays: 30, noncurrentDays: 7 },
      'fail',
      `recordings expire after 90 d, not after the promised 30 d; ${FULL}`,
    ],
    [
      { retentionDays: 365, noncurrentDays: 7 },
      'fail',
      'recordings expire after 90 d, not after the promised 365 d',
    ],
    [
      { retentionDays: 90, noncurrentDays: 1 },
      'fail',
      'recordings are gone 7 d after that, not the promised 1 d',
    ],
    [{ retentionDays: undefined, noncurrentDays: 7 }, 'ok', FULL],
  ])('%j: %s', (promised, status, found) => {
    const outcome = judge(LIFECYCLE, { promised });
    expect(outcome.status).toBe(status);
    expect(outcome.found).toContain(found);
  });

  test('also applies to conversations with their own rule', () => {
    const promised = { retentionDays: 90, noncurrentDays: 7 };
    const rules = and({ Filter: { Prefix: 'tavus/c1' }, Expiration: { Days: 1 } });
    expect(judge(rules, { promised })).toMatchObject({
      status: 'fail',
      found: expect.stringContaining(
        'recordings below tavus/c1 expire after 1 d, not after the promised 90 d',
      ),
    });
  });
});

describe("S3's own tiers", () => {
  const tiered = and({ Transitions: [{ Days: 0, StorageClass: 'INTELLIGENT_TIERING' }] });
  const tier = (more: Partial<IntelligentTieringConfiguration> = {}): Tiers => ({
    kind: 'is',
    value: [
      {
        Id: 'x',
        Status: 'Enabled',
        Tierings: [
          { Days: 180, AccessTier: 'DEEP_ARCHIVE_ACCESS' },
          { Days: 10, AccessTier: 'ARCHIVE_ACCESS' },
        ],
        ...more,
      },
    ],
  });

  test.each<readonly [string, Tiers, CheckStatus, string]>([
    ['without archives', { kind: 'is', value: [] }, 'ok', 'INTELLIGENT_TIERING after 0 d'],
    [
      'with archives',
      tier(),
      'fail',
      'recordings cannot be played after 10 d without access: they are in the tier ARCHIVE_ACCESS',
    ],
    ['with disabled archives', tier({ Status: 'Disabled' }), 'ok', 'INTELLIGENT_TIERING'],
    ['with archives of other things', tier({ Filter: { Prefix: 'logs/' } }), 'ok', 'INTELLIGENT_TIERING'],
    [
      'with archives of tagged things',
      tier({ Filter: { Tag: { Key: 'a', Value: 'b' } } }),
      'ok',
      'INTELLIGENT_TIERING',
    ],
    [
      'with archives after the last day',
      tier({ Tierings: [{ Days: 90, AccessTier: 'ARCHIVE_ACCESS' }] }),
      'ok',
      'INTELLIGENT_TIERING',
    ],
    [
      'that cannot be read',
      { kind: 'denied', right: 's3:GetIntelligentTieringConfiguration' },
      'unknown',
      "whether S3's archive tiers are on: needs the right s3:GetIntelligentTieringConfiguration",
    ],
  ])('%s', (_, tiers, status, found) => {
    const outcome = judge(tiered, { tiers });
    expect(outcome.status).toBe(status);
    expect(outcome.found).toContain(found);
  });
});

describe('the fix', () => {
  const rulesOf = ({ fix = '' }: CheckOutcome): LifecycleRule[] => {
    const [, json = ''] = /Save as lifecycle\.json: (\{.*\}) Then run `aws s3api /.exec(fix) ?? [];
    const { Rules: rules }: { Rules: LifecycleRule[] } = JSON.parse(json);
    return rules;
  };

  test.each(RULES.filter(([, , status]) => status !== 'ok'))('of a lifecycle %s corrects it', (_, rules) => {
    const fixed = rulesOf(judge(rules));
    expect(judge(fixed).status).toBe('ok');
    const ids = fixed.flatMap(({ ID }) => ID ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    // S3 takes one of the two forms in a configuration.
    expect(fixed.every(({ Filter, Prefix }) => Filter !== undefined && Prefix === undefined)).toBe(true);
  });

  test('sets the promised days', () => {
    const promised = { retentionDays: 30, noncurrentDays: 1 };
    expect(judge(rulesOf(judge(LIFECYCLE, { promised })), { promised })).toMatchObject({
      status: 'ok',
      found: expect.stringContaining('the last byte is gone after 31 d'),
    });
  });

  test('keeps rules for other prefixes, expires nothing else, and names the rules that it replaces', () => {
    const logs = { ID: 'logs', Status: 'Enabled', Prefix: 'logs/', Expiration: { Days: 400 } } as const;
    const outcome = judge([logs, { ...expire, ID: 'all' }]);
    expect(outcome.fix).toMatch(/^This replaces the rules "all"\. Save as/);
    const fixed = rulesOf(outcome);
    expect(fixed[0]).toEqual({
      ID: 'logs',
      Status: 'Enabled',
      Filter: { Prefix: 'logs/' },
      Expiration: { Days: 400 },
    });
    expect(fixed.slice(1).map(({ Filter }) => Filter?.Prefix)).toEqual(Array(4).fill('tavus/'));
  });
});
