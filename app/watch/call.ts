import { VENDOR_ABSENT_SEC, VENDOR_MAX_CALL_SEC } from '../../contract/vendor-facts';
import { factOf, factsOf, TAVUS_EVENTS, type Fact, type FactOf } from '../ledger/facts';
import { recordingsOf, type RecordingFacts } from '../ledger/recordings';

/**
 * Longest delay of a report: Daily reports the start of a recording up to 25 s late (observed), and pages repeat reports.
 */
const REPORT_MS = 60_000;

/** Allowed difference between our clock and the vendor's. */
const CLOCKS_APART_MS = 5_000;

type PageFact = FactOf<'page'>;

/** A page's report with its event time on our clock; it may have arrived later. */
export interface TimedReport extends PageFact {
  readonly ms: number;
}

/** All reports of one page load, in the page's order. Reports of a front end without session ids form one session. */
export type SessionReports = readonly TimedReport[];

/** A recording that a page reported as started or asked for. */
export interface ReportedStart {
  /** Epoch ms. */
  readonly ms: number;
  /** Its length on the page's clock. Undefined: the page did not see its end. */
  readonly lengthMs: number | undefined;
}

/** A room's error after which no recording ran. */
export interface StandingError {
  /** When we received the report. */
  readonly toldMs: number;
  /** Whether its page sends a session id, so that its reports can be told from those of other pages. */
  readonly isNamed: boolean;
  readonly kind: NonNullable<PageFact['error']>;
  /** Whether that page had a recording running. */
  readonly brokeOff: boolean;
}

/** A call as the facts describe it, after its conversation was created. Times are epoch ms. */
export interface ObservedCall {
  /** When we learned that it was created. */
  readonly beganMs: number;
  /** The latest possible end by Tavus's limits. */
  readonly longestEndMs: number;
  /** Undefined: no fact says that it has ended. */
  readonly endedMs: number | undefined;
  /** Why it ended, in Tavus's words. */
  readonly endReason: string | undefined;
  readonly sessions: readonly SessionReports[];
  readonly callsBack: boolean;
  readonly callbacks: { readonly sent: number; readonly read: number };
  /** Recordings that Tavus reported or that were seen, oldest first. */
  readonly recordings: readonly RecordingFacts[];
  /** Tavus reported a recording at a wrong location. */
  readonly isAtWrongLocation: boolean;
  /** Recordings that pages reported as started, oldest first. */
  readonly started: readonly ReportedStart[];
  /** Started recordings that were neither announced nor seen. */
  readonly unannounced: readonly ReportedStart[];
  /** Each time a page asked for the recording, answered or not. */
  readonly asked: readonly ReportedStart[];
  readonly standingError: StandingError | undefined;
}

const has = (session: SessionReports, ...events: readonly PageFact['event'][]): boolean =>
  session.some(({ event }) => events.includes(event));

/** Whether a page's reports show that a participant was in the room. */
export const wasInside = (session: SessionReports): boolean =>
  has(session, 'joined', 'asked', 'recording-started', 'recording-stopped', 'recording-error');

export const hasJoined = (session: SessionReports): boolean => has(session, 'joined');

/** Whether a page asked for a recording or saw one. */
export const hasAsked = (session: SessionReports): boolean =>
  has(session, 'asked', 'recording-started', 'recording-stopped');

