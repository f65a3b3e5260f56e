import { VENDOR_ABSENT_SEC, VENDOR_MAX_CALL_SEC } from '../../contract/vendor-facts';
import { factOf, factsOf, TAVUS_EVENTS, type Fact, type FactOf } from '../ledger/facts';
import { recordingsOf, type Recording } from '../ledger/recordings';

/** Daily reports the start of a recording up to 25 s late (observed), and reports are sent again. */
const REPORT_MS = 60_000;

/** How far our clock and the vendor's may be apart. */
const CLOCKS_APART_MS = 5_000;

type Report = FactOf<'page'>;

/** A page's report with its time by our clock: reports that could not be sent at once come late. */
export interface TimedReport extends Report {
  readonly ms: number;
}

/** All reports of one load of a page, in its order. A front end that names no session has one for all. */
export type PageSession = readonly TimedReport[];

/** A recording that somebody started, or asked for, by the word of a page. */
export interface ReportedStart {
  /** Epoch ms. */
  readonly ms: number;
  /** How long it was, by the clock of one page. Undefined: that page did not see its end. */
  readonly lengthMs: number | undefined;
}

/** A room's error that nothing has overcome. */
export interface StandingError {
  /** When we were told of it. */
  readonly toldMs: number;
  /** Whether its page names its session, so that what that page reports can be told from the reports of others. */
  readonly isNamed: boolean;
  readonly kind: NonNullable<Report['error']>;
  /** Whether that page had a recording running. */
  readonly brokeOff: boolean;
}

/** What the facts say of a call whose conversation was created. Times are epoch ms. */
export interface Call {
  /** When it was created, or known to be. */
  readonly beganMs: number;
  /** The latest it can end by Tavus's own limits. */
  readonly longestEndMs: number;
  /** Undefined: nobody says that it has ended. */
  readonly endedMs: number | undefined;
  /** Why it ended, in Tavus's words. */
  readonly endReason: string | undefined;
  readonly sessions: readonly PageSession[];
  readonly callsBack: boolean;
  readonly callbacks: { readonly sent: number; readonly read: number };
  /** Recordings that Tavus has told of, or that were seen, oldest first. */
  readonly recordings: readonly Recording[];
  /** Tavus told of a recording and named a place that is not ours. */
  readonly isMisplaced: boolean;
  /** Recordings that pages saw start, oldest first. */
  readonly started: readonly ReportedStart[];
  /** Those of them that are neither announced nor seen. */
  readonly unannounced: readonly ReportedStart[];
  /** Each time that a page asked for the recording, whether it heard an answer or not. */
  readonly asked: readonly ReportedStart[];
  readonly standingError: StandingError | undefined;
}

const has = (session: PageSession, ...events: readonly Report['event'][]): boolean =>
  session.some(({ event }) => events.includes(event));

/** Whether somebody was in the room, by the word of a page. */
export const wasInside = (session: PageSession): boolean =>
  has(session, 'joined', 'asked', 'recording-started', 'recording-stopped', 'recording-error');

export const hasJoined = (session: PageSession): boolean => has(session, 'joined');

/** Whether a page asked for the recording, or saw one. */
export const hasAsked = (session: PageSession): boolean =>
  has(session, 'asked', 'recording-started', 'recording-stopped');

export function callOf(facts: readonly Fact[]): Call {
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
    isMisplaced: isMisplaced(callbacks, recordings),
    started: starts,
    unannounced: unannouncedStarts(starts, recordings, endedMs),
    asked: startsOf(sessions, 'asked', endedMs),
    standingError: standingError(sessions),
  };
}

/** Whether Tavus named a wrong place, and not the right one for the same recording. */
const isMisplaced = (callbacks: readonly FactOf<'callback'>[], recordings: readonly Recording[]): boolean =>
  callbacks.some(
    ({ event, recording }) =>
      event === TAVUS_EVENTS.ready &&
      recording !== undefined &&
      recording.wrong.length > 0 &&
      !recordings.some(({ known }) => known !== undefined && known.key === recording.key),
  );

/** By Tavus's clock where it names a time that can be, else when we were told; the earliest of all. */
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

