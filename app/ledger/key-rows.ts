import { createHash } from 'node:crypto';
import * as z from 'zod';
import { LEDGER_MS } from '../../contract/deadlines';
import type { Clock } from '../clock';
import { Problem, PROBLEM_TYPES } from '../http/problem';
import type { Seal } from '../security/seal';
import { insist } from './insist';
import { answerKey, KEYS, rowsOfKey } from './rows';
import { LedgerUnavailable, readAll, type Change, type PartitionWrite, type Row, type Store } from './store';

/** Longer than any page waits before it gives up. */
const KEPT_MS = 3_600_000;

/** A caller that was lost is answered in no case, so its conversation waits no longer than this to be ended. */
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
type Answer = z.output<typeof answer>;

/** A start that has a key. */
export interface KeyedStart {
  /** Of caller and key. */
  readonly digest: string;
  readonly startId: string;
  /** When it began, epoch ms. */
  readonly atMs: number;
}

/** What is answered under a key from now on. */
export type Kept = { readonly value: unknown } | { readonly problem: Problem };

/** See {@link KeyRows.answerOf}. */
export interface AnswerWrite extends PartitionWrite {
  readonly changes: readonly [Extract<Change, { kind: 'insert' }>];
}

/** What the ledger has of a key. */
export interface KnownKey {
  readonly row: Row;
  readonly start: KeyedStart;
  readonly fingerprint: string;
  readonly isOver: boolean;
  /** What is answered to whoever asks: a value, or a problem. */
  readonly answer: Row | undefined;
}

/** Names a caller's key without telling it. @param space whose key it is: two callers may choose the same */
export const digestOf = (space: string, key: string): string =>
  createHash('sha256').update(`${space}\n${key}`).digest('hex');

/** What idempotency keys stand for, in the ledger. Every call rejects with `LedgerUnavailable` when that is away. */
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
   * Makes a key stand for a new start.
   * @param old in whose place
   * @returns false: somebody else was faster
   */
  async take({ digest, startId, atMs }: KeyedStart, fingerprint: string, old?: Row): Promise<boolean> {
    const value = { start: startId, fingerprint, at: atMs, until: atMs + KEPT_MS };
    const change: Change =
      old === undefined
        ? { kind: 'insert', key: digest, value }
        : { kind: 'replace', key: digest, value, etag: old.etag };
    return (await this.store.within(LEDGER_MS).write(KEYS, [change])) === 'written';
  }

  /** Gives a key back that stands for a start of which the ledger has nothing. With the ledger away it is free after a minute. */
  async release({ digest, startId }: KeyedStart): Promise<void> {
    try {
      const known = await this.find(digest);
      if (known?.start.startId !== startId) return;
      await this.store.write(KEYS, [{ kind: 'delete', key: digest, etag: known.row.etag }]);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
    }
  }

  /** What keeps a start's answer, to be written before anybody gets it. */
  answerOf(start: KeyedStart, kept: Kept): AnswerWrite {
    const { row: key, value } = this.sealed(start, kept);
    return { partition: KEYS, changes: [{ kind: 'insert', key, value }] };
  }

  /**
   * Keeps an answer.
   * @param untilMs for how long it is tried while the ledger is away
   * @returns false: another one is kept already
   */
  async keep({ partition, changes }: AnswerWrite, untilMs: number): Promise<boolean> {
    const [{ key, value }] = changes;
    return insist(this.clock, untilMs, async (leftMs) => {
      const store = this.store.within(leftMs);
      if ((await store.write(partition, changes)) === 'written') return true;
      // Perhaps by ourselves: an answer of the ledger may be lost.
      return (await store.get(partition, key))?.value['sealed'] === value['sealed'];
    });
  }

  /**
   * A kept value, from now on told.
   * @returns undefined: it is being taken back
   * @throws Problem: what is kept
   */
  async recall(row: Row): Promise<{ readonly value: unknown } | undefined> {
    const { sealed, told, until: untilMs } = answerRow.parse(row.value);
    const kept = this.opened(sealed, row.key);
    if (kept === undefined) throw unreadable();
    if ('problem' in kept) throw new Problem(kept.problem);
    if (told === true) return kept;
    const value = { sealed, until: untilMs, told: true };
    const written = await this.store.write(KEYS, [{ kind: 'replace', key: row.key, value, etag: row.etag }]);
    return written === 'written' ? kept : undefined;
  }

  /**
   * Takes back a kept value.
   * @param problem what is answered instead
   * @returns false: somebody was told of it elsewhere, or that cannot be found out
   */
  async takeBack(start: KeyedStart, problem: Problem): Promise<boolean> {
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

  /** Deletes what is over, secrets first of all. */
  async sweep(): Promise<void> {
    const now = this.clock.now();
    for await (const rows of this.store.rows(KEYS)) {
      const over = rows.filter(({ value }) => (until.safeParse(value).data?.until ?? 0) <= now);
      for (const { key, etag } of over) await this.store.write(KEYS, [{ kind: 'delete', key, etag }]);
    }
  }

  private sealed(
    { digest, startId, atMs }: KeyedStart,
    kept: Kept,
  ): { readonly row: string; readonly value: { readonly sealed: string; readonly until: number } } {
    const row = answerKey(digest, startId);
    const what = 'problem' in kept ? { problem: kept.problem.parts } : kept;
    return { row, value: { sealed: this.seal.close(JSON.stringify(what), row), until: atMs + KEPT_MS } };
  }

  private opened(sealed: string, row: string): Answer | undefined {
    const text = this.seal.open(sealed, row);
    return text === undefined ? undefined : answer.safeParse(JSON.parse(text)).data;
  }
}

const unreadable = (): Problem =>
  new Problem({
    type: 'start-abandoned',
    status: 410,
    title: 'The start was abandoned',
    detail:
      'What this start was answered can no longer be read, because the secrets that it was sealed with are gone (CALLBACK_SECRETS). Start again with a new key.',
  });
