import {
  ListRecoveryPointsByResourceCommand,
  type BackupClient,
  type RecoveryPointByResource,
} from '@aws-sdk/client-backup';
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketReplicationCommand,
  ListBucketInventoryConfigurationsCommand,
} from '@aws-sdk/client-s3';
import { BACKUP_RIGHT } from '../../contract/recordings-rights';
import type { Remainder } from '../../app/ledger/facts';
import { ask, type AwsAnswer } from '../aws/answer';
import type { OwnBucket } from '../aws/stored-objects';
import { copyTargets } from '../doctor/bucket/judge-copies';
import { noncurrentDays, appliesTo } from '../doctor/bucket/lifecycle';

const DAY_MS = 86_400_000;

/** Reason for an unknown remainder. */
function unknown(answer: Exclude<AwsAnswer<unknown>, { kind: 'is' | 'missing' }>): string {
  return answer.kind === 'denied' ? `not allowed to look (${answer.right})` : answer.reason;
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const bucketOf = (arn = ''): string => arn.replace('arn:aws:s3:::', '');

/** Our bucket, and AWS Backup in its region. */
export interface BackedUpBucket extends OwnBucket {
  readonly backup: BackupClient;
}

/** Copies and traces that the deletion does not reach, each with its last day where S3 reveals it. */
export async function findRemains(own: BackedUpBucket, nowMs: number): Promise<readonly Remainder[]> {
  const { s3, bucket: Bucket, account: ExpectedBucketOwner } = own;
  const [replication, inventory, logs, backups] = await Promise.all([
    ask(
      's3:GetReplicationConfiguration',
      () => s3.send(new GetBucketReplicationCommand({ Bucket, ExpectedBucketOwner })),
      ['ReplicationConfigurationNotFoundError'],
    ),
    ask('s3:GetInventoryConfiguration', () =>
      s3.send(new ListBucketInventoryConfigurationsCommand({ Bucket, ExpectedBucketOwner })),
    ),
    accessLogs(own, nowMs),
    findBackups(own),
  ]);
  return [
    ...replicas(
      replication.kind === 'is'
        ? copyTargets(replication.value.ReplicationConfiguration?.Rules)
        : replication,
    ),
    ...inventories(
      inventory.kind === 'is'
        ? (inventory.value.InventoryConfigurationList ?? []).map(({ Destination }) =>
            bucketOf(Destination?.S3BucketDestination?.Bucket),
          )
        : inventory,
    ),
    ...logs,
    ...backups,
    {
      what: "the backend's log: ids and times, and a room's words where a recording failed",
      where: 'wherever it is kept',
      until: 'as its retention says',
    },
  ];
}

type Targets = readonly string[] | Exclude<AwsAnswer<never>, { kind: 'is' }>;

function listed(what: string, targets: Targets, until: string): readonly Remainder[] {
  if (!('kind' in targets)) return targets.map((where) => ({ what, where, until }));
  return targets.kind === 'missing' ? [] : [{ what, where: unknown(targets), until: 'unknown' }];
}

const replicas = (targets: Targets): readonly Remainder[] =>
  listed(
    'copies by replication',
    targets,
    'as the rules of that bucket say; S3 does not replicate the deletion of a version',
  );

const inventories = (targets: Targets): readonly Remainder[] =>
  listed('keys in inventory lists', targets, 'as the rules of that bucket say');

/** Access logs contain keys, and so conversation ids. */
async function accessLogs(
  { s3, bucket: Bucket, account: ExpectedBucketOwner }: OwnBucket,
  nowMs: number,
): Promise<readonly Remainder[]> {
  const what = 'keys in access logs';
  const logging = await ask('s3:GetBucketLogging', () =>
    s3.send(new GetBucketLoggingCommand({ Bucket, ExpectedBucketOwner })),
  );
  if (logging.kind === 'missing') return [];
  if (logging.kind !== 'is') return [{ what, where: unknown(logging), until: 'unknown' }];
  const { TargetBucket: target, TargetPrefix: prefix = '' } = logging.value.LoggingEnabled ?? {};
  if (target === undefined) return [];
  const where = `${target}/${prefix}`;
  const lifecycle = await ask(
    's3:GetLifecycleConfiguration',
    () => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: target, ExpectedBucketOwner })),
    ['NoSuchLifecycleConfiguration'],
  );
  if (lifecycle.kind === 'denied' || lifecycle.kind === 'unanswered') {
    return [{ what, where, until: unknown(lifecycle) }];
  }
  const rules = lifecycle.kind === 'is' ? (lifecycle.value.Rules ?? []) : [];
  const log = { key: `${prefix}log`, bytes: 1000 };
  const days = rules
    .filter((rule) => appliesTo(rule, log))
    .flatMap(({ Expiration }) => Expiration?.Days ?? []);
  if (days.length === 0) return [{ what, where, until: 'they never expire' }];
  const lastDays = Math.min(...days) + (noncurrentDays(rules, log, 0) ?? 0);
  // S3 delivers logs within hours and deletes at midnight UTC.
  return [{ what, where, until: day(nowMs + (lastDays + 2) * DAY_MS) }];
}

/**
 * Recovery points of the bucket, per vault. Even an old one may contain the recording: a continuous one is always extended, and
 * a job may run for days after the date of its point. AWS lists those of this region and account only, without a lifecycle.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RecoveryPointByResource.html (read 2026-11-29)
 */
async function findBackups({ backup, bucket }: BackedUpBucket): Promise<readonly Remainder[]> {
  const what = 'backups of AWS Backup';
  const points = await ask(
    BACKUP_RIGHT,
    () => listRecoveryPoints(backup, bucket),
    // Of a bucket that was never backed up.
    ['ResourceNotFoundException'],
  );
  if (points.kind === 'missing') return [];
  if (points.kind !== 'is') return [{ what, where: unknown(points), until: 'unknown' }];
  const counts = new Map<string, number>();
  for (const { BackupVaultName: vault = 'without a name' } of points.value) {
    counts.set(vault, (counts.get(vault) ?? 0) + 1);
  }
  return [...counts].map(([vault, count]) => ({
    what,
    where: `vault ${vault}; recovery points: ${count}; copies in other regions or accounts are not searched`,
    until: 'as their plan says',
  }));
}

async function listRecoveryPoints(
  backup: BackupClient,
  bucket: string,
): Promise<readonly RecoveryPointByResource[]> {
  const found: RecoveryPointByResource[] = [];
  let NextToken: string | undefined;
  do {
    const page = await backup.send(
      new ListRecoveryPointsByResourceCommand({ ResourceArn: `arn:aws:s3:::${bucket}`, NextToken }),
    );
    found.push(...(page.RecoveryPoints ?? []));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return found;
}
