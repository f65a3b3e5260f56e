import * as z from 'zod';
import { isBucketName } from './aws-values';

const days = z.int().min(1).max(3650);
const bucket = z.string().refine(isBucketName);
const kmsKeyArn = z.string().regex(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/);
/** Of this account or of AWS itself; a bare name is one of this account's. */
const permissionsBoundary = z
  .string()
  .regex(/^(?:arn:aws:iam::(?:\d{12}|aws):policy\/(?:[\w+=,.@-]+\/)*)?[\w+=,.@-]{1,128}$/);

/** CloudFormation passes a stack's tags on to its resources, and takes 50 of them. */
const tags = z
  .record(z.string().regex(/^(?!aws:)[\w .:/=+@-]{1,128}$/), z.string().regex(/^[\w .:/=+@-]{0,256}$/))
  .refine((record) => Object.keys(record).length <= 50);

/** Settings of one environment as they stand in the context `environments`. */
export const environmentSettings = z.strictObject({
  /** Days until a recording expires; its bytes go `noncurrentDays` later. @default 90 */
  retentionDays: days.default(90),

  /** Days until an overwritten, expired or deleted version is gone for good. @default 7 */
  noncurrentDays: days.default(7),

  /**
   * Encryption of new recordings: `s3` (SSE-S3, known to work for this vendor) or `kms` (a customer key in the stack; the
   * vendor says nothing about KMS). Recordings that are there already keep the encryption they were written with.
   * @default 's3'
   */
  encryption: z.enum(['s3', 'kms']).default('s3'),

  /**
   * Has the customer key and the role's right to use it, also while `encryption` is `s3`. Two switches need it:
   * - to `kms`: deploy this first and `encryption` after. In one deployment the bucket would use the key before the role
   *   may, and whatever is uploaded in between is lost.
   * - back to `s3`: until the last recording written with the key is gone, or the vendor could not read it. Without this
   *   the key leaves the stack (AWS keeps it), and setting it again makes another key.
   * @default false
   */
  withKmsKey: z.boolean().default(false),

  /** Name of the bucket to make. @default - CloudFormation makes one up, which nobody can guess */
  bucketName: bucket.optional(),

  /**
   * A bucket that is there already, in the stack's account and region. The stack then makes the role alone and leaves the
   * bucket's encryption, lifecycle and policy as they are.
   * @default - the stack makes its own
   */
  existingBucketName: bucket.optional(),

  /** Customer key (not an alias) with which the existing bucket encrypts. @default - SSE-S3, so no grant is needed */
  existingKmsKeyArn: kmsKeyArn.optional(),

  /**
   * Name or ARN of the policy that every role of the stack gets as its permissions boundary. A deployment by CI needs the
   * one that `infra-aws/ci.ts` made, or AWS refuses the role.
   * @default - none
   */
  permissionsBoundary: permissionsBoundary.optional(),

  /** Whether the stack refuses to be deleted. @default true */
  terminationProtection: z.boolean().default(true),

  /** Tags of the stack and everything in it. @default - none */
  tags: tags.default({}),
});

/** Checked settings of one environment, defaults filled in. */
export type EnvironmentSettings = Readonly<z.output<typeof environmentSettings>>;

export type EnvironmentSettingName = keyof typeof environmentSettings.shape;

/** For the error about a setting: what it must be, and why that matters. */
export const SETTING_RULES: Readonly<
  Record<EnvironmentSettingName, { readonly must: string; readonly why: string }>
> = {
  retentionDays: {
    must: 'a whole number of days from 1 to 3650',
    why: 'Recordings would be kept for another time than was promised.',
  },
  noncurrentDays: {
    must: 'a whole number of days from 1 to 3650',
    why: 'Expired recordings would stay readable for another time than was promised.',
  },
  encryption: {
    must: '"s3" or "kms"',
    why: 'Recordings must not be stored with an encryption nobody chose.',
  },
  withKmsKey: { must: 'true or false', why: 'Recordings could become unreadable.' },
  bucketName: {
    must: 'a bucket name (3 to 63 lower-case letters, digits and hyphens, no dots)',
    why: 'S3 would refuse the bucket in the middle of the deployment.',
  },
  existingBucketName: {
    must: 'a bucket name (3 to 63 lower-case letters, digits and hyphens, no dots)',
    why: 'The role would be allowed to write to a bucket that cannot exist.',
  },
  existingKmsKeyArn: {
    must: 'the ARN of a KMS key (arn:aws:kms:<region>:<account>:key/<id>; an alias grants nothing)',
    why: 'Every upload would be denied, and the vendor would not tell.',
  },
  permissionsBoundary: {
    must: 'the name or ARN of a managed policy (arn:aws:iam::<account>:policy/<name>)',
    why: 'IAM would refuse the role in the middle of the deployment.',
  },
  terminationProtection: { must: 'true or false', why: 'The stack could be deleted by a slip.' },
  tags: {
    must: 'at most 50 tags of text (keys not beginning with aws:)',
    why: 'CloudFormation would refuse the stack.',
  },
};