export function callOf(facts: readonly Fact[]): ObservedCall {
  const expected = factOf(facts, 'expected');
  const callbacks = factsOf(facts, 'callback');
  const beganMs = factOf(facts, 'outcome')?.at ?? expected?.at ?? 0;
  const longestSec =
    (expected?.longestCallSec ?? VENDOR_MAX_CALL_SEC) + (expected?.absentSec ?? VENDOR_ABSENT_SEC);
  const shutdown = callbacks.find(({ event }) => event === TAVUS_EVENTS.shutdown);
  const sessions = sessionsOf(facts);
  const recordings = recordingsOf(facts);
  const endedMs = endOf(facts, beganMs);
  const starts = startsOf(sessions, 'recording-started', endedMs);
  return {
    beganMs,
    longestEndMs: (expected?.at ?? beganMs) + longestSec * 1000,
    endedMs,
    endReason: shutdown?.reason,
    sessions,
    callsBack: expected?.callsBack !== false,
    callbacks: {
      sent: callbacks.filter(({ via }) => via === 'sent').length,
      read: callbacks.filter(({ via }) => via === 'read').length,
    },
    recordings,
    isAtWrongLocation: isAtWrongLocation(callbacks, recordings),
    started: starts,
    unannounced: unannouncedStarts(starts, recordings, endedMs),
    asked: startsOf(sessions, 'asked', endedMs),
    standingError: standingError(sessions),
  };
}

/** Whether Tavus reported a recording at a wrong location and never at the right one. */
const isAtWrongLocation = (
  callbacks: readonly FactOf<'callback'>[],
  recordings: readonly RecordingFacts[],
): boolean =>
  callbacks.some(
    ({ event, recording }) =>
      event === TAVUS_EVENTS.ready &&
      recording !== undefined &&
      recording.wrong.length > 0 &&
      !recordings.some(({ known }) => known !== undefined && known.key === recording.key),
  );

