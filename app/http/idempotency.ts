import { createHash } from 'node:crypto';
import type { Clock } from '../clock';
import { Problem } from './problem';
import { badRequest } from './problems';

/** Longer than any page waits before it gives up. */
const KEPT_MS = 3_600_000;
const MOST_KEPT = 1000;

interface Entry<T> {
  readonly fingerprint: string;
  readonly until: number;
  readonly outcome: Promise<T>;
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
    /** Whether a failure has to be remembered too, because the request may have been carried out. */
    private readonly isFinal: (error: unknown) => boolean,
  ) {}

  /**
   * @param key undefined: nothing is remembered
   * @param caller whose key it is: two callers may choose the same
   * @throws Problem 400 for a key of another form, 422 for one that was used with another body
   */
  async run(
    { key, caller, body }: { key: string | undefined; caller: string; body: unknown },
    action: () => Promise<T>,
  ): Promise<T> {
    if (key === undefined) return action();
    if (!/^[\x21-\x7e]{1,128}$/.test(key)) {
      throw badRequest('Idempotency-Key: has not 1 to 128 printable characters. Send a random UUID.');
    }
    const id = `${caller}\n${key}`;
    const fingerprint = createHash('sha256')
      .update(JSON.stringify(body ?? null))
      .digest('base64');
    const known = this.entries.get(id);
    if (known !== undefined && known.until > this.clock.now()) {
      if (known.fingerprint !== fingerprint) throw reused();
      return known.outcome;
    }
    const outcome = action();
    this.entries.delete(id);
    this.entries.set(id, { fingerprint, until: this.clock.now() + KEPT_MS, outcome });
    this.forgetOldest();
    try {
      return await outcome;
    } catch (error) {
      if (!this.isFinal(error)) this.entries.delete(id);
      throw error;
    }
  }

  private forgetOldest(): void {
    const now = this.clock.now();
    for (const [id, { until }] of this.entries) {
      if (until > now && this.entries.size <= MOST_KEPT) return;
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
