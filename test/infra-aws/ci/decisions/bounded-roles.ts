import { decisionsFor } from '../../decisions/all';
import {
  BUCKET_LEVEL,
  FORBIDDEN_ON_BUCKET,
  FORBIDDEN_ON_OBJECTS,
  OBJECT_LEVEL,
} from '../../decisions/bucket';
import { EVERYTHING, OTHER_ACCOUNT, RECORDING } from '../../decisions/callers';
import { deploy } from '../../deployed';
import { EXISTING_BUCKET, synthVariant, type Variant, VARIANT_NAMES, VARIANTS } from '../../helpers';
import type { Decision, SimulatedOutcome } from '../../simulate';
import { bucketArn, TARGET } from '../../template';
import type { DeployedCiIdentity } from '../deployed-ci-identity';
import { KEY_ELSEWHERE, OWN_BUCKET, type CiIdentityVariant } from '../helpers';
import { EXECUTION_ROLE, OUR_KEY, RECORDINGS, TAVUS_ROLE } from './escalations';
import type { Need } from './needs';
import { standingPolicy } from './standing-policies';

const { account, region } = TARGET;

interface Promised {
  readonly roles: readonly string[];
  readonly decisions: readonly Decision[];
}

const promised = new Map<Variant, Promised>();

/** The decisions about the stack's roles, computed once: all mutants share them. */
function promisedOf(variant: Variant): Promised {
  const known = promised.get(variant);
  if (known !== undefined) return known;
  const template = synthVariant(variant);
  const { roleArn, reader, eraser } = deploy(variant, template);
  const roles = [roleArn, ...[reader, eraser].flatMap((role) => role?.arn ?? [])];
  const decisions = decisionsFor(variant, template).filter(({ requests }) =>
    requests.some(({ principal = '' }) => roles.includes(principal)),
  );
  const made = { roles, decisions };
  promised.set(variant, made);
  return made;
}

/** The stack roles' decisions, repeated with the boundary, which must not remove any right. */
function promisesKept({ roleBoundary: boundary }: DeployedCiIdentity, variant: Variant): Decision[] {
  const { roles, decisions } = promisedOf(variant);
  return decisions.map(({ name, expected, requests }) => ({
    name: `${variant} within the boundary: ${name}`,
    expected,
    requests: requests.map((request) =>
      roles.includes(request.principal ?? '') ? { ...request, boundary } : request,
    ),
  }));
}

const THROUGH_S3 = { 'kms:ViaService': `s3.${region}.amazonaws.com` };

type Asked = readonly [SimulatedOutcome, string, string, Need['context']?];

const onBucket = (outcome: SimulatedOutcome, bucket: string): Asked[] => [
  ...BUCKET_LEVEL.map((action): Asked => [outcome, action, bucket]),
  ...OBJECT_LEVEL.map((action): Asked => [outcome, action, `${bucket}/${RECORDING}`]),
];

const KEY_USES = ['kms:Decrypt', 'kms:GenerateDataKey'];

const onKey = (outcome: SimulatedOutcome, key: string, context: Need['context']): Asked[] =>
  KEY_USES.map((action): Asked => [outcome, action, key, context]);

/** Actions that only an eraser needs. */
const ERASES_OBJECTS = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:GetObjectLegalHold',
  's3:GetObjectRetention',
];
const LOOKS_BEFORE_ERASING = [
  's3:GetBucketLogging',
  's3:GetBucketObjectLockConfiguration',
  's3:GetInventoryConfiguration',
  's3:GetLifecycleConfiguration',
  's3:GetReplicationConfiguration',
];

const erasing = (outcome: SimulatedOutcome, bucket: string): Asked[] => [
  ...LOOKS_BEFORE_ERASING.map((action): Asked => [outcome, action, bucket]),
  ...ERASES_OBJECTS.map((action): Asked => [outcome, action, `${bucket}/${RECORDING}`]),
];

const others = (actions: readonly string[], known: readonly string[]): string[] =>
  actions.filter((action) => !known.includes(action));

