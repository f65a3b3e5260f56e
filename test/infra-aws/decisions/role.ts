import type { DeployedPolicies } from '../deployed';
import type { DeployedRole } from '../deployed-role';
import type { Decision, SimulatedOutcome, SimulatedRequest } from '../simulate';
import { bucketArn, TARGET } from '../template';
import { FORBIDDEN_ON_BUCKET, FORBIDDEN_ON_OBJECTS } from './bucket';
import { HTTPS } from './callers';
import { KEY_ADMINISTRATION, THROUGH_S3 } from './key';

/** Restated, not imported from the contract. */
export const LIST = ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions'];

/** Actions allowed to a role on one bucket; all others tested here are denied. */
export interface Allowed {
  readonly bucket: readonly string[];
  readonly objects: readonly string[];
}

/** A bucket, and a key in it. */
export interface AskedObject {
  readonly name: string;
  readonly arn: string;
  readonly key: string;
  readonly policy: SimulatedRequest['resourcePolicy'];
}

/** All actions allowed to any of our roles, and actions that must never be. */
const ON_BUCKET = [
  ...LIST,
  ...FORBIDDEN_ON_BUCKET,
  's3:GetBucketObjectLockConfiguration',
  's3:GetInventoryConfiguration',
  's3:GetReplicationConfiguration',
];
const ON_OBJECTS = [
  ...FORBIDDEN_ON_OBJECTS,
  's3:AbortMultipartUpload',
  's3:GetObject',
  's3:GetObjectLegalHold',
  's3:GetObjectRetention',
  's3:GetObjectVersion',
  's3:ListMultipartUploadParts',
  's3:PutObject',
];

/** A role session's rights on a bucket, by action. */
export function bucketDecisionsOf(
  who: string,
  role: DeployedRole,
  { name, arn, key, policy }: AskedObject,
  allowed: Allowed,
): Decision[] {
  const ask = (action: string, resource: string, expected: SimulatedOutcome): Decision => ({
    name: `${who}: ${action} in ${name}`,
    expected,
    requests: [{ ...sessionOf(role), action, resource, resourcePolicy: policy, context: HTTPS }],
  });
  const outcome = (action: string, actions: readonly string[]): SimulatedOutcome =>
    actions.includes(action) ? 'allowed' : 'denied';
  return [
    ...ON_BUCKET.map((action) => ask(action, arn, outcome(action, allowed.bucket))),
    ...ON_OBJECTS.map((action) => ask(action, `${arn}/${key}`, outcome(action, allowed.objects))),
  ];
}

export const sessionOf = (role: DeployedRole): Pick<SimulatedRequest, 'principal' | 'identity'> => ({
  principal: role.arn,
  identity: role.policies,
});

export const NOTHING: Allowed = { bucket: [], objects: [] };

export const ELSEWHERE: AskedObject = {
  name: 'another bucket',
  arn: bucketArn('somebody-elses'),
  key: 'tavus/c123456789/1763900000000',
  policy: undefined,
};

/** A role session's rights on the customer key: only through S3, and none on another key. */
export function keyDecisionsOf(
  who: string,
  role: DeployedRole,
  { keyArn, keyPolicy }: DeployedPolicies,
  allowed: readonly string[],
): Decision[] {
  const uses = ['kms:Decrypt', 'kms:GenerateDataKey'];
  const ask = (
    how: string,
    action: string,
    request: Partial<SimulatedRequest>,
    isRight = false,
  ): Decision => ({
    name: `${who}: ${action} ${how}`,
    expected: isRight && allowed.includes(action) ? 'allowed' : 'denied',
    requests: [
      {
        ...sessionOf(role),
        action,
        resource: keyArn,
        resourcePolicy: keyPolicy,
        context: THROUGH_S3,
        ...request,
      },
    ],
  });
  return [
    ...uses.flatMap((action) => [
      ask('through S3', action, {}, true),
      ask('directly', action, { context: {} }),
      ask('through another service', action, {
        context: { 'kms:ViaService': `ec2.${TARGET.region}.amazonaws.com` },
      }),
      ask('through S3 in capitals', action, {
        context: { 'kms:ViaService': `S3.${TARGET.region}.amazonaws.com` },
      }),
      ask('through S3 elsewhere', action, { context: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } }),
      ask('with another key', action, {
        resource: `arn:aws:kms:${TARGET.region}:${TARGET.account}:key/another`,
      }),
    ]),
    ...KEY_ADMINISTRATION.map((action) => ask('through S3', action, {})),
  ];
}
