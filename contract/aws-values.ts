import * as z from 'zod';

/** CDK prints `${Token[...]}` in place of a value that only a deployment knows. */
const UNRESOLVED_TOKEN = /\$\{Token\[/;

const ROLE_ARN = /^arn:aws:iam::(?<account>\d{12}):role\/[\w+=,.@/-]{1,512}$/;

/** Twelve digits, spelled out: V8 needs six times as long for `\d{12}` on text full of digits (measured 2026-11). */
const ACCOUNT = /\b\d\d\d\d\d\d\d\d(?=\d\d\d\d:)/g;

/** Masks accounts and role names in ARNs, for errors and logs. The last four digits of an account stay. */
export function maskArn(text: string): string {
  return text
    .replaceAll(ACCOUNT, '********')
    .replaceAll(/:(role|user|group|assumed-role)\/[^\s"',]+/g, ':$1/...');
}

/** Text that satisfies `isValid`. An unresolved CDK token gets its own message. */
const deployedText = (isValid: (value: string) => boolean, otherwise: string): z.ZodType<string> =>
  z.string().superRefine((value, context) => {
    if (UNRESOLVED_TOKEN.test(value)) {
      const message = 'is an unresolved CDK token. It was written by a synth, not by a deployment';
      context.addIssue({ code: 'custom', message });
    } else if (!isValid(value)) {
      context.addIssue({ code: 'custom', message: otherwise });
    }
  });

const RESERVED_PREFIX = /^(?:xn--|sthree-|amzn-s3-demo-)/;
const RESERVED_SUFFIX = /(?:-s3alias|--ol-s3|--x-s3|--table-s3|\.mrap)$/;

/**
 * Whether S3 accepts this name for a new general-purpose bucket. Buckets created before March 2018 may have capitals and
 * underscores.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html (read 2026-11-22)
 */
export function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !RESERVED_PREFIX.test(name) &&
    !RESERVED_SUFFIX.test(name)
  );
}

/** The rules of {@link isBucketName} in words. */
export const BUCKET_NAME_WORDS =
  '3 to 63 lower-case letters, digits, hyphens and dots, the rules of S3 since 2018';

/** A bucket's name. Dots are accepted, because existing buckets have them, although TLS certificates do not match such host names. */
export const bucketName = deployedText(isBucketName, `is not a bucket name: ${BUCKET_NAME_WORDS}`);

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** China, GovCloud, the isolated regions and the European Sovereign Cloud. */
const OTHER_PARTITION = /^(?:cn|us-gov|[a-z]+-iso[a-z]*|eusc)-/;

/**
 * Whether a region is outside the partition `aws`. The vendor's account is in `aws`, and a role cannot be assumed across
 * partitions.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html#arns-syntax (read 2026-11-22)
 */
export const isInOtherPartition = (code: string): boolean => OTHER_PARTITION.test(code);

/** A region's code such as `us-east-1`; a console's label ("US East (Ohio) us-east-2") is refused. */
export const region = deployedText((value) => REGION.test(value), 'is not a region code such as us-east-1');

export const accountId = deployedText((value) => /^\d{12}$/.test(value), 'is not a 12-digit AWS account id');

/** A role in the partition `aws`, the partition of the vendor's account. */
export const roleArn = deployedText(
  (value) => ROLE_ARN.test(value),
  'is not the ARN of an IAM role (arn:aws:iam::<account>:role/<name>)',
);

/** A customer key by its id: an alias can be moved to another key. */
export const keyArn = deployedText(
  (value) => /^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(value),
  'is not the ARN of a KMS key (arn:aws:kms:<region>:<account>:key/<id>)',
);

/** Account in a role's ARN; undefined if the text is not a role's ARN. */
export function accountOfRole(arn: string): string | undefined {
  return ROLE_ARN.exec(arn)?.groups?.['account'];
}
