import { EXISTING_BUCKET, PINNED, type Variant, VARIANT_NAMES } from './helpers';

/** An acknowledged finding of cdk-nag, with the reason. */
export interface Acknowledgement<AnyVariant extends string> {
  /** `<pack>-<rule>[<finding>]` as cdk-nag names it. */
  readonly rule: string;
  /** Constructs below the stack. */
  readonly constructs: readonly string[];
  readonly variants: readonly AnyVariant[];
  readonly reason: string;
}

const OWN: readonly Variant[] = ['s3', 'kms', 's3WithKey', 's3WithRoles', 'kmsWithAll'];
const EXISTING: readonly Variant[] = ['existing', 'existingKms', 'existingWithAll'];
const WITH_ROLES: readonly Variant[] = ['s3WithRoles', 'kmsWithAll', 'existingWithAll'];
const WITH_HOLDS: readonly Variant[] = ['kmsWithAll', 'existingWithAll'];

const among = (variants: readonly Variant[], others: readonly Variant[]): readonly Variant[] =>
  variants.filter((variant) => others.includes(variant));

const KEYS_ARE_THE_VENDORS =
  'The vendor chooses the keys, and may probe with one at the root. Five actions, none of which deletes.';
const READS_ONLY =
  'The vendor chooses the keys, and the backend looks for foreign ones too. It may only read.';
const BELOW_TAVUS =
  'Whose recording must be erased is not known beforehand; nothing outside of tavus/ can be.';
const ALL_COPIES = 'The bucket holds nothing but copies of recordings.';

/**
 * All acknowledged findings. They are here and not in the app: cdk-nag runs only here, and an acknowledgement
 * in the app would be in every deployed assembly without use.
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
  ...[
    { bucket: `<${PINNED.bucket}.Arn>`, variants: among(WITH_ROLES, OWN) },
    { bucket: `arn:aws:s3:::${EXISTING_BUCKET}`, variants: among(WITH_ROLES, EXISTING) },
  ].flatMap(({ bucket, variants }) => [
    {
      rule: `AwsSolutions-IAM5[Resource::${bucket}/*]`,
      constructs: ['ReaderRole'],
      variants,
      reason: READS_ONLY,
    },
    {
      rule: `AwsSolutions-IAM5[Resource::${bucket}/tavus/*]`,
      constructs: ['EraserRole'],
      variants,
      reason: BELOW_TAVUS,
    },
  ]),
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    constructs: ['EraserRole'],
    variants: WITH_ROLES,
    reason: 'AWS supports no resource for listing the recovery points of a bucket. It only lists.',
  },
  {
    rule: `AwsSolutions-IAM5[Resource::<${PINNED.holdsBucket}.Arn>/*]`,
    constructs: ['EraserRole', 'ReaderRole'],
    variants: WITH_HOLDS,
    reason: ALL_COPIES,
  },
  ...(['AwsSolutions-S1', 'NIST.800.53.R5-S3BucketLoggingEnabled'] as const).map((rule) => ({
    rule,
    constructs: ['HoldsBucket'],
    variants: among(WITH_HOLDS, EXISTING),
    reason:
      'Beside an existing bucket the stack has no bucket for access logs; who adopts one logs it elsewhere.',
  })),
  ...[
    { constructs: ['TavusRole'], variants: VARIANT_NAMES },
    { constructs: ['ReaderRole', 'EraserRole'], variants: WITH_ROLES },
  ].map((found) => ({
    rule: 'NIST.800.53.R5-IAMNoInlinePolicy',
    ...found,
    reason:
      'The policy is for this role alone, and comes and goes with it: the role never exists without its rights.',
  })),
  ...[
    { constructs: ['RecordingsBucket', 'AccessLogBucket'], variants: OWN },
    { constructs: ['HoldsBucket'], variants: WITH_HOLDS },
  ].map((found) => ({
    rule: 'NIST.800.53.R5-S3BucketReplicationEnabled',
    ...found,
    reason:
      'Recordings are held for a limited time and in one region by choice; a copy would have to be erased too.',
  })),
  {
    rule: 'NIST.800.53.R5-S3DefaultEncryptionKMS',
    constructs: ['AccessLogBucket'],
    variants: OWN,
    reason: 'AWS supports only SSE-S3 as default encryption of a bucket that receives access logs.',
  },
  {
    rule: 'NIST.800.53.R5-S3DefaultEncryptionKMS',
    constructs: ['RecordingsBucket'],
    variants: ['s3', 's3WithKey', 's3WithRoles'],
    reason:
      'SSE-S3 is the mode known to work for this vendor; `encryption: kms` is there for who wants a customer key.',
  },
];
