import type { SimulatorClock } from '../simulator-clock';
import type { SimulatedConversation, SimulatedRecording } from '../conversation';
import type { S3Storage } from '../create/storage-config';
import type { SimulatorCloud } from '../storage/cloud';
import type { FaultConfig } from '../fault-config';

/** The stored recording. */
export interface SinkResult {
  readonly bytes: number;
  readonly parts: number;
  readonly sha256: string;
}

/** Destination of one recording's bytes. Await each call before the next one. */
export interface Sink {
  write(chunk: Uint8Array): Promise<void>;
  /** Resolves when the recording is stored, with `not-stored` if there is no bucket. */
  finish(): Promise<SinkResult | 'not-stored'>;
  abort(): Promise<void>;
}

export interface SinkParts {
  readonly cloud: SimulatorCloud;
  readonly clock: SimulatorClock;
  readonly faults: FaultConfig;
  readonly conversation: SimulatedConversation;
  readonly recording: SimulatedRecording;
}

/** A recording was not stored. `sentence` is the cause, for the control routes only. */
export class NotStored extends Error {
  constructor(
    readonly sentence: string,
    options?: ErrorOptions,
  ) {
    super(sentence, options);
    this.name = 'NotStored';
  }
}

/** The role could not be assumed at the start of the recording, although it could at the creation. */
export class RoleRefused extends NotStored {}

/** The worker could not copy the recording to the bucket. */
export class CopyFailed extends NotStored {}

/** Returns whether Daily writes into the bucket itself. Otherwise a worker of Tavus copies the recording later. */
export function isDirect(storage: S3Storage, faults: FaultConfig): boolean {
  return !faults.workerCopyRegions.includes(storage.bucket_region);
}
