import type { SimulatorClock } from './simulator-clock';
import { recordingBytes } from './recording-bytes';
import type { SimulatorCloud } from './storage/cloud';
import { faultConfigSchema, type FaultConfig, type FaultOverrides } from './fault-config';

/** A replica that the account may use. */
export interface Replica {
  readonly replica_id: string;
  readonly replica_name: string;
}

/** A persona that the account may use. */
export interface Persona {
  readonly persona_id: string;
  readonly persona_name: string;
  readonly default_replica_id?: string;
}

/** Sends one callback and returns the HTTP status. Throws when there is no response. */
export type Deliver = (url: string, body: string) => Promise<number>;

/** The bytes of a recording, in chunks. Each call starts from the beginning. */
export type ChunkSource = () => AsyncIterable<Uint8Array>;

/** Options of `startSimulator`. Only `cloud` is required. */
export interface SimulatorOptions {
  /** AWS, for checking the role and writing recordings. */
  readonly cloud: SimulatorCloud;
  /** Port on 127.0.0.1. @default a free port */
  readonly port?: number;
  /** Valid `x-api-key` values. @default ['tvsk_laptop'] */
  readonly apiKeys?: readonly string[];
  /** @default `r_laptop` */
  readonly replicas?: readonly Replica[];
  /** @default `p_laptop` with the replica `r_laptop`, and `p_laptop_bare` without a replica */
  readonly personas?: readonly Persona[];
  /** `conversation_url` without `/<conversation_id>`. @default `<url>/rooms` */
  readonly roomBaseUrl?: string;
  /** Used when a control route starts the recording. @default `clip.mp4`, padded to 12 MiB */
  readonly recordingSource?: ChunkSource;
  /** @default the default of each fault */
  readonly faults?: FaultOverrides;
  /** @default the system clock */
  readonly clock?: SimulatorClock;
  /** @default a POST with `fetch`: timeout 10 s, redirects not followed */
  readonly deliver?: Deliver;
}

/** The options that are plain values, with defaults filled in. */
export interface Settings {
  readonly apiKeys: readonly string[];
  readonly replicas: readonly Replica[];
  readonly personas: readonly Persona[];
  readonly recordingSource: ChunkSource;
  /** `POST /sim/faults` changes this object. */
  readonly faults: FaultConfig;
}

export const DEFAULT_API_KEY = 'tvsk_laptop';
export const DEFAULT_REPLICA_ID = 'r_laptop';
const DEFAULT_PERSONA_ID = 'p_laptop';

/** @throws ZodError when a fault is unknown or its value is invalid. */
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
