import { EXISTING_BUCKET, PINNED, type Variant, VARIANT_NAMES } from './helpers';

/** A finding of cdk-nag that stays, and why. */
export interface Acknowledgement<AnyVariant extends string> {
  /** `<pack>-<rule>[<finding>]` as cdk-nag names it. */
  readonly rule: string;
  /** Constructs below the stack. */
  readonly constructs: readonly string[];
  readonly variants: readonly AnyVariant[];
  readonly reason: string;
}

const OWN: readonly Variant[] = ['s3', 'kms', 's3WithKey'];
const EXISTING: readonly Variant[] = ['existing', 'existingKms'];

const KEYS_ARE_THE_VENDORS =
  'The vendor chooses the keys, and may probe with one at the root. Five actions, none of which deletes.';

/**
 * All acknowledged findings. They stand beside the test and not in the app: cdk-nag runs here only, and an acknowledgement
 * in the app would go into every deployed assembly for a tool that never reads it there.
 */
export const ACKNOWLEDGED: readonly Acknowledgement<Variant>[] = [
  {
    rule: `AwsSolutions-IAM5[Resource::<${PINNED.bucket}.Arn>/*]`,
    constructs: ['TavusRole'],
    variants: OWN,
    reason: KEYS_ARE_THE_VENDORS,
  },
  {
    rule: `AwsSolutions-IAM5[Resource::arn:aws:s3:::${EXISTING_BUCKET}/*]`,
    constructs: ['TavusRole'],
    variants: EXISTING,
    reason: KEYS_ARE_THE_VENDORS,
  },
  {
    rule: 'NIST.800.53.R5-IAMNoInlinePolicy',
    constructs: ['TavusRole'],
    variants: VARIANT_NAMES,
    reason:
      'The policy is for this role alone, and comes and goes with it: the role never exists without its rights.',
  },
  {
    rule: 'NIST.800.53.R5-S3BucketReplicationEnabled',
    constructs: ['RecordingsBucket', 'AccessLogBucket'],
    variants: OWN,
    reason:
      'Recordings are held for a limited time and in one region by choice; a copy would have to be erased too.',
  },
  {
    rule: 'NIST.800.53.R5-S3DefaultEncryptionKMS',
    constructs: ['AccessLogBucket'],
    variants: OWN,
    reason: 'AWS supports only SSE-S3 as default encryption of a bucket that receives access logs.',
  },
  {
    rule: 'NIST.800.53.R5-S3DefaultEncryptionKMS',
    constructs: ['RecordingsBucket'],
    variants: ['s3', 's3WithKey'],
    reason:
      'SSE-S3 is the mode known to work for this vendor; `encryption: kms` is there for who wants a customer key.',
  },
];
