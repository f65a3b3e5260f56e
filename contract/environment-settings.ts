import * as z from 'zod';
import { BUCKET_NAME_WORDS, isBucketName, isInOtherPartition, region } from './aws-values';
import { AWS_TAGS, awsTags } from './aws-tags';
import { BACKEND_RULES } from './backend-identity';
import { type SettingRule, schemaOf } from './setting-rules';

/** S3's limit in a lifecycle rule. */
const MOST_DAYS = 2_147_483_647;
const days = z.int().min(1).max(MOST_DAYS);
const DAYS = `a whole number of days from 1 to ${MOST_DAYS}`;
const bucket = z.string().refine(isBucketName);

/** The settings of one environment in the CDK context `environments`. */
export const SETTING_RULES = {
  /**
   * Days until a recording expires; S3 deletes its bytes `noncurrentDays` later. With `existingBucketName` the stack changes
   * no lifecycle rule: then both state what you promise, and the doctor compares the bucket with it.
   * @default 90
   */
  retentionDays: {
    schema: days.default(90),
    must: DAYS,
    why: 'Recordings would not be kept for the promised time.',
  },

  /** Days until S3 deletes an overwritten, expired or deleted version for good. @default 7 */
  noncurrentDays: {
    schema: days.default(7),
    must: DAYS,
    why: 'Expired recordings would stay readable for longer or shorter than promised.',
  },

  /**
   * Encryption of new recordings: `s3` (SSE-S3, known to work for this vendor) or `kms` (a customer key in the stack; the
   * vendor says nothing about KMS). Existing recordings keep their encryption.
   * @default 's3'
   */
  encryption: {
    schema: z.enum(['s3', 'kms']).default('s3'),
    must: '"s3" or "kms"',
    why: 'Recordings must not be stored with an unintended encryption.',
  },

  /**
   * Creates the customer key and allows the role to use it, also while `encryption` is `s3`. Two changes need it:
   * - to `kms`: deploy this first and `encryption` afterwards. In one deployment the bucket would use the key before the
   *   role may, and uploads in between would be lost.
   * - back to `s3`: keep it until the last recording encrypted with the key is gone, or the vendor could not read it.
   *   Without it the key leaves the stack (AWS keeps it), and setting it again creates another key.
   * @default false
   */
  withKmsKey: {
    schema: z.boolean().default(false),
    must: 'true or false',
    why: 'Recordings could become unreadable.',
  },

  /**
   * Name of the new bucket. No dots: TLS certificates do not match host names with them.
   * @default - CloudFormation generates a name that cannot be guessed
   */
  bucketName: {
    schema: bucket.refine((name) => !name.includes('.')).optional(),
    must: 'a bucket name (3 to 63 lower-case letters, digits and hyphens, no dots)',
    why: 'S3 would refuse the bucket in the middle of the deployment.',
  },

  /**
   * An existing bucket in the stack's account. The stack then creates only the role and does not change the bucket's
   * encryption, lifecycle or policy.
   * @default - the stack creates a bucket
   */
  existingBucketName: {
    schema: bucket.optional(),
    must: `a bucket name (${BUCKET_NAME_WORDS})`,
    why: 'It is not known whether Tavus can write to a bucket with an older name.',
  },

  /** Region of the existing bucket, if it differs from the stack's. @default - the stack's region */
  existingBucketRegion: {
    schema: region.refine((code) => !isInOtherPartition(code)).optional(),
    must: 'the code of a region in the partition aws, such as us-west-2',
    why: "With a region other than the bucket's, Tavus fails silently.",
  },

  /** Customer key (not an alias) of the existing bucket's encryption. @default - SSE-S3, so no grant is needed */
  existingKmsKeyArn: {
    schema: z
      .string()
      .regex(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/)
      .optional(),
    must: 'the ARN of a KMS key (arn:aws:kms:<region>:<account>:key/<id>; an alias grants nothing)',
    why: 'AWS would deny every upload, and the vendor would not report it.',
  },

  /**
   * The Azure identity of the environment's backend. The stack then creates a role with which the backend reads the
   * recordings. `infra-aws/identity.ts` creates the identity provider that the role trusts.
   * @default - no such role: the backend knows only what Tavus announces
   */
  backend: {
    schema: schemaOf(BACKEND_RULES).optional(),
    must: 'an object with tenantId, principalId and audience',
    why: 'The role would trust the wrong identity, or none.',
    fields: BACKEND_RULES,
  },

  /**
   * Creates a second bucket for copies of recordings that must be kept beyond their expiry (`recordings hold`). Nothing in
   * it expires.
   * @default false
   */
  holds: {
    schema: z.boolean().default(false),
    must: 'true or false',
    why: 'A recording that must be kept would expire.',
  },

  /**
   * IAM role or user of the account that may assume the role for `recordings erase`, `hold` and `release`. For a person
   * who signs in with IAM Identity Center it is the role whose name begins with `AWSReservedSSO_`.
   * @default - no such role: only an administrator can erase
   */
  eraser: {
    schema: z
      .string()
      .regex(/^arn:aws:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]{1,512}$/)
      .optional(),
    must: 'the ARN of an IAM role or user (arn:aws:iam::<account>:role/<name>)',
    why: 'The wrong person could erase recordings, or the right one could not.',
  },

  /**
   * Name or ARN of the managed policy (of this account or of AWS) that every role of the stack gets as permissions boundary.
   * A deployment by CI needs the policy that `infra-aws/ci.ts` creates; otherwise AWS refuses the role.
   * @default - none
   */
  permissionsBoundary: {
    schema: z
      .string()
      .regex(/^(?:arn:aws:iam::(?:\d{12}|aws):policy\/(?:[\w+=,.@-]+\/)*)?[\w+=,.@-]{1,128}$/)
      .optional(),
    must: 'the name or ARN of a managed policy (arn:aws:iam::<account>:policy/<name>)',
    why: 'IAM would refuse the role in the middle of the deployment.',
  },

  /** Whether the stack refuses to be deleted. @default true */
  terminationProtection: {
    schema: z.boolean().default(true),
    must: 'true or false',
    why: 'The stack could be deleted by accident.',
  },

  /** Tags of the stack; CloudFormation puts them on every resource. At most 50. @default - none */
  tags: {
    schema: awsTags.default({}),
    must: AWS_TAGS,
    why: 'AWS would refuse the role or the bucket in the middle of the deployment.',
  },
} as const satisfies Readonly<Record<string, SettingRule>>;

export const environmentSettings = schemaOf(SETTING_RULES);

/** Checked settings of one environment, defaults filled in. */
export type EnvironmentSettings = Readonly<z.output<typeof environmentSettings>>;

export type EnvironmentSettingName = keyof typeof SETTING_RULES;
