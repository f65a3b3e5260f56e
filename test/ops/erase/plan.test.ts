import type { RecoveryPointByResource } from '@aws-sdk/client-backup';
import type { Fact } from '../../../app/ledger/facts';
import { Ledger } from '../../../app/ledger/ledger';
import { memoryStore } from '../../../app/ledger/memory';
import { planErasure, type ErasurePlan } from '../../../ops/erase/plan';
import type { ConversationTarget } from '../../../ops/erase/target';
import { planMarkdown } from '../../../ops/erase/markdown';
import { after, created, expected, ID, shutdown } from '../../app/ledger/facts';
import {
  ACCESS_DENIED,
  ACCOUNT,
  awsError,
  BUCKET,
  fakeAws,
  LOG_BUCKET,
  REGION,
  type FakeAwsAnswers,
} from '../fake-aws';

const NOW = Date.UTC(2026, 5, 1, 12);
const KEY = `tavus/${ID}/${after(10)}`;

/** A bucket with one version, without an obstacle to an erasure. */
const OPEN: FakeAwsAnswers = {
  ListObjectVersionsCommand: ({ Bucket: bucket }) =>
    bucket === BUCKET
      ? { Versions: [{ Key: KEY, VersionId: 'v1', Size: 7, LastModified: new Date(0) }] }
      : {},
  ListMultipartUploadsCommand: {},
  DeleteObjectCommand: {},
  AbortMultipartUploadCommand: awsError('NoSuchUpload', 404),
  GetBucketReplicationCommand: awsError('ReplicationConfigurationNotFoundError', 404),
  ListBucketInventoryConfigurationsCommand: {},
  GetBucketLoggingCommand: {},
  GetObjectLockConfigurationCommand: awsError('ObjectLockConfigurationNotFoundError', 404),
  ListRecoveryPointsByResourceCommand: { RecoveryPoints: [] },
};

async function looked(
  answers: FakeAwsAnswers,
  facts: readonly Fact[] = [expected(), created(), shutdown(600)],
): Promise<ErasurePlan> {
  const { s3, backup } = fakeAws({ ...OPEN, ...answers });
  const own = { s3, bucket: BUCKET, account: ACCOUNT };
  const answered = { kind: 'answered', status: 200, retryAfter: undefined, body: {} } as const;
  const target: ConversationTarget = {
    id: ID,
    startId: 'a'.repeat(32),
    conversationId: ID,
    facts,
    ledger: new Ledger(memoryStore()),
    tavus: {
      close: async () => undefined,
      endConversation: async () => answered,
      getConversation: async () => answered,
      deleteConversation: async () => answered,
    },
    recordings: { ...own, backup, region: REGION },
    holds: { ...own, bucket: 'acme-holds' },
    prefix: `tavus/${ID}/`,
    by: { aws: 'arn' },
    now: () => NOW,
    mask: (text) => text,
    say: () => undefined,
  };
  return planErasure(target);
}

const remainder = (seen: ErasurePlan, what: string) => seen.remains.find((one) => one.what === what);

test('without an obstacle the plan has no problems', async () => {
  const seen = await looked({});
  expect([seen.problems, seen.isRunning]).toEqual([[], false]);
  expect(planMarkdown(ID, seen)).toContain('Nothing prevents it.');
});

describe('Object Lock', () => {
  const locked = {
    GetObjectLockConfigurationCommand: { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } },
  };
  const retention = (RetainUntilDate: Date): FakeAwsAnswers => ({
    ...locked,
    GetObjectRetentionCommand: { Retention: { Mode: 'COMPLIANCE', RetainUntilDate } },
    GetObjectLegalHoldCommand: awsError('NoSuchObjectLockConfiguration', 404),
  });

  test('refuses an erasure before its date, and names the date', async () => {
    const seen = await looked(retention(new Date(NOW + 86_400_000)));
    expect(seen.problems).toEqual([
      expect.stringContaining(
        `Object Lock: a version is locked, got ${KEY}, version v1, COMPLIANCE until 2026-06-02 12:00:00Z.`,
      ),
    ]);
  });

  test('allows it after its date', async () => {
    expect((await looked(retention(new Date(NOW - 1)))).problems).toEqual([]);
  });

  test('refuses it during a legal hold', async () => {
    const seen = await looked({
      ...locked,
      GetObjectRetentionCommand: awsError('NoSuchObjectLockConfiguration', 404),
      GetObjectLegalHoldCommand: { LegalHold: { Status: 'ON' } },
    });
    expect(seen.problems).toEqual([expect.stringContaining('under a legal hold')]);
  });
});

