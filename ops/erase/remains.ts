import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketReplicationCommand,
  ListBucketInventoryConfigurationsCommand,
} from '@aws-sdk/client-s3';
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

/** Copies and traces that the deletion does not reach, each with its last day where S3 reveals it. */
export async function findRemains(own: OwnBucket, nowMs: number): Promise<readonly Remainder[]> {
  const { s3, bucket: Bucket, account: ExpectedBucketOwner } = own;
  const [replication, inventory, logs] = await Promise.all([
    ask(
      's3:GetReplicationConfiguration',
      () => s3.send(new GetBucketReplicationCommand({ Bucket, ExpectedBucketOwner })),
      ['ReplicationConfigurationNotFoundError'],
    ),
    ask('s3:GetInventoryConfiguration', () =>
      s3.send(new ListBucketInventoryConfigurationsCommand({ Bucket, ExpectedBucketOwner })),
    ),
    accessLogs(own, nowMs),
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
    {
      what: 'backups of AWS Backup',
      where: `not searched:  \`aws backup list-recovery-points-by-resource --resource-arn arn:aws:s3:::${Bucket}\``,
      until: 'as their plan says',
    },
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
