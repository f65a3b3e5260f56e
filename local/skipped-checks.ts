import type { LaptopStack } from './azure/stack/stack';
import type { ReportCheck } from './checks';

const line = (
  id: string,
  checked: string,
  expected: string,
  found: string,
  enforcedBy: ReportCheck['enforcedBy'],
): ReportCheck => ({
  id,
  checked,
  expected,
  found,
  state: 'skipped',
  enforcedBy,
});

const SIMULATED = 'only IAM simulation in the tests';

/**
 * What the clouds enforce and this laptop cannot show, so that a green table is not read as more than it is.
 * @param stack who ran the Pulumi program; undefined: nobody did
 */
export const skippedChecks = (
  stack: Pick<LaptopStack, 'isCli' | 'runBy'> | undefined,
): readonly ReportCheck[] => [
  ...NOT_HERE,
  ...(stack === undefined ? [] : [AZURE, AWS_ADDRESS]),
  ...(stack === undefined || stack.isCli
    ? []
    : [
        line(
          'pulumi',
          'Pulumi: replacement, order of deletion, protect, previews',
          'by the Pulumi CLI',
          stack.runBy,
          'nobody here',
        ),
      ]),
];

const AZURE = line(
  'azure',
  'Azure: its refusals, ingress, TLS, rights',
  'as documented',
  'a stand-in of ours',
  'nobody here',
);

const AWS_ADDRESS = line(
  'aws-address',
  "backend: AWS's own addresses",
  'no variable names them',
  'AWS_ENDPOINT_URL_S3 and _STS name the emulator',
  'nobody here',
);

const NOT_HERE: readonly ReportCheck[] = [
  line('tls-version', 'bucket: TLS 1.1', 'refused', 'the emulator knows no s3:TlsVersion', SIMULATED),
  line('kms-direct', 'key: use other than through S3', 'refused', 'the emulator does not ask', SIMULATED),
  line(
    'expiry',
    'recordings: expire on their day',
    'gone after retention',
    'stored, never run',
    'nobody here',
  ),
  line('log-delivery', 'access logs: arrive', 'in the log bucket', 'never written', 'nobody here'),
  line('vendor', 'Tavus, Daily and their rooms', 'as documented', 'a simulator of ours', 'nobody here'),
];
