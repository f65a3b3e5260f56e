import { bucketArn, TARGET } from '../template';
import { EXISTING_BUCKET } from '../helpers';
import type { Acknowledgement } from '../nag-acknowledgements';
import { OWN_BUCKET, CI_IDENTITY_VARIANT_NAMES, type CiIdentityVariant } from './helpers';

const { account, region } = TARGET;

const POLICIES_OF_CI = ['ExecutionPolicy', 'BootstrapBoundary'];
const ALL_POLICIES = ['RoleBoundary', ...POLICIES_OF_CI];

const onResource = (
  resource: string,
  constructs: readonly string[],
  reason: string,
  variants: readonly CiIdentityVariant[] = CI_IDENTITY_VARIANT_NAMES,
): Acknowledgement<CiIdentityVariant> => ({
  rule: `AwsSolutions-IAM5[Resource::${resource}]`,
  constructs,
  variants,
  reason,
});

const ONE_ROLE = 'The policy is only for this role, and is created and deleted with it.';
const KEYS_ARE_THE_VENDORS =
  'The vendor chooses the keys of the recordings. Five actions, none of which deletes.';

export const TRUST_ACKNOWLEDGED: readonly Acknowledgement<CiIdentityVariant>[] = [
  onResource(
    '*',
    POLICIES_OF_CI,
    'AWS supports no ARN for creating a key, for three reads of CloudFormation, and for one of the account.',
  ),
  onResource(
    '*',
    ['RoleBoundary'],
    'AWS supports no resource for listing the recovery points of a bucket. The eraser only lists them.',
    ['most'],
  ),
  onResource(
    `arn:aws:cloudformation:${region}:${account}:stack/TavusRecordings-*/*`,
    ['BootstrapBoundary'],
    'One stack per environment with a random id at the end: only the prefix is known.',
  ),
  onResource(
    `arn:aws:iam::${account}:role/TavusRecordings-*`,
    POLICIES_OF_CI,
    'CloudFormation generates the end of the name, so only the prefix is known; the boundary is required, too.',
  ),
  onResource(
    `arn:aws:kms:${region}:${account}:key/*`,
    ALL_POLICIES,
    'Keys have no names. They can be used only through S3; no write can grant access to a key or disable it.',
  ),
  onResource(
    `arn:aws:s3:::cdk-tavusrec-assets-${account}-${region}/*`,
    ['BootstrapBoundary'],
    'Only the bucket of this bootstrap; its files are named by their content.',
  ),
  onResource(
    'arn:aws:s3:::tavusrecordings-*',
    ALL_POLICIES,
    'CloudFormation generates the end of the name, so only the prefix is known.',
  ),
  onResource('arn:aws:s3:::tavusrecordings-*/*', ['RoleBoundary'], KEYS_ARE_THE_VENDORS),
  ...[EXISTING_BUCKET, OWN_BUCKET].map((name) =>
    onResource(`${bucketArn(name)}/*`, ['RoleBoundary'], KEYS_ARE_THE_VENDORS, ['most']),
  ),
  {
    rule: 'NIST.800.53.R5-IAMNoInlinePolicy',
    constructs: ['DeployRole'],
    variants: CI_IDENTITY_VARIANT_NAMES,
    reason: ONE_ROLE,
  },
  {
    rule: 'NIST.800.53.R5-IAMNoInlinePolicy',
    constructs: ['CheckRole'],
    variants: ['most'],
    reason: ONE_ROLE,
  },
];
