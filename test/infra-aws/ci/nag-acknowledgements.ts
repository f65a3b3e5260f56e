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

const ONE_ROLE = 'The policy is for this role alone, and comes and goes with it.';
const KEYS_ARE_THE_VENDORS =
  'The vendor chooses the keys of the recordings. Five actions, none of which deletes.';

export const TRUST_ACKNOWLEDGED: readonly Acknowledgement<CiIdentityVariant>[] = [
  onResource(
    '*',
    POLICIES_OF_CI,
    'AWS takes no ARN for making a key, nor for three reads of CloudFormation and one of the account.',
  ),
  onResource(
    `arn:aws:cloudformation:${region}:${account}:stack/TavusRecordings-*/*`,
    ['BootstrapBoundary'],
    'One stack an environment, and an id by chance at the end: the beginning is what is known of them.',
  ),
  onResource(
    `arn:aws:iam::${account}:role/TavusRecordings-*`,
    POLICIES_OF_CI,
    'CloudFormation makes up the end of the name, so that nobody can guess it; the boundary is demanded beside.',
  ),
  onResource(
    `arn:aws:kms:${region}:${account}:key/*`,
    ALL_POLICIES,
    'Keys have no names. Uses are through S3 only; of the writes none can open or lock a key.',
  ),
  onResource(
    `arn:aws:s3:::cdk-tavusrec-assets-${account}-${region}/*`,
    ['BootstrapBoundary'],
    'The bucket of this bootstrap alone; its files are named by their content.',
  ),
  onResource(
    'arn:aws:s3:::tavusrecordings-*',
    ALL_POLICIES,
    'CloudFormation makes up the end of the name, so that nobody can guess it.',
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
