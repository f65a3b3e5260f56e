import type { DeployedPolicies } from '../deployed';
import type { DeployedRole } from '../deployed-role';
import { ERASER } from '../helpers';
import type { Decision, SimulatedOutcome, SimulatedRequest } from '../simulate';
import { TARGET } from '../template';
import {
  administratorOf,
  ANONYMOUS,
  EVERYTHING,
  OTHER_ACCOUNT,
  RECORDING,
  VENDOR_ACCOUNT,
  vendorSession,
} from './callers';
import { type Allowed, bucketDecisionsOf, ELSEWHERE, keyDecisionsOf, LIST, NOTHING, sessionOf } from './role';

/** Who may assume the eraser role: only the named principal. */
function ciIdentityDecisions(deployed: DeployedPolicies, eraser: DeployedRole): Decision[] {
  const assume = (
    name: string,
    expected: SimulatedOutcome,
    caller: Pick<SimulatedRequest, 'principal' | 'identity'>,
    request: Partial<SimulatedRequest> = {},
  ): Decision => ({
    name: `eraser's trust: ${name}`,
    expected,
    requests: [
      {
        ...caller,
        action: 'sts:AssumeRole',
        resource: eraser.arn,
        resourcePolicy: eraser.trust,
        context: {},
        ...request,
      },
    ],
  });
  const named = { principal: ERASER, identity: [] };
  return [
    assume('the named role', 'allowed', named),
    assume('a role whose name begins like it', 'denied', { principal: `${ERASER}0`, identity: [EVERYTHING] }),
    ...[TARGET.account, OTHER_ACCOUNT, VENDOR_ACCOUNT].map((account) =>
      assume(`an administrator of ${account}`, 'denied', administratorOf(account)),
    ),
    assume('the vendor', 'denied', vendorSession(deployed)),
    ...(deployed.reader === undefined
      ? []
      : [
          assume('the backend', 'denied', {
            principal: deployed.reader.arn,
            identity: deployed.reader.policies,
          }),
        ]),
    assume('an anonymous caller', 'denied', ANONYMOUS),
    ...['sts:TagSession', 'sts:SetSourceIdentity', 'sts:AssumeRoleWithWebIdentity'].map((action) =>
      assume(`the named role by ${action}`, 'denied', named, { action }),
    ),
  ];
}

/** Restated from `recordings erase`; it reads only with holds. */
const ERASES: Allowed = {
  bucket: [
    ...LIST,
    's3:GetBucketLogging',
    's3:GetBucketObjectLockConfiguration',
    's3:GetInventoryConfiguration',
    's3:GetReplicationConfiguration',
  ],
  objects: [
    's3:AbortMultipartUpload',
    's3:DeleteObject',
    's3:DeleteObjectVersion',
    's3:GetObjectLegalHold',
    's3:GetObjectRetention',
  ],
};
const READ = ['s3:GetObject', 's3:GetObjectVersion'];
const HOLDS: Allowed = {
  bucket: LIST,
  objects: [...READ, 's3:AbortMultipartUpload', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObject'],
};

/** It may list recovery points, and neither read nor delete them. Restated from the service authorization reference. */
function backupDecisions(eraser: DeployedRole): Decision[] {
  const point = `arn:aws:backup:${TARGET.region}:${TARGET.account}:recovery-point:a`;
  const asked: readonly (readonly [SimulatedOutcome, string, string])[] = [
    ['allowed', 'backup:ListRecoveryPointsByResource', '*'],
    ['denied', 'backup:ListBackupVaults', '*'],
    ['denied', 'backup:ListProtectedResources', '*'],
    ...[
      'DeleteRecoveryPoint',
      'DescribeRecoveryPoint',
      'StartRestoreJob',
      'UpdateRecoveryPointLifecycle',
    ].map((action) => ['denied', `backup:${action}`, point] as const),
  ];
  return asked.map(([expected, action, resource]) => ({
    name: `eraser: ${action} on ${resource}`,
    expected,
    requests: [{ ...sessionOf(eraser), action, resource, resourcePolicy: undefined, context: {} }],
  }));
}

/** The eraser may delete recordings and, with holds, copy them; it may not bypass a lock or change a bucket. */
export function eraserDecisions(
  deployed: DeployedPolicies,
  eraser: DeployedRole,
  hasKey: boolean,
): Decision[] {
  const { bucketArn, bucketPolicy, holdsBucketArn, holdsBucketPolicy, logBucketArn, logBucketPolicy } =
    deployed;
  const holds = holdsBucketPolicy !== undefined;
  const of = bucketDecisionsOf.bind(undefined, 'eraser', eraser);
  const recordings = { name: 'recordings', arn: bucketArn, key: RECORDING, policy: bucketPolicy };
  const erases = holds ? { ...ERASES, objects: [...ERASES.objects, ...READ] } : ERASES;
  return [
    ...ciIdentityDecisions(deployed, eraser),
    ...of(recordings, erases),
    // An existing bucket may have other objects, which this project must not delete.
    ...of(
      { ...recordings, name: 'recordings, outside of tavus/', key: 'reports/2026.pdf' },
      {
        ...NOTHING,
        bucket: erases.bucket,
      },
    ).filter(({ requests }) => requests.some(({ resource }) => resource !== bucketArn)),
    ...of(
      { name: 'holds', arn: holdsBucketArn, key: 'c1/1763900000000/v1', policy: holdsBucketPolicy },
      holds ? HOLDS : NOTHING,
    ),
    ...of(
      { name: 'logs', arn: logBucketArn, key: 'recordings/x', policy: logBucketPolicy },
      logBucketPolicy === undefined ? NOTHING : { ...NOTHING, bucket: ['s3:GetLifecycleConfiguration'] },
    ),
    ...of(ELSEWHERE, NOTHING),
    ...backupDecisions(eraser),
    ...keyDecisionsOf(
      'eraser',
      eraser,
      deployed,
      holds && hasKey ? ['kms:Decrypt', 'kms:GenerateDataKey'] : [],
    ),
  ];
}
