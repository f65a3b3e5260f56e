import { createHash } from 'node:crypto';
import type { Clock } from '../clock';
import { Handover } from '../http/handover';
import { HttpProblem } from '../http/problem';
import { badRequest } from '../http/problems';
import { sealWith } from '../security/seal';
import { factOf } from './facts';
import { digestOf, KeyRows, type KeyedStart, type KnownKey } from './key-rows';
import type { Ledger } from './ledger';
import type { LedgerRow } from './store';

/** How long a repeated request waits for the first one's outcome: a create call and its ledger writes. */
const WAIT_MS = 35_000;
const LOOK_EVERY_MS = 500;
const IN_PROGRESS_RETRY_SEC = 5;

/**
 * After this time a start without facts, or a created one without a stored answer, counts as interrupted: 30 s after its
 * begin nothing more is sent to Tavus, and its answer is stored within 10 s of its outcome. The rest allows for differing
 * clocks.
 */
const CUT_OFF_MS = 60_000;

const SWEEP_EVERY_MS = 3_600_000;

/** A random UUID has 36 characters; a much shorter key is probably not random. */
const SHORT_KEY = 16;

/** Whether a key could be guessed or chosen twice by accident. Such keys are accepted with a warning. */
export const isShortKey = (key: string): boolean => key.length < SHORT_KEY;

/** A new start that owns its key. */
export interface Claim extends KeyedStart {
  /** Stores the outcome for repeated requests. */
  readonly keys: KeyRows;
}

/** A start that was interrupted after its conversation was created. */
export interface CutOff {
  readonly startId: string;
  readonly conversationId: string;
}

/** The work of a request with a key. */
export interface KeyedWork<T> {
  /** Checked before a new start; a stored outcome is answered without it. @throws the refusal */
  readonly mayBegin: () => void;
  readonly begin: (claim: Claim) => Promise<T>;
  readonly patience: () => Promise<void>;
  /** Takes back a value that no caller received. See `HandoverOptions.undo`. */
  readonly undo: (value: T, claim: Claim) => Promise<T>;
  /** Ends the conversation of an interrupted start that no caller received. */
  readonly endCutOff: (start: CutOff) => Promise<void>;
}

export interface IdempotencyOptions<T> {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Current first; they seal stored answers. */
  readonly secrets: readonly string[];
  readonly newStartId: () => string;
  /** Ends all waiting when aborted. */
  readonly shutdown: AbortSignal;
  /** Registers work that a shutdown waits for. */
  readonly track: (work: Promise<T>) => Promise<T>;
  /** Parses a stored value. */
  readonly read: (value: unknown) => T;
}

/**
 * Answers a repeated request with the first one's outcome, so that a double click or a lost answer is not billed twice,
 * also after a restart and on another replica. Callers in this process share a {@link Handover}; all others use the ledger.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ (read 2026-11-22)
 */
export class Idempotency<T> {
  /** Outcomes that no caller has received yet. */
  private readonly live = new Map<string, { readonly fingerprint: string; readonly handover: Handover<T> }>();
  private readonly keys: KeyRows;
  private sweptMs = 0;

  constructor(private readonly options: IdempotencyOptions<T>) {
    const { ledger, clock, secrets } = options;
    this.keys = new KeyRows(ledger.store, clock, sealWith(secrets, 'tavus-recordings idempotency v1'));
  }

  /**
   * The outcome stored under a key, or of a new start if there is none.
   *
   * @throws HttpProblem 400 for a malformed key, 422 for a key that was used with another body
   */
  of({ key, space, body }: { key: string; space: string; body: unknown }, work: KeyedWork<T>): Handover<T> {
    if (!/^[\x21-\x7e]{1,128}$/.test(key)) {
      throw badRequest('Idempotency-Key: must have 1 to 128 printable characters. Send a random UUID.');
    }
    const digest = digestOf(space, key);
    const fingerprint = createHash('sha256')
      .update(JSON.stringify(body ?? null))
      .digest('base64');
    const known = this.live.get(digest);
    if (known !== undefined) {
      if (known.fingerprint !== fingerprint) throw reused();
      return known.handover;
    }
    let claim: Claim | undefined;
    const outcome = async (): Promise<T> => {
      const found = await this.claimOrRecall(digest, fingerprint, work);
      if ('value' in found) return this.options.read(found.value);
      claim = found;
      return work.begin(found);
    };
    const handover = new Handover(this.options.track(outcome()), {
      patience: work.patience,
      // A stored value counts as delivered.
      undo: async (value) => (claim === undefined ? value : work.undo(value, claim)),
      settled: () => this.live.delete(digest),
    });
    this.live.set(digest, { fingerprint, handover });
    return handover;
  }

