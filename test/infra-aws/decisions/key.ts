import type { DeployedPolicies } from '../deployed';
import type { Variant } from '../helpers';
import type { Decision, SimulatedOutcome, SimulatedRequest } from '../simulate';
import { TARGET } from '../template';
import {
  administratorOf,
  ANONYMOUS,
  HTTPS,
  OTHER_ACCOUNT,
  OUR_ADMINISTRATOR,
  RECORDING,
  VENDOR_ACCOUNT,
  vendorSession,
} from './callers';

export const KEY_ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateGrant',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:Encrypt',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:PutKeyPolicy',
  'kms:ReEncryptFrom',
  'kms:ScheduleKeyDeletion',
];

export const THROUGH_S3 = { 'kms:ViaService': `s3.${TARGET.region}.amazonaws.com` };

/** Who may use the key, and through which service; with a customer key the vendor needs two actions, only through S3. */
export function keyDecisions(deployed: DeployedPolicies, granted: boolean): Decision[] {
  const vendor = vendorSession(deployed);
  const ask = (name: string, expected: SimulatedOutcome, request: Partial<SimulatedRequest>): Decision => ({
    name: `key: ${name}`,
    expected,
    requests: [
      {
        ...vendor,
        action: 'kms:Decrypt',
        resource: deployed.keyArn,
        resourcePolicy: deployed.keyPolicy,
        context: THROUGH_S3,
        ...request,
      },
    ],
  });
  const otherKey = `arn:aws:kms:${TARGET.region}:${TARGET.account}:key/another`;
  return [
    ...['kms:Decrypt', 'kms:GenerateDataKey'].flatMap((action) => [
      ask(`the vendor through S3, ${action}`, granted ? 'allowed' : 'denied', { action }),
      ask(`the vendor directly, ${action}`, 'denied', { action, context: {} }),
      ask(`the vendor through another service, ${action}`, 'denied', {
        action,
        context: { 'kms:ViaService': `ec2.${TARGET.region}.amazonaws.com` },
      }),
      ask(`the vendor through S3 elsewhere, ${action}`, 'denied', {
        action,
        context: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' },
      }),
      ask(`the vendor through S3 in capitals, ${action}`, 'denied', {
        action,
        context: { 'kms:ViaService': `S3.${TARGET.region}.amazonaws.com` },
      }),
      ask(`the vendor, ${action} with another key`, 'denied', { action, resource: otherKey }),
      ask(`another account, ${action}`, 'denied', { ...administratorOf(OTHER_ACCOUNT), action }),
      ask(`the vendor's account without the role, ${action}`, 'denied', {
        ...administratorOf(VENDOR_ACCOUNT),
        action,
      }),
      ask(`an anonymous caller, ${action}`, 'denied', { ...ANONYMOUS, action }),
    ]),
    ...KEY_ADMINISTRATION.map((action) => ask(`the vendor through S3, ${action}`, 'denied', { action })),
    ...['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'].flatMap((action) => [
      ask(`our administrator, ${action}`, 'allowed', { ...OUR_ADMINISTRATOR, action, context: {} }),
      ask(`another account, ${action}`, 'denied', { ...administratorOf(OTHER_ACCOUNT), action, context: {} }),
    ]),
  ];
}

/** Access to a recording that was written with another setting. */
interface Switch {
  /** Reading recordings that were encrypted with the customer key. */
  readonly oldKmsRecording: SimulatedOutcome;
}

const SWITCHES: Readonly<Record<Variant, Switch>> = {
  s3: { oldKmsRecording: 'denied' },
  kms: { oldKmsRecording: 'allowed' },
  s3WithKey: { oldKmsRecording: 'allowed' },
  existing: { oldKmsRecording: 'denied' },
  existingKms: { oldKmsRecording: 'allowed' },
  s3WithRoles: { oldKmsRecording: 'denied' },
  kmsWithAll: { oldKmsRecording: 'allowed' },
  existingWithAll: { oldKmsRecording: 'allowed' },
};

/**
 * New recordings can be written with every setting, and old ones read: those with SSE-S3 always, those with the key while
 * its grant exists. So changing from s3 to s3WithKey to kms and back loses nothing.
 */
export function switchDecisions(deployed: DeployedPolicies, variant: Variant): Decision[] {
  const vendor = vendorSession(deployed);
  const s3 = (action: string): SimulatedRequest => ({
    ...vendor,
    action,
    resource: `${deployed.bucketArn}/${RECORDING}`,
    resourcePolicy: deployed.bucketPolicy,
    context: HTTPS,
  });
  const kms = (action: string): SimulatedRequest => ({
    ...vendor,
    action,
    resource: deployed.keyArn,
    resourcePolicy: deployed.keyPolicy,
    context: THROUGH_S3,
  });
  const begin = [s3('s3:PutObject'), ...(deployed.encryptsWithKey ? [kms('kms:GenerateDataKey')] : [])];
  const complete = [s3('s3:PutObject'), ...(deployed.encryptsWithKey ? [kms('kms:Decrypt')] : [])];
  const { oldKmsRecording } = SWITCHES[variant];
  return [
    { name: 'switch: beginning a new recording', expected: 'allowed', requests: begin },
    { name: 'switch: completing a new recording', expected: 'allowed', requests: complete },
    { name: 'switch: reading a recording of SSE-S3', expected: 'allowed', requests: [s3('s3:GetObject')] },
    ...['s3:GetObject', 's3:GetObjectVersion'].map((action) => ({
      name: `switch: ${action} of a recording of the key`,
      expected: oldKmsRecording,
      requests: [s3(action), kms('kms:Decrypt')],
    })),
  ];
}
