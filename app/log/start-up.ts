import { unknownNameProblem } from '../../contract/nearest-name';
import { formatValue, problem } from '../../contract/problem';
import { READ_SETTINGS, type ReadSetting } from '../../contract/settings';
import { visible } from '../../contract/text-encoding';
import { isGuarded, type Config } from '../config';
import type { Log } from './logger';

const word = (value: boolean): string => (value ? 'True' : 'False');

/** Lines that show how the backend is configured. Operators search for these texts: keep them. */
export function startUpLines(config: Config): string[] {
  const { recording } = config;
  if (recording === undefined) return [`TAVUS_ENABLE_RECORDING: ${word(false)}`];
  return [
    `TAVUS_ENABLE_RECORDING: ${word(true)}`,
    `TAVUS_RECORDING_S3_BUCKET_NAME: ${recording.bucket}`,
    `TAVUS_RECORDING_S3_BUCKET_REGION: ${recording.region}`,
    `TAVUS_AWS_ASSUME_ROLE_ARN: ${recording.roleArn === '' ? 'NOT SET' : 'SET'}`,
  ];
}

/** Names the ledger. */
export function ledgerLine({ ledger: { location } }: Config): string {
  if (location === undefined) return 'Ledger: in memory';
  return location.kind === 'file'
    ? `Ledger: file ${location.path}`
    : `Ledger: table ${location.table} of ${location.endpoint}`;
}

const missingProblem = (name: ReadSetting, why: string, fix: string): string =>
  problem({ name, wrong: 'missing', got: 'nothing', why, fix });

/** Warnings about settings that may be unintended. */
export function startUpWarnings(config: Config): string[] {
  const warnings = config.unknownNames.map((name) =>
    // Its value may be a secret.
    unknownNameProblem({ name: visible(name), got: 'a value', known: READ_SETTINGS }),
  );
  if (!isGuarded(config)) {
    warnings.push(
      missingProblem(
        'START_API_KEY',
        'Everyone who reaches this backend can start conversations at your cost.',
        'Set it, or keep the backend on this machine.',
      ),
    );
  }
  if (!isGuarded(config) && !/^(?:127\.|localhost$|::1$)/.test(config.host)) {
    warnings.push(
      problem({
        name: 'HOST',
        wrong: 'is open to other computers although neither START_API_KEY nor EASY_AUTH is set',
        got: formatValue(config.host),
        why: 'Programs there can start conversations at your cost by sending the host name localhost.',
        fix: 'Set START_API_KEY, or HOST to 127.0.0.1.',
      }),
    );
  }
  if (config.publicBaseUrl === undefined) {
    warnings.push(
      missingProblem(
        'PUBLIC_BASE_URL',
        'Without it Tavus sends no callbacks, so the backend does not learn that a recording landed.',
        'Set it to the address at which Tavus reaches this backend.',
      ),
    );
  }
  if (config.callbackSecrets.length === 0) {
    warnings.push(
      missingProblem(
        'CALLBACK_SECRETS',
        'Open pages lose their conversation when the backend restarts.',
        'Set it to a random secret.',
      ),
    );
  }
  if (config.ledger.location === undefined) {
    warnings.push(
      missingProblem(
        'LEDGER_URL',
        'The ledger is lost when the backend ends, so a recording that is missing then raises no alert.',
        'Set it to file:<path> on a persistent disk; on Azure the Pulumi program sets a table.',
      ),
    );
  }
  return warnings;
}

/** Logged per conversation. Operators search for this text too. */
export function recordingLine(bucket: string | undefined): string {
  return bucket === undefined ? '📹 Recording disabled' : `📹 Recording enabled with S3 bucket: ${bucket}`;
}

export function logStartUp(config: Config, log: Log): void {
  for (const line of [...startUpLines(config), ledgerLine(config)]) log.info(line);
  if (config.proxy !== undefined)
    log.info({ proxy: config.proxy.displayUrl }, 'Tavus is reached through a proxy');
  for (const warning of startUpWarnings(config)) log.warn(warning);
}
