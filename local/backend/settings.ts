import { randomBytes } from 'node:crypto';
import { defined } from '../../contract/defined';
import { pulumiConfigKey } from '../../contract/names';
import type { SettingName } from '../../contract/settings';
import type { StackConfig } from '../azure/stack/stack';
import { DEFAULT_REPLICA_ID } from '../tavus/options';
import type { Simulator } from '../tavus/simulator';

/** How a deployment of the laptop cloud differs from the usual one. */
export interface Variation {
  /** @default true */
  readonly recording?: boolean;
  /** @default 'flat' */
  readonly storageFormat?: 'flat' | 'recording_storage';
}

/** Three seconds instead of a quarter of an hour, to keep the run short. */
const DEADLINE_MIN = '0.05';

/** Audience of the tokens with which the backend's identity assumes its role in AWS. */
export const AUDIENCE = 'api://6f1c9a3e-0000-4000-8000-000000000003';

/** Two, to compare their answers. */
const REPLICAS = '2';

const randomText = (): string => randomBytes(24).toString('base64url');

/** Random secrets of this run, so that a match in logs or state can only be the secret. */
export const TAVUS_KEY = `tvsk_${randomText()}`;
export const CALLBACK_SECRET = randomText();
export const START_KEY = randomText();
export const OPERATOR_KEY = randomText();

/** The simulator's origin with `localhost`: daily-js accepts rooms without TLS only there. */
export const roomOrigin = (simulatorUrl: string): string =>
  simulatorUrl.replace('//127.0.0.1:', '//localhost:');

/** Values for the configuration of the laptop's stack. */
export interface StackInputs {
  readonly simulator: Pick<Simulator, 'apiBaseUrl' | 'url'>;
  /** Written by `cdk deploy`. */
  readonly handOverFile: string;
  readonly account: string;
  /** Address of the backend. */
  readonly publicBaseUrl: string;
}

const keyed = (values: Partial<Record<SettingName, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [pulumiConfigKey(name), value]));

/**
 * Configuration of the laptop's stack: the simulator instead of Tavus, and addresses of this computer. The program reads
 * the values of the recordings from the hand-over, and uses its defaults for the rest.
 */
export function stackConfig(
  { simulator, handOverFile, account, publicBaseUrl }: StackInputs,
  image: string | undefined,
  { recording = true, storageFormat = 'flat' }: Variation = {},
): StackConfig {
  return {
    plain: {
      ...keyed({
        TAVUS_API_BASE_URL: simulator.apiBaseUrl,
        TAVUS_REPLICA_ID: DEFAULT_REPLICA_ID,
        TAVUS_ENABLE_RECORDING: String(recording),
        TAVUS_RECORDING_STORAGE_FORMAT: storageFormat,
        PUBLIC_BASE_URL: publicBaseUrl,
        ROOM_ORIGIN: roomOrigin(simulator.url),
        RECORDING_DEADLINE_MIN: DEADLINE_MIN,
        AWS_WEB_IDENTITY_AUDIENCE: AUDIENCE,
      }),
      handOverFile,
      awsAccount: account,
      maxReplicas: REPLICAS,
      alertEmail: 'operations@example.com',
      ...defined({ image }),
    },
    secret: keyed({
      TAVUS_API_KEY: TAVUS_KEY,
      CALLBACK_SECRETS: CALLBACK_SECRET,
      START_API_KEY: START_KEY,
      OPERATOR_KEY,
    }),
  };
}