/** Rights of a role whose own policies allow everything. In the variant with all settings, dev has an eraser and prod none. */
function greedyRole(variant: CiIdentityVariant): Asked[] {
  const named = variant === 'most' ? 'allowed' : 'denied';
  return [
    ...onBucket('allowed', RECORDINGS),
    ...onBucket(named, bucketArn(EXISTING_BUCKET)),
    ...onBucket(named, bucketArn(OWN_BUCKET)),
    ...['somebody-elses', 'tavusrecordingsdev', `cdk-tavusrec-assets-${account}-${region}`].flatMap((name) =>
      onBucket('denied', bucketArn(name)),
    ),
    ...erasing(named, RECORDINGS),
    ...erasing(named, bucketArn(EXISTING_BUCKET)),
    ...erasing('denied', bucketArn(OWN_BUCKET)),
    ...erasing('denied', bucketArn('somebody-elses')),
    [named, 'backup:ListRecoveryPointsByResource', '*'],
    ['denied', 'backup:ListBackupVaults', '*'],
    ['denied', 'backup:DeleteRecoveryPoint', `arn:aws:backup:${region}:${account}:recovery-point:a`],
    ...others(FORBIDDEN_ON_BUCKET, LOOKS_BEFORE_ERASING).map((action): Asked => [
      'denied',
      action,
      RECORDINGS,
    ]),
    ...others(FORBIDDEN_ON_OBJECTS, ERASES_OBJECTS).map((action): Asked => [
      'denied',
      action,
      `${RECORDINGS}/${RECORDING}`,
    ]),
    ...onKey('allowed', OUR_KEY, THROUGH_S3),
    ...onKey(named, KEY_ELSEWHERE, THROUGH_S3),
    ...onKey('denied', OUR_KEY, {}),
    ...onKey('denied', OUR_KEY, { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' }),
    ...onKey('denied', OUR_KEY, { 'kms:ViaService': `S3.${region}.amazonaws.com` }),
    ...onKey('denied', OUR_KEY.replace(account, OTHER_ACCOUNT), THROUGH_S3),
    ...onKey('denied', OUR_KEY.replace(region, 'eu-west-1'), THROUGH_S3),
    ...[
      'kms:DeriveSharedSecret',
      'kms:GenerateDataKeyPair',
      'kms:PutKeyPolicy',
      'kms:ScheduleKeyDeletion',
    ].map((action): Asked => ['denied', action, OUR_KEY, THROUGH_S3]),
    ['denied', 'iam:CreateRole', TAVUS_ROLE],
    ['denied', 'iam:PutRolePolicy', TAVUS_ROLE],
    ['denied', 'iam:DeleteRolePermissionsBoundary', TAVUS_ROLE],
    ['denied', 'sts:AssumeRole', EXECUTION_ROLE],
    ['denied', 'cloudformation:UpdateStack', `arn:aws:cloudformation:${region}:${account}:stack/x/1`],
    ['denied', 'secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${region}:${account}:secret:x`],
  ];
}

/** The maximum rights of a role created by CI, and that the stack's roles keep all their rights. */
export function boundedRoleDecisions(deployed: DeployedCiIdentity, variant: CiIdentityVariant): Decision[] {
  const deployable = VARIANT_NAMES.filter(
    (name) => variant === 'most' || !('existingBucketName' in VARIANTS[name] || 'eraser' in VARIANTS[name]),
  );
  return [
    ...greedyRole(variant).map(([expected, action, resource, context = {}]) => ({
      name: `greedy role: ${action} on ${resource} ${JSON.stringify(context)}`,
      expected,
      requests: [
        {
          principal: TAVUS_ROLE,
          identity: [EVERYTHING],
          boundary: deployed.roleBoundary,
          action,
          resource,
          resourcePolicy: standingPolicy(action, resource),
          context,
        },
      ],
    })),
    ...deployable.flatMap((name) => promisesKept(deployed, name)),
  ];
}
