import type { SimulatorClock } from '../simulator-clock';
import type { SimulatedConversation, SimulatedRecording } from '../conversation';
import type { S3Storage } from '../create/storage-config';
import type { SimulatorCloud } from '../storage/cloud';
import type { FaultConfig } from '../fault-config';

/** What was stored of one recording. */
export interface Stored {
  readonly bytes: number;
  readonly parts: number;
  readonly sha256: string;
}

/** Where the bytes of one recording go. One call at a time. */
export interface Sink {
  write(chunk: Uint8Array): Promise<void>;
  /** Resolves when the recording is durably stored; `nowhere` when there is no place to store it. */
  finish(): Promise<Stored | 'nowhere'>;
  abort(): Promise<void>;
}

/** All that a sink is made from. */
export interface SinkParts {
  readonly cloud: SimulatorCloud;
  readonly clock: SimulatorClock;
  readonly faults: FaultConfig;
  readonly conversation: SimulatedConversation;
  readonly recording: SimulatedRecording;
}

/** A failure with its plain-words cause, for the simulator's own eyes. */
export class NotStored extends Error {
  constructor(
    readonly sentence: string,
    options?: ErrorOptions,
  ) {
    super(sentence, options);
    this.name = 'NotStored';
  }
}

/** The role could not be assumed when the recording was to begin; when the conversation was created it still could. */
export class RoleRefused extends NotStored {}

/** The worker could not copy a finished recording to its destination. */
export class CopyFailed extends NotStored {}

/** Does Daily write into this bucket itself, or does a worker of Tavus copy there afterwards? */
export function isDirect(storage: S3Storage, faults: FaultConfig): boolean {
  return !faults.workerCopyRegions.includes(storage.bucket_region);
}
