import type { DeployedPolicies } from '../deployed';
import type { Decision, SimulatedOutcome, SimulatedRequest } from '../simulate';
import { bucketArn, TARGET } from '../template';
import { administratorOf, ANONYMOUS, HTTPS, OTHER_ACCOUNT } from './callers';

/** A bucket with access logs, and their prefix. */
interface Logged {
  readonly bucketArn: string;
  readonly prefix: 'recordings' | 'holds';
}

/** Only S3's log delivery may write logs, only about our buckets, and no one else can access them. */
export function logDeliveryDecisions(deployed: DeployedPolicies): Decision[] {
  const recordings = { bucketArn: deployed.bucketArn, prefix: 'recordings' } as const;
  if (deployed.holdsBucketPolicy === undefined) return decisionsAbout(deployed, recordings);
  const holds = { bucketArn: deployed.holdsBucketArn, prefix: 'holds' } as const;
  return [...decisionsAbout(deployed, recordings), ...decisionsAbout(deployed, holds)];
}

function decisionsAbout(deployed: DeployedPolicies, { bucketArn: bucket, prefix }: Logged): Decision[] {
  const logs = deployed.logBucketArn;
  const service = { principal: 'logging.s3.amazonaws.com', identity: [] };
  const ours = { ...HTTPS, 'aws:SourceArn': bucket, 'aws:SourceAccount': TARGET.account };
  const ask = (name: string, expected: SimulatedOutcome, request: Partial<SimulatedRequest>): Decision => ({
    name: `logs of ${prefix}: ${name}`,
    expected,
    requests: [
      {
        ...service,
        action: 's3:PutObject',
        resource: `${logs}/${prefix}/2026-11-22`,
        resourcePolicy: deployed.logBucketPolicy,
        context: ours,
        ...request,
      },
    ],
  });
  return [
    ask('delivery about our bucket', 'allowed', {}),
    ask('delivery about another bucket', 'denied', {
      context: { ...ours, 'aws:SourceArn': bucketArn('somebody-elses') },
    }),
    ask('delivery for another account', 'denied', {
      context: { ...ours, 'aws:SourceAccount': OTHER_ACCOUNT },
    }),
    ask('delivery about nothing', 'denied', { context: { ...HTTPS, 'aws:SourceAccount': TARGET.account } }),
    ask('delivery without a source account', 'denied', { context: { ...HTTPS, 'aws:SourceArn': bucket } }),
    ask("delivery among the other bucket's", 'denied', {
      resource: `${logs}/${prefix === 'holds' ? 'recordings' : 'holds'}/2026-11-22`,
    }),
    ask('delivery elsewhere', 'denied', { resource: `${logs}/elsewhere/2026-11-22` }),
    ask('delivery over http', 'denied', { context: { ...ours, 'aws:SecureTransport': 'false' } }),
    ask('reading by the delivery', 'denied', { action: 's3:GetObject' }),
    ask('deletion by the delivery', 'denied', { action: 's3:DeleteObject' }),
    ask('an ACL by the delivery', 'denied', { action: 's3:PutObjectAcl' }),
    ask('another service', 'denied', { principal: 'cloudtrail.amazonaws.com' }),
    ask('an anonymous caller', 'denied', ANONYMOUS),
    ask('another account', 'denied', { ...administratorOf(OTHER_ACCOUNT), context: HTTPS }),
  ];
}
