import * as z from 'zod';
import { BUCKET_NAME_WORDS, isBucketName, isInOtherPartition, region } from './aws-values';
import { AWS_TAGS, awsTags } from './aws-tags';
import { BACKEND_RULES } from './backend-identity';
import { type SettingRule, schemaOf } from './setting-rules';

/** The most days that S3 takes in a lifecycle rule. */
const MOST_DAYS = 2_147_483_647;
const days = z.int().min(1).max(MOST_DAYS);
const DAYS = `a whole number of days from 1 to ${MOST_DAYS}`;
const bucket = z.string().refine(isBucketName);

/** The settings of one environment as they stand in the context `environments`, a row each. */
export const SETTING_RULES = {
  /**
   * Days until a recording expires; its bytes go `noncurrentDays` later. Beside `existingBucketName` both are what you
   * promise: the stack sets nothing, and the doctor compares.
   * @default 90
   */
  retentionDays: {
    schema: days.default(90),
    must: DAYS,
    why: 'Recordings would be kept for another time than was promised.',
  },

  /** Days until an overwritten, expired or deleted version is gone for good. @default 7 */
  noncurrentDays: {
    schema: days.default(7),
    must: DAYS,
    why: 'Expired recordings would stay readable for another time than was promised.',
  },

  /**
   * Encryption of new recordings: `s3` (SSE-S3, known to work for this vendor) or `kms` (a customer key in the stack; the
   * vendor says nothing about KMS). Recordings that are there already keep the encryption they were written with.
   * @default 's3'
   */
  encryption: {
    schema: z.enum(['s3', 'kms']).default('s3'),
    must: '"s3" or "kms"',
    why: 'Recordings must not be stored with an encryption nobody chose.',
  },

  /**
   * Has the customer key and the role's right to use it, also while `encryption` is `s3`. Two switches need it:
   * - to `kms`: deploy this first and `encryption` after. In one deployment the bucket would use the key before the role
   *   may, and whatever is uploaded in between is lost.
   * - back to `s3`: until the last recording written with the key is gone, or the vendor could not read it. Without this
   *   the key leaves the stack (AWS keeps it), and setting it again makes another key.
   * @default false
   */
  withKmsKey: {
    schema: z.boolean().default(false),
    must: 'true or false',
    why: 'Recordings could become unreadable.',
  },

  /**
   * Name of the bucket to make. No dots: TLS fits no host name with them.
   * @default - CloudFormation makes one up, which nobody can guess
   */
  bucketName: {
    schema: bucket.refine((name) => !name.includes('.')).optional(),
    must: 'a bucket name (3 to 63 lower-case letters, digits and hyphens, no dots)',
    why: 'S3 would refuse the bucket in the middle of the deployment.',
  },

  /**
   * A bucket that is there already, in the stack's account. The stack then makes the role alone and leaves the bucket's
   * encryption, lifecycle and policy as they are.
   * @default - the stack makes its own
   */
  existingBucketName: {
    schema: bucket.optional(),
    must: `a bucket name (${BUCKET_NAME_WORDS})`,
    why: 'Whether Tavus can write to a bucket with an older name is not known.',
  },

  /** Region of the existing bucket, where it is not the stack's. @default - the stack's region */
  existingBucketRegion: {
    schema: region.refine((code) => !isInOtherPartition(code)).optional(),
    must: 'the code of a region in the partition aws, such as us-west-2',
    why: 'Tavus fails silently on another region than the bucket has.',
  },

  /** Customer key (not an alias) with which the existing bucket encrypts. @default - SSE-S3, so no grant is needed */
  existingKmsKeyArn: {
    schema: z
      .string()
      .regex(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/)
      .optional(),
    must: 'the ARN of a KMS key (arn:aws:kms:<region>:<account>:key/<id>; an alias grants nothing)',
    why: 'Every upload would be denied, and the vendor would not tell.',
  },

  /**
   * The Azure identity of the environment's backend. The stack then makes a role with which it may read the recordings;
   * the account's identity provider, which that role trusts, is made by `infra-aws/identity.ts`.
   * @default - no such role: the backend knows of recordings what Tavus announces
   */
  backend: {
    schema: schemaOf(BACKEND_RULES).optional(),
    must: 'an object with tenantId, principalId and audience',
    why: 'The role would trust nobody, or somebody else.',
    fields: BACKEND_RULES,
  },

  /**
   * Makes a second bucket, for copies of recordings that must be kept beyond their day (`recordings hold`). Nothing in it
   * expires.
   * @default false
   */
  holds: {
    schema: z.boolean().default(false),
    must: 'true or false',
    why: 'A recording that must be kept would expire.',
  },

  /**
   * IAM role or user of the account who may assume the role for `recordings erase`, `hold` and `release`. For a person
   * who signs in by IAM Identity Center it is the role that begins with `AWSReservedSSO_`.
   * @default - no such role: erasing takes an administrator
   */
  eraser: {
    schema: z
      .string()
      .regex(/^arn:aws:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]{1,512}$/)
      .optional(),
    must: 'the ARN of an IAM role or user (arn:aws:iam::<account>:role/<name>)',
    why: 'Nobody could erase a recording, or somebody else could.',
  },

  /**
   * Name or ARN of the policy that every role of the stack gets as its permissions boundary: of this account or of AWS
   * itself. A deployment by CI needs the one that `infra-aws/ci.ts` made, or AWS refuses the role.
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
    why: 'The stack could be deleted by a slip.',
  },

  /** Tags of the stack and, as CloudFormation passes them on, of everything in it; it takes 50. @default - none */
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