describe('the remaining copies', () => {
  test('include replication and inventory lists, by bucket', async () => {
    const seen = await looked({
      GetBucketReplicationCommand: {
        ReplicationConfiguration: {
          Rules: [{ Status: 'Enabled', Filter: {}, Destination: { Bucket: 'arn:aws:s3:::acme-copies' } }],
        },
      },
      ListBucketInventoryConfigurationsCommand: {
        InventoryConfigurationList: [
          { Destination: { S3BucketDestination: { Bucket: 'arn:aws:s3:::acme-lists' } } },
        ],
      },
    });
    expect(remainder(seen, 'copies by replication')).toMatchObject({ where: 'acme-copies' });
    expect(remainder(seen, 'keys in inventory lists')).toMatchObject({ where: 'acme-lists' });
  });

  test('are unknown without the right, which is named', async () => {
    const seen = await looked({
      GetBucketReplicationCommand: ACCESS_DENIED,
      ListBucketInventoryConfigurationsCommand: ACCESS_DENIED,
      GetBucketLoggingCommand: ACCESS_DENIED,
      ListRecoveryPointsByResourceCommand: awsError('AccessDeniedException', 403),
    });
    for (const [what, right] of [
      ['copies by replication', 's3:GetReplicationConfiguration'],
      ['keys in inventory lists', 's3:GetInventoryConfiguration'],
      ['keys in access logs', 's3:GetBucketLogging'],
      ['backups of AWS Backup', 'backup:ListRecoveryPointsByResource'],
    ] as const) {
      expect(remainder(seen, what)?.where).toBe(`not allowed to look (${right})`);
    }
    expect(seen.problems).toEqual([]);
  });

  const logging = {
    GetBucketLoggingCommand: { LoggingEnabled: { TargetBucket: LOG_BUCKET, TargetPrefix: 'recordings/' } },
  };
  test.each([
    [
      [
        { Status: 'Enabled', Filter: {}, Expiration: { Days: 30 } },
        { Status: 'Enabled', Filter: {}, NoncurrentVersionExpiration: { NoncurrentDays: 7 } },
        { Status: 'Enabled', Filter: { Prefix: 'others/' }, Expiration: { Days: 1 } },
      ],
      '2026-07-10',
    ],
    [[{ Status: 'Disabled', Filter: {}, Expiration: { Days: 30 } }], 'they never expire'],
  ])('include access logs with their last day: %j', async (Rules, until) => {
    const seen = await looked({ ...logging, GetBucketLifecycleConfigurationCommand: { Rules } });
    expect(remainder(seen, 'keys in access logs')).toEqual({
      what: 'keys in access logs',
      where: `${LOG_BUCKET}/recordings/`,
      until,
    });
  });
});

describe('backups of AWS Backup', () => {
  const what = 'backups of AWS Backup';
  const point = (name: string, given: RecoveryPointByResource = {}): RecoveryPointByResource => ({
    RecoveryPointArn: `arn:aws:backup:${REGION}:${ACCOUNT}:recovery-point:${name}`,
    BackupVaultName: 'Default',
    ...given,
  });
  const backups = async (answer: FakeAwsAnswers[string]): Promise<ErasurePlan['remains']> => {
    const { remains, problems } = await looked({ ListRecoveryPointsByResourceCommand: answer });
    expect(problems).toEqual([]);
    return remains.filter((one) => one.what === what);
  };
  const listed = (...RecoveryPoints: RecoveryPointByResource[]) => ({ RecoveryPoints });

  test('are counted per vault, over all pages of the list', async () => {
    const asked: unknown[] = [];
    const found = await backups((input) => {
      asked.push(input);
      return input['NextToken'] === undefined
        ? { ...listed(point('a'), point('b', { BackupVaultName: 'locked' })), NextToken: 'page 2' }
        : listed(point('c'));
    });
    const ResourceArn = `arn:aws:s3:::${BUCKET}`;
    expect(asked).toEqual([{ ResourceArn }, { ResourceArn, NextToken: 'page 2' }]);
    expect(found).toEqual([
      {
        what,
        where: 'vault Default; recovery points: 2; copies in other regions or accounts are not searched',
        until: 'as their plan says',
      },
      {
        what,
        where: 'vault locked; recovery points: 1; copies in other regions or accounts are not searched',
        until: 'as their plan says',
      },
    ]);
  });

  test('are not mentioned if there are none', async () => {
    expect(await backups(listed())).toEqual([]);
    expect(await backups(awsError('ResourceNotFoundException', 400))).toEqual([]);
  });

  test.each([
    ['AWS cannot be reached (ENOTFOUND)', Object.assign(new Error('no route'), { code: 'ENOTFOUND' })],
    ['AWS answered 500 (ServiceUnavailableException)', awsError('ServiceUnavailableException', 500)],
  ])('are unknown without an answer, which does not prevent the erasure: %s', async (where, error) => {
    expect(await backups(error)).toEqual([{ what, where, until: 'unknown' }]);
  });

  test('are unknown if only a part of the list was readable', async () => {
    const found = await backups((input) => {
      if (input['NextToken'] !== undefined) throw awsError('AccessDeniedException', 403);
      return { ...listed(point('a')), NextToken: 'page 2' };
    });
    expect(found).toEqual([
      { what, where: 'not allowed to look (backup:ListRecoveryPointsByResource)', until: 'unknown' },
    ]);
  });
});

test('the plan says that a possibly running call is ended first', async () => {
  const seen = await looked({}, [expected({ at: NOW - 60_000 }), created()]);
  expect(planMarkdown(ID, seen)).toContain('The call: may still be running, and is ended first');
});

test('all obstacles are reported at once', async () => {
  const held: Fact = { kind: 'held', at: after(700), id: '1', step: 'begun', ticket: 'COURT-4' };
  const seen = await looked(
    { ListObjectVersionsCommand: ACCESS_DENIED, DeleteObjectCommand: ACCESS_DENIED },
    [expected(), created(), shutdown(600), held],
  );
  expect(seen.problems.map((one) => one.split(',')[0])).toEqual([
    'hold: this conversation must not be erased',
    'bucket: s3:ListBucketVersions is not allowed',
    'bucket: s3:DeleteObjectVersion is not allowed',
  ]);
});
