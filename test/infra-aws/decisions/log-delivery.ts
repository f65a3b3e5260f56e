import type { Deployed } from '../deployed';
import type { Decision, Outcome, Request } from '../simulate';
import { bucketArn, TARGET } from '../template';
import { administratorOf, ANONYMOUS, HTTPS, OTHER_ACCOUNT } from './callers';

/** Only S3's log delivery may write logs, only about our bucket, and nobody else gets at them. */
export function logDeliveryDecisions(deployed: Deployed): Decision[] {
  const logs = deployed.logBucketArn;
  const service = { principal: 'logging.s3.amazonaws.com', identity: [] };
  const ours = { ...HTTPS, 'aws:SourceArn': deployed.bucketArn, 'aws:SourceAccount': TARGET.account };
  const ask = (name: string, expected: Outcome, request: Partial<Request>): Decision => ({
    name: `logs: ${name}`,
    expected,
    requests: [
      {
        ...service,
        action: 's3:PutObject',
        resource: `${logs}/recordings/2026-11-22`,
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
    ask('delivery for nobody', 'denied', { context: { ...HTTPS, 'aws:SourceArn': deployed.bucketArn } }),
    ask('delivery elsewhere', 'denied', { resource: `${logs}/elsewhere/2026-11-22` }),
    ask('delivery over http', 'denied', { context: { ...ours, 'aws:SecureTransport': 'false' } }),
    ask('reading by the delivery', 'denied', { action: 's3:GetObject' }),
    ask('deletion by the delivery', 'denied', { action: 's3:DeleteObject' }),
    ask('an ACL by the delivery', 'denied', { action: 's3:PutObjectAcl' }),
    ask('another service', 'denied', { principal: 'cloudtrail.amazonaws.com' }),
    ask('nobody', 'denied', ANONYMOUS),
    ask('another account', 'denied', { ...administratorOf(OTHER_ACCOUNT), context: HTTPS }),
  ];
}
