import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock';

/** Lines per minute for refusals of one kind: enough to see what a caller does wrong. */
const MOST_LINES = 20;
const MINUTE_MS = 60_000;

/** Refusals of one kind in the current minute. */
interface Refusals {
  since: number;
  count: number;
}

/** Refusals with the same method, route and status are one kind. */
export interface RefusalKind {
  readonly method?: string;
  readonly route: string;
  readonly status: number;
}

interface RefusalLine {
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn'>;
  readonly message: string;
  /** In addition to the kind. */
  readonly fields?: object;
}

/**
 * Logs refused requests. Any caller can cause refusals without end, so only the first of each kind per minute are logged;
 * the next line of that kind counts the rest.
 */
export class RefusalLog {
  private readonly kinds = new Map<string, Refusals>();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  write(kind: RefusalKind, { log, message, fields }: RefusalLine): void {
    const { count, notLogged } = this.take(`${kind.method} ${kind.route} ${kind.status}`);
    const before = notLogged === 0 ? {} : { not_logged: notLogged };
    if (count <= MOST_LINES) log.info({ ...kind, ...fields, ...before }, message);
    if (count === MOST_LINES) log.warn(kind, 'More refusals like this are not logged this minute');
  }

  /** Counts a refusal. `notLogged`: refusals left out in the minute before. */
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