function sessionsOf(facts: readonly Fact[]): readonly PageSession[] {
  const bySession = new Map<string, Report[]>();
  for (const report of factsOf(facts, 'page')) {
    if (report.event === 'ended') continue;
    const session = report.session ?? '';
    bySession.set(session, [...(bySession.get(session) ?? []), report]);
  }
  return [...bySession].map(([session, reports]) => {
    // How far that page's clock is from ours, by the report that was the quickest to come. Without a session the
    // reports may be of several pages, so each has its own time.
    const apartMs = Math.min(...reports.map(({ at, pageAt }) => at - pageAt));
    const timed = reports.map((one) => ({ ...one, ms: session === '' ? one.at : one.pageAt + apartMs }));
    return timed.toSorted((one, other) => one.ms - other.ms || one.at - other.at);
  });
}

/** What pages asked for, or saw start, oldest first. Everybody in the room reports the same recording. */
function startsOf(
  sessions: readonly PageSession[],
  event: 'asked' | 'recording-started',
  overMs: number | undefined,
): readonly ReportedStart[] {
  const starts = new Map<string, ReportedStart>();
  for (const session of sessions) {
    for (const [index, report] of session.entries()) {
      if (report.event !== event) continue;
      const name = report.recordingId ?? report.reportId;
      const { ms } = report;
      // Who came later saw only the rest of it.
      if (ms < (starts.get(name)?.ms ?? Infinity)) {
        starts.set(name, { ms, lengthMs: lengthIn(session, index, overMs) });
      }
    }
  }
  return [...starts.values()].toSorted((one, other) => one.ms - other.ms);
}

/**
 * How long something went on, by the clock of its page alone: all reports of a page may be late. It ended when it was
 * stopped, or when the person left and the call was over with that: otherwise the room goes on recording. When another one
 * started before that, its end is not known.
 */
function lengthIn(session: PageSession, index: number, overMs = Infinity): number | undefined {
  const start = session[index];
  const next = session
    .slice(index + 1)
    .find(
      ({ event, recordingId, ms }) =>
        event === 'recording-stopped' ||
        (event === 'recording-started' && start?.event === event && recordingId !== start.recordingId) ||
        (event === 'left' && Math.abs(ms - overMs) <= CLOCKS_APART_MS),
    );
  // Old pages say "stopped" when their person has left, and name no session.
  if (start?.session === undefined || next === undefined) return undefined;
  return next.event === 'recording-started' ? undefined : next.ms - start.ms;
}

/** A start that is reported at most so long after a recording began is that recording's. */
const isTimely = (start: ReportedStart, { startedMs }: Recording): boolean =>
  start.ms >= startedMs - CLOCKS_APART_MS && start.ms <= startedMs + REPORT_MS;

/** How long recordings that were seen are, and how long a page saw them go on. */
export const lengthsOf = ({
  recordings,
  started,
  standingError: error,
}: Call): readonly { readonly reportedMs: number; readonly actualMs: number }[] =>
  recordings.flatMap((recording) => {
    // What broke off ended earlier than its page says.
    if (error?.brokeOff === true) return [];
    const reportedMs = started.find((start) => isTimely(start, recording))?.lengthMs;
    const durationSec = recording.look?.durationSec;
    return reportedMs === undefined || durationSec === undefined
      ? []
      : [{ reportedMs, actualMs: durationSec * 1000 }];
  });

/**
 * Starts that belong to no recording that was announced or seen. Each recording accounts for the first one soon after its
 * beginning, however short it was, and for all up to its end.
 */
function unannouncedStarts(
  starts: readonly ReportedStart[],
  recordings: readonly Recording[],
  overMs = Infinity,
): readonly ReportedStart[] {
  if (recordings.length === 0) return starts;
  const firsts = new Set(recordings.map((recording) => starts.find((start) => isTimely(start, recording))));
  return starts.filter(
    (start) =>
      // Nothing starts after the end: all reports of that page came late, and its recording is one of these.
      start.ms <= overMs + CLOCKS_APART_MS &&
      !firsts.has(start) &&
      !recordings.some(
        ({ startedMs, endedMs }) => start.ms >= startedMs - CLOCKS_APART_MS && start.ms <= endedMs,
      ),
  );
}

/** Whether a page sees a recording run from before a time until after it. */
const seesRunning = (session: PageSession, fromMs: number, untilMs: number): boolean => {
  const last = session.findLast(({ event, ms }) => ms <= untilMs && event !== 'asked' && event !== 'joined');
  return last?.event === 'recording-started' && last.ms <= fromMs + REPORT_MS;
};

/** The latest error after which no recording started, and beside which no other page sees one run. */
function standingError(sessions: readonly PageSession[]): StandingError | undefined {
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
