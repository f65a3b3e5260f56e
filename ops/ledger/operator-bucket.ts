import type { MonitoredBucket } from '../../app/recordings/open-bucket';
import { openS3Bucket } from '../../app/recordings/s3-bucket';
import { accountOfRole } from '../../contract/aws-values';
import { defined } from '../../contract/defined';
import { problem, ProblemsError } from '../../contract/problem';
import { givenText, missingFault, readSettings } from '../../contract/read-settings';
import { settingFix } from '../../contract/setting-fix';
import { settingRow } from '../../contract/settings';
import { AwsHttp, credentialsBy } from '../aws/http';
import type { CliContext } from '../cli-context';

/** The recordings bucket, opened with the operator's AWS credentials. */
export interface OperatorBucket {
  readonly bucket: MonitoredBucket;
  readonly name: string;
}

const NAMES = [
  'TAVUS_RECORDING_S3_BUCKET_NAME',
  'TAVUS_RECORDING_S3_BUCKET_REGION',
  'TAVUS_AWS_ASSUME_ROLE_ARN',
] as const;

/** @throws ProblemsError with all problems of the settings */
export function openOperatorBucket({ env }: Pick<CliContext, 'env'>): OperatorBucket {
  const { values, malformed } = readSettings({ names: NAMES, textOf: (name) => env[name] });
  const unset = NAMES.filter((name) => givenText(env[name]) === undefined);
  const problems = [...malformed, ...unset.map(missingFault)].map((fault) =>
    problem({ ...fault, why: settingRow(fault.name).why, fix: settingFix(fault.name) }),
  );
  const {
    TAVUS_RECORDING_S3_BUCKET_NAME: name,
    TAVUS_RECORDING_S3_BUCKET_REGION: region,
    TAVUS_AWS_ASSUME_ROLE_ARN: roleArn,
  } = values;
  const account = roleArn === undefined ? undefined : accountOfRole(roleArn);
  if (name === undefined || region === undefined || account === undefined) throw new ProblemsError(problems);
  const requestHandler = new AwsHttp(env);
  const endpoint = givenText(env['AWS_ENDPOINT_URL_S3']) ?? givenText(env['AWS_ENDPOINT_URL']);
  const credentials = credentialsBy(requestHandler);
  const bucket = openS3Bucket({
    bucket: name,
    region,
    account,
    credentials,
    requestHandler,
    ...defined({ endpoint }),
  });
  return { bucket: Object.assign(bucket, { unreadableSinceMs: undefined }), name };
}
