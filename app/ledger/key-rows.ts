import { createHash } from 'node:crypto';
import * as z from 'zod';
import { LEDGER_MS } from '../../contract/deadlines';
import type { Clock } from '../clock';
import { HttpProblem, PROBLEM_TYPES } from '../http/problem';
import type { Seal } from '../security/seal';
import { retryUntil } from './retry-until';
import { answerKey, KEYS, rowsOfKey } from './rows';
import {
  LedgerUnavailable,
  readAll,
  type Change,
  type PartitionWrite,
  type LedgerRow,
  type Store,
} from './store';

/** Longer than any page waits. */
const KEPT_MS = 3_600_000;

/** A lost caller gets no answer anyway, so ending its conversation must not wait longer for the ledger. */
const TAKE_BACK_MS = 2_000;

const keyRow = z.object({ start: z.string(), fingerprint: z.string(), at: z.number(), until: z.number() });
const answerRow = z.object({ sealed: z.string(), until: z.number(), told: z.literal(true).optional() });
const until = z.object({ until: z.number() });

const answer = z.union([
  z.object({ value: z.unknown() }),
  z.object({
    problem: z.object({
      type: z.enum(PROBLEM_TYPES),
      status: z.number(),
      title: z.string(),
      detail: z.string(),
    }),
  }),
]);
type StoredAnswer = z.output<typeof answer>;

/** A start with an idempotency key. */
export interface KeyedStart {
  /** Digest of caller and key. */
  readonly digest: string;
  readonly startId: string;
  /** When it began, epoch ms. */
  readonly atMs: number;
}

/** The stored answer of a key. */
export type KeptAnswer = { readonly value: unknown } | { readonly problem: HttpProblem };

/** See {@link KeyRows.answerOf}. */
export interface AnswerWrite extends PartitionWrite {
  readonly changes: readonly [Extract<Change, { kind: 'insert' }>];
}

/** A key in the ledger. */
export interface KnownKey {
  readonly row: LedgerRow;
  readonly start: KeyedStart;
  readonly fingerprint: string;
  readonly isOver: boolean;
  /** The stored answer: a value or a problem. */
  readonly answer: LedgerRow | undefined;
}

/** Identifies a caller's key without revealing it. @param space the caller: two callers may choose the same key */
export const digestOf = (space: string, key: string): string =>
  createHash('sha256').update(`${space}\n${key}`).digest('hex');

