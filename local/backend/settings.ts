import { randomBytes } from 'node:crypto';
import type { SettingName } from '../../app/contract/settings';
import type { RequestValues } from '../mistakes';
import { DEFAULT_API_KEY, DEFAULT_REPLICA_ID } from '../tavus/options';
import type { Simulator } from '../tavus/simulator';

/** How a backend of the laptop cloud differs from the usual one. */
export interface Variation {
  /** @default true */
  readonly recording?: boolean;
  /** @default 'flat' */
  readonly storageFormat?: 'flat' | 'recording_storage';
}

/** Text that occurs nowhere else, so that a log can be searched for it. */
export const CALLBACK_SECRET = randomBytes(24).toString('base64url');

/** The simulator's origin as daily-js accepts it: without TLS it frames rooms of `localhost` only. */
export const roomOrigin = (simulatorUrl: string): string =>
  simulatorUrl.replace('//127.0.0.1:', '//localhost:');

/**
 * The backend's environment: the values of the hand-over, and the simulator in the place of Tavus. Whatever is not
 * here has the backend's own default.
 */
export function backendSettings(
  simulator: Pick<Simulator, 'apiBaseUrl' | 'url'>,
  values: RequestValues,
  publicBaseUrl: string,
  { recording = true, storageFormat = 'flat' }: Variation = {},
): Partial<Record<SettingName, string>> {
  return {
    TAVUS_API_KEY: DEFAULT_API_KEY,
    TAVUS_API_BASE_URL: simulator.apiBaseUrl,
    TAVUS_REPLICA_ID: DEFAULT_REPLICA_ID,
    TAVUS_ENABLE_RECORDING: String(recording),
    ...(recording
      ? {
          TAVUS_RECORDING_S3_BUCKET_NAME: values.bucketName,
          TAVUS_RECORDING_S3_BUCKET_REGION: values.bucketRegion,
          TAVUS_AWS_ASSUME_ROLE_ARN: values.roleArn,
          TAVUS_RECORDING_STORAGE_FORMAT: storageFormat,
        }
      : {}),
    TAVUS_REQUIRE_RECORDING_CONSENT: 'true',
    PUBLIC_BASE_URL: publicBaseUrl,
    CALLBACK_SECRETS: CALLBACK_SECRET,
    ROOM_ORIGIN: roomOrigin(simulator.url),
  };
}
