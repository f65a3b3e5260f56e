import * as z from 'zod';

/** CDK prints `${Token[...]}` in place of a value that only a deployment knows. */
const UNRESOLVED_TOKEN = /\$\{Token\[/;

const ROLE_ARN = /^arn:aws:iam::(?<account>\d{12}):role\/[\w+=,.@/-]{1,512}$/;

/** Twelve digits, spelled out: written with counts, V8 takes six times as long for text that is full of digits (measured 2026-11). */
const ACCOUNT = /\b\d\d\d\d\d\d\d\d(?=\d\d\d\d:)/g;

/** Shows which account an ARN belongs to without showing the role, for errors and logs. */
export function maskArn(text: string): string {
  return text
    .replaceAll(ACCOUNT, '********')
    .replaceAll(/:(role|user|group|assumed-role)\/[^\s"',]+/g, ':$1/...');
}

/** Text that satisfies `isValid`; a token that was never resolved gets a message of its own. */
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
 * Whether S3 lets a general-purpose bucket have this name. Of before March 2018 there are others, with capitals and
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
  '3 to 63 lower-case letters, digits, hyphens and dots, as S3 lets buckets be called since 2018';

/** A bucket's name. One with dots is taken: such buckets are there, though no certificate fits their host name. */
export const bucketName = deployedText(isBucketName, `is not a bucket name: ${BUCKET_NAME_WORDS}`);

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** China, GovCloud, the isolated regions and the European Sovereign Cloud. */
const OTHER_PARTITION = /^(?:cn|us-gov|[a-z]+-iso[a-z]*|eusc)-/;

/**
 * Whether a region is outside the partition `aws`, in which the vendor's account is: IAM knows no trust across partitions.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html#arns-syntax (read 2026-11-22)
 */
export const isInOtherPartition = (code: string): boolean => OTHER_PARTITION.test(code);

/** A region's code such as `us-east-1`; a console's label ("US East (Ohio) us-east-2") is refused. */
export const region = deployedText((value) => REGION.test(value), 'is not a region code such as us-east-1');

export const accountId = deployedText((value) => /^\d{12}$/.test(value), 'is not a 12-digit AWS account id');

/** A role in the partition `aws`, the one in which the vendor's account is. */
export const roleArn = deployedText(
  (value) => ROLE_ARN.test(value),
  'is not the ARN of an IAM role (arn:aws:iam::<account>:role/<name>)',
);

/** A customer key by its id: an alias could lead to another key tomorrow. */
export const keyArn = deployedText(
  (value) => /^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(value),
  'is not the ARN of a KMS key (arn:aws:kms:<region>:<account>:key/<id>)',
);

/** Account of a role's ARN, or undefined when it is none. */
export function accountOfRole(arn: string): string | undefined {
  return ROLE_ARN.exec(arn)?.groups?.['account'];
}
