import { createHash } from 'node:crypto';
import type { Clock } from '../clock';
import { Handover, type HandoverOptions } from './handover';
import { Problem } from './problem';
import { badRequest, tooMany } from './problems';

/** Longer than any page waits before it gives up. */
const KEPT_MS = 3_600_000;
/** A kilobyte each; ten a minute and caller may be started. */
const MOST_KEPT = 10_000;
const FULL_RETRY_SEC = 60;

/** A random UUID has 36 characters; what is much shorter was hardly chosen at random. */
const SHORT_KEY = 16;

/** Whether a key may be guessed, or chosen twice by mistake. It is taken all the same. */
export const isShortKey = (key: string): boolean => key.length < SHORT_KEY;

interface Entry<T> {
  readonly fingerprint: string;
  readonly until: number;
  readonly handover: Handover<T>;
}

/**
 * Answers a repeated request with the first one's outcome, so that a double click or a lost answer is not billed twice.
 * In memory: a repetition that reaches another process is new there.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ (read 2026-11-22)
 */
export class Idempotency<T> {
  private readonly entries = new Map<string, Entry<T>>();

  constructor(
    private readonly clock: Clock,
    /** Whether a failure proves that nothing was done. All others are remembered: their next try could be billed. */
    private readonly mayForget: (error: unknown) => boolean,
  ) {}

  /**
   * What a key stands for, which is a new outcome if it stands for nothing yet.
   *
   * @param space whose key it is: two callers may choose the same
   * @throws Problem 400 for a key of another form, 422 for one that was used with another body, 429 when too many are
   *   kept: none is forgotten early, because its next use would be billed
   */
  of(
    { key, space, body }: { key: string; space: string; body: unknown },
    begin: () => Promise<T>,
    options: HandoverOptions<T>,
  ): Handover<T> {
    if (!/^[\x21-\x7e]{1,128}$/.test(key)) {
      throw badRequest('Idempotency-Key: has not 1 to 128 printable characters. Send a random UUID.');
    }
    const id = `${space}\n${key}`;
    const fingerprint = createHash('sha256')
      .update(JSON.stringify(body ?? null))
      .digest('base64');
    this.forgetOld();
    const known = this.entries.get(id);
    if (known !== undefined) {
      if (known.fingerprint !== fingerprint) throw reused();
      return known.handover;
    }
    if (this.entries.size >= MOST_KEPT) throw tooMany(FULL_RETRY_SEC);
    const outcome = begin();
    const handover = new Handover(outcome, options);
    this.entries.set(id, { fingerprint, until: this.clock.now() + KEPT_MS, handover });
    outcome.catch((error: unknown) => {
      if (this.mayForget(error)) this.entries.delete(id);
    });
    return handover;
  }

  /** All are kept for as long, so the oldest is the first to go. */
  private forgetOld(): void {
    const now = this.clock.now();
    for (const [id, { until }] of this.entries) {
      if (until > now) return;
      this.entries.delete(id);
    }
  }
}

const reused = (): Problem =>
  new Problem({
    type: 'idempotency-key-reused',
    status: 422,
    title: 'Idempotency-Key used for something else',
    detail: 'This key came before with another body. Use a new key for a new start.',
  });
