import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';

/** Refusals of one kind that get a line each per minute: enough to see what a caller does wrong. */
const MOST_LINES = 20;
const MINUTE_MS = 60_000;

/** What was refused in one way since a minute began. */
interface Refusals {
  since: number;
  count: number;
}

/** What makes refusals one kind. There are as many kinds as methods, routes and statuses. */
export interface RefusalKind {
  readonly method?: string;
  readonly route: string;
  readonly status: number;
}

/** One line in the log. */
interface Line {
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn'>;
  readonly message: string;
  /** Beside the kind. */
  readonly fields?: object;
}

/**
 * Logs what was refused. Anybody can have requests refused without end, so of the same kind only the first ones of a
 * minute are logged; how many were not stands in the next line of their kind.
 */
export class RefusalLog {
  private readonly kinds = new Map<string, Refusals>();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  write(kind: RefusalKind, { log, message, fields }: Line): void {
    const { count, notLogged } = this.take(`${kind.method} ${kind.route} ${kind.status}`);
    const before = notLogged === 0 ? {} : { not_logged: notLogged };
    if (count <= MOST_LINES) log.info({ ...kind, ...fields, ...before }, message);
    if (count === MOST_LINES) log.warn(kind, 'More refusals like this are not logged this minute');
  }

  /** Counts a refusal. `notLogged`: lines that were left out before this minute. */
  private take(key: string): { readonly count: number; readonly notLogged: number } {
    const now = this.clock.now();
    const known = this.kinds.get(key);
    if (known === undefined || now - known.since >= MINUTE_MS) {
      this.kinds.set(key, { since: now, count: 1 });
      return { count: 1, notLogged: Math.max(0, (known?.count ?? 0) - MOST_LINES) };
    }
    known.count += 1;
    return { count: known.count, notLogged: 0 };
  }
}
