import { rootOf } from './clients';
import type { Emulator } from './emulator';

/** Path of an empty file. */
const noFile = (platform: string): string => (platform === 'win32' ? 'NUL' : '/dev/null');
export const NO_FILE = noFile(process.platform);

/** Variables with which a program reaches the emulator as root of the account. */
export function ownerEnvironment(
  emulator: Pick<Emulator, 'endpoint' | 'account' | 'region' | 'runKey' | 'certificateFile'>,
  platform: string = process.platform,
): Readonly<Record<string, string>> {
  const root = rootOf(emulator, emulator.account);
  const nothing = noFile(platform);
  return {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
    AWS_REGION: emulator.region,
    AWS_CA_BUNDLE: emulator.certificateFile,
    AWS_CONFIG_FILE: nothing,
    AWS_SHARED_CREDENTIALS_FILE: nothing,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
