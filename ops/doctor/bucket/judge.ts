import type { PublicAccessBlockConfiguration, ServerSideEncryptionRule } from '@aws-sdk/client-s3';
import { VENDOR_DIRECT_REGIONS } from '../../../contract/vendor-facts';
import { quoted } from '../fixes';
import { fail, ok, warn, type CheckOutcome } from '../check-result';
import type { LogTarget } from './facts';

const api = (command: string, bucket: string, rest: string): string =>
  `aws s3api ${command} --bucket ${bucket} ${rest}`;

/** @param exists undefined when it does not exist */
export function judgeBucket(exists: boolean | undefined, bucket: string): CheckOutcome {
  const expected = `the bucket ${bucket}`;
  if (exists !== true) {
    return fail(
      'no such bucket',
      expected,
      'Run `npx cdk deploy`, or correct TAVUS_RECORDING_S3_BUCKET_NAME: without a bucket recordings are lost silently.',
    );
  }
  return bucket.includes('.')
    ? warn(
        `${bucket}, with dots: its host name does not match the TLS certificate, so it needs path-style addresses`,
        `${expected}, without dots in its name`,
        'It is unknown whether Tavus uses them: test one recording, or use another bucket.',
      )
    : ok(bucket, expected);
}

/**
 * With a wrong region Tavus fails silently.
 * @param fix for the source that has the wrong region
 */
export function judgeRegion(configured: string, found: string, fix: string): CheckOutcome {
  return found === configured
    ? ok(found, configured)
    : fail(found, `${configured}, as TAVUS_RECORDING_S3_BUCKET_REGION says`, fix);
}

export function judgeDirectRegion(found: string): CheckOutcome {
  const expected = `${VENDOR_DIRECT_REGIONS.join(' or ')}, to which Tavus is known to write directly`;
  return VENDOR_DIRECT_REGIONS.some((region) => region === found)
    ? ok(found, expected)
    : warn(
        found,
        expected,
        'Ask Tavus whether it writes directly to this region: its pages disagree, and a copy may come later.',
      );
}

export function judgeEncryption(rule: ServerSideEncryptionRule | undefined, bucket: string): CheckOutcome {
  const expected = 'SSE-S3, or SSE-KMS with a bucket key';
  const { SSEAlgorithm: algorithm, KMSMasterKeyID: key } = rule?.ApplyServerSideEncryptionByDefault ?? {};
  const encrypt = (by: string): string =>
    api(
      'put-bucket-encryption',
      bucket,
      `--server-side-encryption-configuration ${quoted(`Rules=[{${by}}]`)}`,
    );
  if (algorithm === 'AES256') return ok('SSE-S3', expected);
  if (algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') {
    return fail(
      algorithm ?? 'no default encryption',
      expected,
      encrypt('ApplyServerSideEncryptionByDefault={SSEAlgorithm=AES256}'),
    );
  }
  const found = `${algorithm === 'aws:kms' ? 'SSE-KMS' : 'DSSE-KMS'} with ${key === undefined ? "AWS's key aws/s3" : 'a customer key'}`;
  // DSSE-KMS has no bucket keys.
  if (rule?.BucketKeyEnabled === true || algorithm === 'aws:kms:dsse') {
    return ok(`${found}${rule?.BucketKeyEnabled === true ? ', bucket key' : ''}`, expected);
  }
  const byKey = key === undefined ? '' : ',KMSMasterKeyID=<key ARN>';
  return warn(
    `${found}, no bucket key`,
    `${expected}, which saves a paid call to KMS for each object`,
    encrypt(`ApplyServerSideEncryptionByDefault={SSEAlgorithm=aws:kms${byKey}},BucketKeyEnabled=true`),
  );
}

/** Versioning was a prerequisite in Tavus's pages of 2025 and is one in Daily's own stack; newer pages are silent. */
export function judgeVersioning(status: string | undefined, bucket: string): CheckOutcome {
  return status === 'Enabled'
    ? ok('Enabled', 'Enabled')
    : fail(
        status ?? 'never enabled',
        'Enabled',
        api('put-bucket-versioning', bucket, '--versioning-configuration Status=Enabled'),
      );
}

const BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const;
const ALL_BLOCKS = BLOCKS.map((name) => `${name}=true`).join(',');

const publicAccessState = (
  block: PublicAccessBlockConfiguration | undefined,
): { found: string; isWhole: boolean } => {
  const off = BLOCKS.filter((name) => block?.[name] !== true);
  const found = `${BLOCKS.length - off.length} of ${BLOCKS.length} on${off.length === 0 ? '' : `, off: ${off.join(', ')}`}`;
  return { found, isWhole: off.length === 0 };
};

export function judgePublicAccess(
  block: PublicAccessBlockConfiguration | undefined,
  bucket: string,
): CheckOutcome {
  const { found, isWhole } = publicAccessState(block);
  return isWhole
    ? ok(found, 'all 4 on')
    : fail(
        found,
        'all 4 on',
        api('put-public-access-block', bucket, `--public-access-block-configuration ${quoted(ALL_BLOCKS)}`),
      );
}

/** The bucket's own setting is enough, so this only warns. */
export function judgeAccountPublicAccess(block: PublicAccessBlockConfiguration | undefined): CheckOutcome {
  const { found, isWhole } = publicAccessState(block);
  return isWhole
    ? ok(found, 'all 4 on')
    : warn(
        found,
        "all 4 on, as a second lock beside the bucket's own",
        `aws s3control put-public-access-block --account-id <account> --public-access-block-configuration ${quoted(ALL_BLOCKS)}`,
      );
}

/** With ACLs enabled, an object's ACL could make it public. Tavus sends no ACLs. */
export function judgeOwnership(ownership: string | undefined, bucket: string): CheckOutcome {
  const expected = 'BucketOwnerEnforced: ACLs are off';
  return ownership === 'BucketOwnerEnforced'
    ? ok(ownership, expected)
    : warn(
        ownership ?? 'never set, so ACLs are enabled',
        expected,
        api(
          'put-bucket-ownership-controls',
          bucket,
          `--ownership-controls ${quoted('Rules=[{ObjectOwnership=BucketOwnerEnforced}]')}`,
        ),
      );
}

/** Recordings land without it, but their readers are unknown. */
export function judgeLogging(target: LogTarget | undefined, bucket: string): CheckOutcome {
  const expected = 'access logs in another bucket, which show who read a recording';
  return target === undefined
    ? warn(
        'off',
        expected,
        api(
          'put-bucket-logging',
          bucket,
          `--bucket-logging-status ${quoted('LoggingEnabled={TargetBucket=<log bucket>,TargetPrefix=recordings/}')}`,
        ),
      )
    : ok(`into ${target.bucket}, ${target.prefix}`, expected);
}