/** The earliest reported end: by Tavus's clock if its time is plausible, else when we received the report. */
function endOf(facts: readonly Fact[], beganMs: number): number | undefined {
  const ends = [
    ...factsOf(facts, 'callback')
      .filter(({ event }) => event === TAVUS_EVENTS.shutdown)
      .map(({ at, timestamp }) => {
        const ms = Date.parse(timestamp ?? '');
        return ms >= beganMs - CLOCKS_APART_MS && ms <= at + CLOCKS_APART_MS ? ms : at;
      }),
    ...factsOf(facts, 'page')
      .filter(({ event }) => event === 'ended')
      .map(({ at }) => at),
  ];
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function sessionsOf(facts: readonly Fact[]): readonly SessionReports[] {
  const bySession = new Map<string, PageFact[]>();
  for (const report of factsOf(facts, 'page')) {
    if (report.event === 'ended') continue;
    const session = report.session ?? '';
    bySession.set(session, [...(bySession.get(session) ?? []), report]);
  }
  return [...bySession].map(([session, reports]) => {
    // The difference between the page's clock and ours, from the report that arrived fastest. Without a session id the
    // reports may be from several pages, so each keeps its time of arrival.
    const apartMs = Math.min(...reports.map(({ at, pageAt }) => at - pageAt));
    const timed = reports.map((one) => ({ ...one, ms: session === '' ? one.at : one.pageAt + apartMs }));
    return timed.toSorted((one, other) => one.ms - other.ms || one.at - other.at);
  });
}

/** Recordings that pages asked for or saw start, oldest first. All pages in a room report the same recording. */
function startsOf(
  sessions: readonly SessionReports[],
  event: 'asked' | 'recording-started',
  overMs: number | undefined,
): readonly ReportedStart[] {
  const starts = new Map<string, ReportedStart>();
  for (const session of sessions) {
    for (const [index, report] of session.entries()) {
      if (report.event !== event) continue;
      const name = report.recordingId ?? report.reportId;
      const { ms } = report;
      // A page that joined later saw only the rest of it.
      if (ms < (starts.get(name)?.ms ?? Infinity)) {
        starts.set(name, { ms, lengthMs: lengthIn(session, index, overMs) });
      }
    }
  }
  return [...starts.values()].toSorted((one, other) => one.ms - other.ms);
}

/**
 * The length of a recording on its page's clock, because all reports of a page may be late. It ends when it is stopped, or
 * when the participant leaves and this ends the call; otherwise the room continues recording. If another recording starts
 * first, the end is unknown.
 */
function lengthIn(session: SessionReports, index: number, overMs = Infinity): number | undefined {
  const start = session[index];
  const next = session
    .slice(index + 1)
    .find(
      ({ event, recordingId, ms }) =>
        event === 'recording-stopped' ||
        (event === 'recording-started' && start?.event === event && recordingId !== start.recordingId) ||
        (event === 'left' && Math.abs(ms - overMs) <= CLOCKS_APART_MS),
    );
  // Old pages send no session id and report "stopped" when their participant leaves.
  if (start?.session === undefined || next === undefined) return undefined;
  return next.event === 'recording-started' ? undefined : next.ms - start.ms;
}

/** Whether a reported start is close enough to a recording's begin to belong to it. */
const isTimely = (start: ReportedStart, { startedMs }: RecordingFacts): boolean =>
  start.ms >= startedMs - CLOCKS_APART_MS && start.ms <= startedMs + REPORT_MS;

/** Measured lengths of recordings, with the lengths that a page saw. */
export const lengthsOf = ({
  recordings,
  started,
  standingError: error,
}: ObservedCall): readonly { readonly reportedMs: number; readonly actualMs: number }[] =>
  recordings.flatMap((recording) => {
    // A recording that broke off ended earlier than its page reported.
    if (error?.brokeOff === true) return [];
    const reportedMs = started.find((start) => isTimely(start, recording))?.lengthMs;
    const durationSec = recording.look?.durationSec;
    return reportedMs === undefined || durationSec === undefined
      ? []
      : [{ reportedMs, actualMs: durationSec * 1000 }];
  });

/**
 * Starts that belong to no announced or seen recording. A recording accounts for the first start soon after its begin, even
 * if the recording is shorter, and for all starts up to its end.
 */
function unannouncedStarts(
  starts: readonly ReportedStart[],
  recordings: readonly RecordingFacts[],
  overMs = Infinity,
): readonly ReportedStart[] {
  if (recordings.length === 0) return starts;
  const firsts = new Set(recordings.map((recording) => starts.find((start) => isTimely(start, recording))));
  return starts.filter(
    (start) =>
      // No recording starts after the call's end: the reports of that page were late, and its recording is a known one.
      start.ms <= overMs + CLOCKS_APART_MS &&
      !firsts.has(start) &&
      !recordings.some(
        ({ startedMs, endedMs }) => start.ms >= startedMs - CLOCKS_APART_MS && start.ms <= endedMs,
      ),
  );
}

/** Whether a page reports that a recording runs throughout a period. */
const seesRunning = (session: SessionReports, fromMs: number, untilMs: number): boolean => {
  const last = session.findLast(({ event, ms }) => ms <= untilMs && event !== 'asked' && event !== 'joined');
  return last?.event === 'recording-started' && last.ms <= fromMs + REPORT_MS;
};

/** The latest error after which no recording started and while no other page saw one run. */
function standingError(sessions: readonly SessionReports[]): StandingError | undefined {
  const errors = sessions.flatMap((session) =>
    session
      .filter(({ event }) => event === 'recording-error')
      .map((error) => ({ error, session, others: sessions.filter((other) => other !== session) })),
  );
  const lastStartMs = Math.max(
    ...sessions.flat().map(({ event, ms }) => (event === 'recording-started' ? ms : -Infinity)),
  );
  const standing = errors
    .filter(({ error: { ms } }) => ms >= lastStartMs)
    .filter(({ error: { ms }, others }) => !others.some((other) => seesRunning(other, ms, ms + REPORT_MS)))
    .toSorted((one, other) => one.error.ms - other.error.ms)
    .at(-1);
  if (standing === undefined) return undefined;
  const { error, session } = standing;
  const before = session.slice(0, session.indexOf(error));
  return {
    toldMs: error.at,
    isNamed: error.session !== undefined,
    kind: error.error ?? 'other',
    brokeOff:
      before.findLast(({ event }) => event === 'recording-started' || event === 'recording-stopped')
        ?.event === 'recording-started',
  };
}