  /** @throws HttpProblem: the stored one, the refusal of a new start, or 409 after a long wait */
  private async claimOrRecall(
    digest: string,
    fingerprint: string,
    work: KeyedWork<T>,
  ): Promise<Claim | { readonly value: unknown }> {
    const { clock, shutdown } = this.options;
    const untilMs = clock.now() + WAIT_MS;
    const refusal = refusalOf(work.mayBegin);
    if (refusal === undefined) {
      const claim = await this.take(digest, fingerprint);
      if (claim !== undefined) return claim;
    }
    for (;;) {
      const known = await this.keys.find(digest);
      const stand = known === undefined ? 'free' : await this.judge(known, fingerprint, work);
      if (typeof stand === 'object') return stand;
      if (stand === 'free') {
        if (refusal !== undefined) throw refusal;
        const claim = await this.take(digest, fingerprint, known?.row);
        if (claim !== undefined) return claim;
      }
      if (shutdown.aborted || clock.now() + LOOK_EVERY_MS > untilMs) throw inProgress();
      await clock.sleep(LOOK_EVERY_MS, shutdown);
    }
  }

  private async take(digest: string, fingerprint: string, old?: LedgerRow): Promise<Claim | undefined> {
    const { clock, newStartId } = this.options;
    const start = { digest, startId: newStartId(), atMs: clock.now() };
    if (!(await this.keys.take(start, fingerprint, old))) return undefined;
    this.sweep(start.atMs);
    return { ...start, keys: this.keys };
  }

  /** Decides how a known key answers a repeated request. */
  private async judge(
    { start, fingerprint, isOver, answer }: KnownKey,
    asked: string,
    { endCutOff }: KeyedWork<T>,
  ): Promise<{ readonly value: unknown } | 'free' | 'waiting'> {
    if (isOver) return 'free';
    if (fingerprint !== asked) throw reused();
    if (answer !== undefined) return (await this.keys.recall(answer)) ?? 'waiting';
    const { ledger, clock } = this.options;
    const facts = await ledger.facts(start.startId);
    const outcome = factOf(facts, 'outcome');
    const now = clock.now();
    switch (outcome?.result) {
      case 'not-created':
        return 'free';
      case 'abandoned':
        throw abandoned();
      case 'created':
        if (outcome.at + CUT_OFF_MS > now) return 'waiting';
        // First, so that the replica that began it can no longer deliver its answer.
        if (await this.keys.keep(this.keys.answerOf(start, { problem: abandoned() }), now)) {
          await endCutOff({ startId: start.startId, conversationId: outcome.conversationId });
        }
        return 'waiting';
      default:
        return facts.length === 0 && start.atMs + CUT_OFF_MS <= now ? 'free' : 'waiting';
    }
  }

  /** At most once an hour; the next run deletes what this one leaves. */
  private sweep(nowMs: number): void {
    if (nowMs < this.sweptMs + SWEEP_EVERY_MS) return;
    this.sweptMs = nowMs;
    void this.keys.sweep().catch(() => undefined);
  }
}

function refusalOf(mayBegin: () => void): unknown {
  try {
    mayBegin();
    return undefined;
  } catch (error) {
    return error;
  }
}

const reused = (): HttpProblem =>
  new HttpProblem({
    type: 'idempotency-key-reused',
    status: 422,
    title: 'Idempotency-Key used for something else',
    detail: 'This key was already used with another body. Use a new key for a new start.',
  });

const inProgress = (): HttpProblem =>
  new HttpProblem({
    type: 'start-in-progress',
    status: 409,
    title: 'The start is still in progress',
    detail:
      'A start with this key has begun, and its outcome is not known yet. Send the request again with the same key.',
    headers: { 'retry-after': String(IN_PROGRESS_RETRY_SEC) },
  });

const abandoned = (): HttpProblem =>
  new HttpProblem({
    type: 'start-abandoned',
    status: 410,
    title: 'The start was abandoned',
    detail:
      'The start with this key was interrupted. If it created a conversation, that is ended. Start again with a new key.',
  });
