/** What a page is told about its recording. */
export const RECORDING_STATES = ['off', 'starting', 'recording', 'refused', 'failed', 'landed'] as const;
export type RecordingState = (typeof RECORDING_STATES)[number];

/** What is known about a conversation's recording, whatever the order in which it became known. */
export interface RecordingFacts {
  /** Epoch ms, by the page's clock, of its latest report of each kind. Only compared with each other. */
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  readonly errorAt?: number;
  /** Tavus could not copy it into the bucket. */
  readonly copyFailed?: true;
  /** The object's key. */
  readonly landedKey?: string;
}

/**
 * State of a recording. What landed has landed, whatever else was reported. An error before any start is a refusal; one
 * that a later start follows was overcome. A stopped recording stays `recording` until it has landed.
 */
export function recordingState(isRecorded: boolean, facts: RecordingFacts): RecordingState {
  if (facts.landedKey !== undefined) return 'landed';
  if (!isRecorded) return 'off';
  if (facts.copyFailed === true) return 'failed';
  const { startedAt, errorAt } = facts;
  if (errorAt !== undefined && startedAt === undefined) return 'refused';
  if (errorAt !== undefined && startedAt !== undefined && errorAt >= startedAt) return 'failed';
  return startedAt === undefined ? 'starting' : 'recording';
}
