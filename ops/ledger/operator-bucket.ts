import { openBucket, type LookableBucket, type OpenBucketOptions } from '../../app/recordings/open-bucket';
import { accountOfRole } from '../../contract/aws-values';
import { problem, ProblemsError } from '../../contract/problem';
import { missingFault, readSettings } from '../../contract/read-settings';
import { settingFix } from '../../contract/setting-fix';
import { settingRow } from '../../contract/settings';
import type { CliContext } from '../cli-context';

/** The recordings bucket, read with the operator's own AWS credentials. */
export interface OperatorBucket {
  readonly bucket: LookableBucket;
  readonly name: string;
}

const NAMES = [
  'TAVUS_RECORDING_S3_BUCKET_NAME',
  'TAVUS_RECORDING_S3_BUCKET_REGION',
  'TAVUS_AWS_ASSUME_ROLE_ARN',
] as const;

/** @throws ProblemsError naming all that is wrong with the settings */
export function openOperatorBucket({ env, stderr }: Pick<CliContext, 'env' | 'stderr'>): OperatorBucket {
  const { values, malformed } = readSettings({ names: NAMES, textOf: (name) => env[name] });
  const unset = NAMES.filter(
    (name) => values[name] === undefined && malformed.every((one) => one.name !== name),
  );
  const faults = [...malformed, ...unset.map(missingFault)];
  const problems = faults.map((fault) =>
    problem({ ...fault, why: settingRow(fault.name).why, fix: settingFix(fault.name) }),
  );
  const {
    TAVUS_RECORDING_S3_BUCKET_NAME: name,
    TAVUS_RECORDING_S3_BUCKET_REGION: region,
    TAVUS_AWS_ASSUME_ROLE_ARN: roleArn,
  } = values;
  const account = roleArn === undefined ? undefined : accountOfRole(roleArn);
  if (name === undefined || region === undefined || account === undefined) throw new ProblemsError(problems);
  const access = {
    kind: 'default-chain',
    bucket: name,
    region,
    account,
    roleArn: undefined,
    holdsBucket: undefined,
    asksMachine: true,
  } as const;
  return { bucket: openBucket(access, { log: logTo(stderr), now: () => Date.now() }), name };
}

/** Warnings, as text. What fails is the command's own error. */
function logTo(stderr: CliContext['stderr']): OpenBucketOptions['log'] {
  const quiet = (): void => undefined;
  const log: OpenBucketOptions['log'] = {
    level: 'warn',
    debug: quiet,
    info: quiet,
    error: quiet,
    warn: (...words: readonly unknown[]) =>
      void stderr.write(`${words.filter((word) => typeof word === 'string').join(' ')}\n`),
    child: () => log,
  };
  return log;
}
