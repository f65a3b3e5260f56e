import type { Line } from './verdict';

const line = (
  id: string,
  checked: string,
  expected: string,
  found: string,
  enforcedBy: Line['enforcedBy'],
): Line => ({
  id,
  checked,
  expected,
  found,
  state: 'not-here',
  enforcedBy,
});

const SIMULATED = 'only IAM simulation in the tests';

/** What AWS enforces and this laptop cannot show, so that a green table is not read as more than it is. */
export const NOT_HERE: readonly Line[] = [
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