/** Idempotency keys in the ledger. Every call rejects with `LedgerUnavailable` when the ledger is unavailable. */
export class KeyRows {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly seal: Seal,
  ) {}

  async find(digest: string): Promise<KnownKey | undefined> {
    const rows = await readAll(this.store, KEYS, rowsOfKey(digest));
    const row = rows.find(({ key }) => key === digest);
    if (row === undefined) return undefined;
    const { start: startId, at: atMs, until: untilMs, fingerprint } = keyRow.parse(row.value);
    return {
      row,
      start: { digest, startId, atMs },
      fingerprint,
      isOver: untilMs <= this.clock.now(),
      answer: rows.find(({ key }) => key === answerKey(digest, startId)),
    };
  }

  /**
   * Assigns a key to a new start.
   * @param old the row to replace
   * @returns false when another request was faster
   */
  async take({ digest, startId, atMs }: KeyedStart, fingerprint: string, old?: LedgerRow): Promise<boolean> {
    const value = { start: startId, fingerprint, at: atMs, until: atMs + KEPT_MS };
    const change: Change =
      old === undefined
        ? { kind: 'insert', key: digest, value }
        : { kind: 'replace', key: digest, value, etag: old.etag };
    return (await this.store.within(LEDGER_MS).write(KEYS, [change])) === 'written';
  }

  /** Frees the key of a start without facts. If the ledger is unavailable, the key becomes free after a minute. */
  async release({ digest, startId }: KeyedStart): Promise<void> {
    try {
      const known = await this.find(digest);
      if (known?.start.startId !== startId) return;
      await this.store.write(KEYS, [{ kind: 'delete', key: digest, etag: known.row.etag }]);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
    }
  }

  /** The write that stores a start's answer; made before the caller gets the answer. */
  answerOf(start: KeyedStart, kept: KeptAnswer): AnswerWrite {
    const { row: key, value } = this.sealed(start, kept);
    return { partition: KEYS, changes: [{ kind: 'insert', key, value }] };
  }

  /**
   * Stores an answer.
   * @param untilMs deadline for retries while the ledger is unavailable
   * @returns false when another answer is already stored
   */
  async keep({ partition, changes }: AnswerWrite, untilMs: number): Promise<boolean> {
    const [{ key, value }] = changes;
    return retryUntil(this.clock, untilMs, async (leftMs) => {
      const store = this.store.within(leftMs);
      if ((await store.write(partition, changes)) === 'written') return true;
      // Our own earlier write may have succeeded although the store's answer was lost.
      return (await store.get(partition, key))?.value['sealed'] === value['sealed'];
    });
  }

  /**
   * Reads a stored value and marks it as delivered.
   * @returns undefined when it is being taken back
   * @throws HttpProblem: the stored one
   */
  async recall(row: LedgerRow): Promise<{ readonly value: unknown } | undefined> {
    const { sealed, told, until: untilMs } = answerRow.parse(row.value);
    const kept = this.opened(sealed, row.key);
    if (kept === undefined) throw unreadable();
    if ('problem' in kept) throw new HttpProblem(kept.problem);
    if (told === true) return kept;
    const value = { sealed, until: untilMs, told: true };
    const written = await this.store.write(KEYS, [{ kind: 'replace', key: row.key, value, etag: row.etag }]);
    return written === 'written' ? kept : undefined;
  }

  /**
   * Takes back a stored value.
   * @param problem the answer from now on
   * @returns false when the value was delivered elsewhere, or that is unknown
   */
  async takeBack(start: KeyedStart, problem: HttpProblem): Promise<boolean> {
    const { row: key, value } = this.sealed(start, { problem });
    const store = this.store.within(TAKE_BACK_MS);
    try {
      const row = await store.get(KEYS, key);
      if (row === undefined || answerRow.safeParse(row.value).data?.told !== undefined) return false;
      return (await store.write(KEYS, [{ kind: 'replace', key, value, etag: row.etag }])) === 'written';
    } catch (error) {
      if (error instanceof LedgerUnavailable) return false;
      throw error;
    }
  }

  /** Deletes expired rows; answers hold tokens and must not outlive their hour. */
  async sweep(): Promise<void> {
    const now = this.clock.now();
    for await (const rows of this.store.rows(KEYS)) {
      const over = rows.filter(({ value }) => (until.safeParse(value).data?.until ?? 0) <= now);
      for (const { key, etag } of over) await this.store.write(KEYS, [{ kind: 'delete', key, etag }]);
    }
  }

  private sealed(
    { digest, startId, atMs }: KeyedStart,
    kept: KeptAnswer,
  ): { readonly row: string; readonly value: { readonly sealed: string; readonly until: number } } {
    const row = answerKey(digest, startId);
    const what = 'problem' in kept ? { problem: kept.problem.parts } : kept;
    return { row, value: { sealed: this.seal.close(JSON.stringify(what), row), until: atMs + KEPT_MS } };
  }

  private opened(sealed: string, row: string): StoredAnswer | undefined {
    const text = this.seal.open(sealed, row);
    return text === undefined ? undefined : answer.safeParse(JSON.parse(text)).data;
  }
}

const unreadable = (): HttpProblem =>
  new HttpProblem({
    type: 'start-abandoned',
    status: 410,
    title: 'The start was abandoned',
    detail:
      'The answer to this start can no longer be decrypted, because its secret was removed from CALLBACK_SECRETS. Start again with a new key.',
  });
