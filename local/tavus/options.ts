import type { SimulatorClock } from './simulator-clock';
import { recordingBytes } from './recording-bytes';
import type { SimulatorCloud } from './storage/cloud';
import { faultConfigSchema, type FaultConfig, type FaultOverrides } from './fault-config';

/** A replica that the account may use. */
export interface Replica {
  readonly replica_id: string;
  readonly replica_name: string;
}

/** A persona, with the replica it brings along, if any. */
export interface Persona {
  readonly persona_id: string;
  readonly persona_name: string;
  readonly default_replica_id?: string;
}

/** Posts one callback and answers the HTTP status. Throws when nobody answered. */
export type Deliver = (url: string, body: string) => Promise<number>;

/** What the simulator is started with. Only `cloud` has no default. */
export interface SimulatorOptions {
  /** AWS as the storage writer sees it. */
  readonly cloud: SimulatorCloud;
  /** Port on 127.0.0.1. @default a free one */
  readonly port?: number;
  /** Valid `x-api-key` values. @default ['tvsk_laptop'] */
  readonly apiKeys?: readonly string[];
  /** @default one, `r_laptop` */
  readonly replicas?: readonly Replica[];
  /** @default `p_laptop` with that replica, and `p_laptop_bare` without one */
  readonly personas?: readonly Persona[];
  /** What stands before `/<conversation_id>` in `conversation_url`. @default `<url>/rooms` */
  readonly roomBaseUrl?: string;
  /** The bytes of a recording, the same at each call. @default the clip of this folder, padded to 12 MiB */
  readonly recordingSource?: () => AsyncIterable<Uint8Array>;
  /** @default every switch at its own default */
  readonly faults?: FaultOverrides;
  /** @default the system's clock */
  readonly clock?: SimulatorClock;
  /** @default a POST by fetch, 10 s, no redirect followed */
  readonly deliver?: Deliver;
}

/** Options that need no more thought: everything but the parts that have a life of their own. */
export interface Settings {
  readonly apiKeys: readonly string[];
  readonly replicas: readonly Replica[];
  readonly personas: readonly Persona[];
  readonly recordingSource: () => AsyncIterable<Uint8Array>;
  /** The one mutable part: `POST /sim/faults` writes into it. */
  readonly faults: FaultConfig;
}

export const DEFAULT_API_KEY = 'tvsk_laptop';
export const DEFAULT_REPLICA_ID = 'r_laptop';
const DEFAULT_PERSONA_ID = 'p_laptop';

/** @throws ZodError when a switch is unknown or has no sense. */
export function readOptions(options: SimulatorOptions): Settings {
  return {
    apiKeys: options.apiKeys ?? [DEFAULT_API_KEY],
    replicas: options.replicas ?? [{ replica_id: DEFAULT_REPLICA_ID, replica_name: 'Laptop replica' }],
    personas: options.personas ?? [
      {
        persona_id: DEFAULT_PERSONA_ID,
        persona_name: 'Laptop persona',
        default_replica_id: DEFAULT_REPLICA_ID,
      },
      { persona_id: 'p_laptop_bare', persona_name: 'Laptop persona without a replica' },
    ],
    recordingSource: options.recordingSource ?? (() => recordingBytes()),
    faults: faultConfigSchema.parse(options.faults ?? {}),
  };
}
