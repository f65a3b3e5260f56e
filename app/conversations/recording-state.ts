/** What a page is told about its recording. */
export const RECORDING_STATES = ['off', 'starting', 'recording', 'refused', 'failed', 'landed'] as const;
export type RecordingState = (typeof RECORDING_STATES)[number];

/** A recording of which Tavus has told. A conversation has one for each time that somebody started recording. */
export interface AnnouncedRecording {
  readonly key: string;
  /** Epoch ms, from its key. */
  readonly startedMs: number;
  /** The same and the duration that Tavus announced. */
  readonly endedMs: number;
  /** False: Tavus could not copy it into the bucket. */
  readonly hasLanded: boolean;
}

/** A page's report that a recording started. */
interface ReportedStart {
  /** Epoch ms, by the page's clock. */
  readonly at: number;
  /** Epoch ms when the report came, by our clock. A page's clock may be wrong; ours and the vendor's are not. */
  readonly receivedMs: number;
}

/** What is known about a conversation's recordings, whatever the order in which it became known. */
export interface RecordingFacts {
  /** Epoch ms, by the page's clock, of its latest report of each kind. Only compared with each other. */
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  readonly errorAt?: number;
  readonly starts?: readonly ReportedStart[];
  /** Tavus could not copy one into the bucket, and did not say which. */
  readonly copyFailed?: true;
  /** Oldest first. */
  readonly recordings?: readonly AnnouncedRecording[];
}

/** More starts than a conversation has; older ones say nothing about the newest recording. */
const MOST_STARTS = 64;

/** Adds a report of a start; one that is sent again changes nothing. */
export function withStart({ starts = [], ...facts }: RecordingFacts, start: ReportedStart): RecordingFacts {
  const isKnown = starts.some(({ at }) => at === start.at);
  return { ...facts, starts: isKnown ? starts : [...starts, start].slice(-MOST_STARTS) };
}

/** Whether a recording with this key has landed. */
export const hasLanded = ({ recordings = [] }: RecordingFacts, key: string): boolean =>
  recordings.some((one) => one.key === key && one.hasLanded);

/** Adds a recording, or replaces what was known of it. What landed has landed. */
export function withRecording(facts: RecordingFacts, recording: AnnouncedRecording): RecordingFacts {
  if (hasLanded(facts, recording.key)) return facts;
  const others = (facts.recordings ?? []).filter(({ key }) => key !== recording.key);
  const recordings = [...others, recording].toSorted((one, other) => one.startedMs - other.startedMs);
  return { ...facts, recordings };
}

/** How far our clock and the vendor's may be apart. */
const CLOCKS_APART_MS = 5_000;

/** The report of a start comes at most so long after the start: Daily takes up to 25 s until a recording runs. */
const REPORT_MS = 60_000;

/**
 * Whether a page started another recording after this one. The first report after its beginning is its own, however short
 * it was; later ones are another's if they came after its end, and a page that came back if before.
 */
function hasFollower({ startedMs, endedMs }: AnnouncedRecording, starts: readonly ReportedStart[]): boolean {
  return starts
    .map(({ receivedMs }) => receivedMs)
    .filter((receivedMs) => receivedMs >= startedMs - CLOCKS_APART_MS)
    .some((receivedMs, n) => receivedMs > endedMs && (n > 0 || receivedMs > startedMs + REPORT_MS));
}

/**
 * State of the newest recording. Landed is said when nothing newer was started. An error before any start is a refusal; one
 * that a later start follows was overcome. A stopped recording stays `recording` until it has landed.
 */
export function recordingState(isRecorded: boolean, facts: RecordingFacts): RecordingState {
  const newest = facts.recordings?.at(-1);
  const isDecided = newest !== undefined && !hasFollower(newest, facts.starts ?? []);
  if (isDecided && newest.hasLanded) return 'landed';
  if (!isRecorded) return 'off';
  if (isDecided || facts.copyFailed === true) return 'failed';
  const { startedAt, errorAt } = facts;
  if (errorAt !== undefined && startedAt === undefined) return 'refused';
  if (errorAt !== undefined && startedAt !== undefined && errorAt >= startedAt) return 'failed';
  return startedAt === undefined ? 'starting' : 'recording';
}
