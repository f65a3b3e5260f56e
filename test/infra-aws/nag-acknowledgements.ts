import { EXISTING_BUCKET, PINNED, type Variant, VARIANT_NAMES } from './helpers';

/** A finding of cdk-nag that stays, and why. */
export interface Acknowledgement {
  /** `<pack>-<rule>[<finding>]` as cdk-nag names it. */
  readonly rule: string;
  /** Construct below the stack. */
  readonly construct: string;
  readonly variants: readonly Variant[];
  readonly reason: string;
}

const OWN: readonly Variant[] = ['s3', 'kms', 's3WithKey'];
const EXISTING: readonly Variant[] = ['existing', 'existingKms'];

const KEYS_ARE_THE_VENDORS =
  'The vendor chooses the keys, and may probe with one at the root. Five actions, none of which deletes.';
const ONE_REGION =
  'Recordings are held for a limited time and in one region by choice; a copy would have to be erased too.';

/**
 * All acknowledged findings. They stand beside the test and not in the app: cdk-nag runs here only, and an acknowledgement
 * in the app would go into every deployed assembly for a tool that never reads it there.
 */
export const ACKNOWLEDGED: readonly Acknowledgement[] = [
  {
    rule: `AwsSolutions-IAM5[Resource::<${PINNED.bucket}.Arn>/*]`,
    construct: 'TavusRole/Resource',
    variants: OWN,
    reason: KEYS_ARE_THE_VENDORS,
  },
  {
    rule: `AwsSolutions-IAM5[Resource::arn:aws:s3:::${EXISTING_BUCKET}/*]`,
    construct: 'TavusRole/Resource',
    variants: EXISTING,
    reason: KEYS_ARE_THE_VENDORS,
  },
  {
    rule: 'NIST.800.53.R5-IAMNoInlinePolicy',
    construct: 'TavusRole/Resource',
    variants: VARIANT_NAMES,
    reason:
      'The policy is for this role alone, and comes and goes with it: the role never exists without its rights.',
  },
  {
    rule: 'NIST.800.53.R5-S3BucketReplicationEnabled',
    construct: 'RecordingsBucket/Resource',
    variants: OWN,
    reason: ONE_REGION,
  },
  {
    rule: 'NIST.800.53.R5-S3BucketReplicationEnabled',
    construct: 'AccessLogBucket/Resource',
    variants: OWN,
    reason: ONE_REGION,
  },
  {
    rule: 'NIST.800.53.R5-S3DefaultEncryptionKMS',
    construct: 'AccessLogBucket/Resource',
    variants: OWN,
    reason: 'AWS supports only SSE-S3 as default encryption of a bucket that receives access logs.',
  },
  {
    rule: 'NIST.800.53.R5-S3DefaultEncryptionKMS',
    construct: 'RecordingsBucket/Resource',
    variants: ['s3', 's3WithKey'],
    reason:
      'SSE-S3 is the mode known to work for this vendor; `encryption: kms` is there for who wants a customer key.',
  },
];
