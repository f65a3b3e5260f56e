import { defined } from '../../contract/defined';
import { WATCH_LINES } from '../../contract/watch-lines';
import type { FactOf } from '../ledger/facts';
import type { LineSink } from '../log/line-sink';
import { evidence, type Log } from '../log/logger';
import { CAUSES, isCause, runbookOf } from './causes';
import type { OperatorNotice } from './judge';

/** This many recordings with the same cause within this time are one outage and get one alert. */
const OUTAGE_COUNT = 5;
const OUTAGE_MS = 15 * 60_000;

type JudgedFact = FactOf<'judged'>;

/** One notice about one start. */
export interface StartNotice {
  readonly startId: string;
  readonly conversationId: string | undefined;
  readonly notice: OperatorNotice;
}

export interface TellerDependencies {
  readonly log: Log;
  readonly lines: LineSink;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Log fields about a cause. */
function aboutCause(cause: string | undefined): object {
  if (!isCause(cause)) return defined({ cause });
  const { sentence, check } = CAUSES[cause];
  return { cause, reason: sentence, ...defined({ check }), runbook: runbookOf(cause) };
}

const badLine = ({ verdict }: JudgedFact): string => {
  switch (verdict) {
    case 'missing':
    case 'partial':
    case 'gone':
    case 'unwanted':
    case 'back':
      return WATCH_LINES[verdict];
    default:
      return WATCH_LINES.unannounced;
  }
};

/** Alerts operators by log lines that are written at any log level. */
export class Teller {
  /** Times of recent alerts, by cause. */
  private readonly lately = new Map<string, readonly number[]>();

  constructor(private readonly context: TellerDependencies) {}

  /** @returns the notices whose lines were written */
  tell(notices: readonly StartNotice[]): readonly StartNotice[] {
    const good = notices.filter(({ notice }) => notice.kind !== 'bad');
    const bad = notices.filter(({ notice }) => notice.kind === 'bad');
    const causes = [...new Set(bad.map(({ notice }) => notice.judged.cause ?? ''))];
    return [
      ...good.filter((one) => this.write(() => this.tellGood(one))),
      ...causes.flatMap((cause) =>
        this.tellBad(
          cause,
          bad.filter(({ notice }) => (notice.judged.cause ?? '') === cause),
        ),
      ),
    ];
  }

  private write(log: () => void): boolean {
    return this.context.lines.wasWritten(log);
  }

  private tellGood({ startId, conversationId, notice }: StartNotice): void {
    const { cause } = notice.judged;
    evidence(this.context.log).info(
      { start_id: startId, conversation_id: conversationId, ...defined({ cause }) },
      notice.kind === 'late' ? WATCH_LINES.late : WATCH_LINES.notDue,
    );
  }

  private tellBad(cause: string, group: readonly StartNotice[]): readonly StartNotice[] {
    const now = this.context.now();
    const before = (this.lately.get(cause) ?? []).filter((ms) => ms > now - OUTAGE_MS);
    const times = [...before, ...group.map(() => now)];
    const written = this.writeBad(cause, group, times);
    if (written.length > 0) this.lately.set(cause, times);
    return written;
  }

  private writeBad(
    cause: string,
    group: readonly StartNotice[],
    times: readonly number[],
  ): readonly StartNotice[] {
    if (times.length < OUTAGE_COUNT) return group.filter((one) => this.write(() => this.tellOne(one)));
    return this.write(() => this.tellOutage(cause, group, times)) ? group : [];
  }

  private tellOne({ startId, conversationId, notice: { judged } }: StartNotice): void {
    evidence(this.context.log).error(
      {
        start_id: startId,
        conversation_id: conversationId,
        ...aboutCause(judged.cause),
        looked_at: judged.evidence,
      },
      badLine(judged),
    );
  }

  private tellOutage(cause: string, group: readonly StartNotice[], times: readonly number[]): void {
    evidence(this.context.log).error(
      {
        ...aboutCause(cause),
        count: times.length,
        since: new Date(times[0] ?? 0).toISOString(),
        conversations: group.map(({ conversationId, startId }) => conversationId ?? startId),
        looked_at: group[0]?.notice.judged.evidence,
      },
      WATCH_LINES.outage,
    );
  }
}
