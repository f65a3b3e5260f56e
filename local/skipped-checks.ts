import type { LaptopStack } from './azure/stack/stack';
import { check, type ReportCheck } from './checks';

/**
 * Rules that the clouds enforce and a laptop cannot show. Without them a green report would promise too much.
 * @param stack the stack of the backend; undefined in a run without one
 */
export const skippedChecks = (
  stack: Pick<LaptopStack, 'isCli' | 'runBy'> | undefined,
): readonly ReportCheck[] => [
  check('tls-version', 'refused', 'the emulator does not know s3:TlsVersion', 'skipped'),
  check('kms-direct', 'refused', 'the emulator does not check it', 'skipped'),
  check('expiry', 'gone after retention', 'stored, never run', 'skipped'),
  check('log-delivery', 'in the log bucket', 'never written', 'skipped'),
  check('vendor', 'as documented', 'a simulator of this project', 'skipped'),
  ...(stack === undefined
    ? []
    : [
        check('azure', 'as documented', 'a fake of this project', 'skipped'),
        check(
          'aws-address',
          'no variable sets them',
          'AWS_ENDPOINT_URL_S3 and _STS point to the emulator',
          'skipped',
        ),
      ]),
  ...(stack === undefined || stack.isCli
    ? []
    : [check('pulumi', 'by the Pulumi CLI', stack.runBy, 'skipped')]),
];
