import { createHash } from 'node:crypto';
import { factKey, factOf, factsOf, readFact, type Fact, type FactOf, type StartOutcome } from './facts';
import {
  CONVERSATION_KEY,
  conversationPartition,
  dayPartition,
  DAYS,
  dueUntil,
  factsPartition,
  LISTED_STATES,
  newestFirstKey,
  OPEN,
  openKey,
  readOpenKey,
  statePartition,
} from './rows';
import { writeStages, type WriteResult } from './stages';
import {
  LedgerUnavailable,
  MOST_CHANGES,
  readAll,
  type Change,
  type PartitionWrite,
  type LedgerRow,
  type Store,
} from './store';

/** Maximum number of callbacks and page reports stored per start; a call has about six of each. */
const MOST_TOLD_FACTS = 500;

const HASH_DIGITS = 32;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);

const insert = (one: Fact): Change => ({ kind: 'insert', key: factKey(one, hash), value: one });

/** Callbacks can arrive before the create call's answer. Drops those that name another conversation than the answer. */
function own(facts: readonly Fact[]): readonly Fact[] {
  const outcome = factOf(facts, 'outcome');
  if (outcome?.result !== 'created') return facts;
  return facts.filter((one) => one.kind !== 'callback' || one.conversationId === outcome.conversationId);
}

const batchesOf = <T>(list: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, n) => list.slice(n * size, (n + 1) * size));

/** A row that schedules a check of a start. */
export interface Due {
  readonly key: string;
  readonly startId: string;
}

/** A start in the list of its day. */
export interface DayRow {
  readonly startId: string;
  readonly conversationId: string | undefined;
  readonly row: Pick<LedgerRow, 'partition' | 'key'>;
}

function readDayRow(row: LedgerRow): readonly DayRow[] {
  const { start, conversation } = row.value;
  if (typeof start !== 'string') return [];
  return [
    { startId: start, conversationId: typeof conversation === 'string' ? conversation : undefined, row },
  ];
}

const look = (startId: string, dueMs: number): PartitionWrite => ({
  partition: OPEN,
  changes: [{ kind: 'insert', key: openKey(dueMs, startId), value: {} }],
});

/** The rows that index a created start. */
function index(startId: string, conversationId: string, expectedMs: number): readonly PartitionWrite[] {
  const value = { start: startId, conversation: conversationId };
  const byConversation: Change = { kind: 'insert', key: CONVERSATION_KEY, value };
  const byDay: Change = { kind: 'insert', key: newestFirstKey(expectedMs, startId), value };
  return [
    { partition: conversationPartition(conversationId), changes: [byConversation] },
    { partition: dayPartition(expectedMs), changes: [byDay] },
  ];
}

/** Writes that follow the outcome of a created start. */
export interface Following {
  /** When the start was expected, epoch ms; gives its day. */
  readonly expectedMs: number;
  /** When the watch checks it next, epoch ms. */
  readonly lookAtMs: number;
  /** Further writes. */
  readonly also: readonly PartitionWrite[];
}

/** The outcome of a start, and the results of the writes that followed. */
export interface Created {
  readonly decided: StartOutcome;
  /** Results of {@link Following.also}. */
  readonly also: readonly WriteResult[];
  /** Results of the index rows. */
  readonly index: readonly WriteResult[];
}

const resultsOf = (decided: StartOutcome, written: readonly WriteResult[], also: number): Created => ({
  decided,
  also: written.slice(0, also),
  index: written.slice(also),
});

/** Facts written before the create call, atomically. */
export interface Expectation {
  readonly expected: FactOf<'expected'>;
  readonly person: FactOf<'person'> | undefined;
}

/**
 * Which recordings should exist, and everything known about them, by start. Every call rejects with `LedgerUnavailable`
 * when the store is unavailable.
 */
export class Ledger {
  constructor(readonly store: Store) {}

  /** The same ledger with one time limit shared by all calls through it. */
  within(ms: number): Ledger {
    return new Ledger(this.store.within(ms));
  }

  /** Schedules a check of a start. Each time adds a row and none is moved, so further or earlier checks do no harm. */
  async lookAt(startId: string, dueMs: number): Promise<void> {
    const { partition, changes } = look(startId, dueMs);
    // A conflict means that the same row exists.
    await this.store.write(partition, changes);
  }

  /** Checks that are due, oldest first, in pages. */
  async *due(nowMs: number): AsyncGenerator<readonly Due[]> {
    for await (const rows of this.store.rows(OPEN, dueUntil(nowMs))) {
      yield rows.map(({ key }) => ({ key, startId: readOpenKey(key).startId }));
    }
  }

  /**
   * Records a finished check of a start: deletes the rows that scheduled it and schedules the next one.
   *
   * @param nextMs undefined: no further check
   */
  async lookedAt(startId: string, keys: readonly string[], nextMs: number | undefined): Promise<void> {
    const next: readonly Change[] =
      nextMs === undefined ? [] : [{ kind: 'insert', key: openKey(nextMs, startId), value: {} }];
    const [first = [], ...rest] = batchesOf(
      keys.map((key): Change => ({ kind: 'delete', key })),
      MOST_CHANGES - next.length,
    );
    const changes = [...next, ...first];
    if (changes.length > 0 && (await this.store.write(OPEN, changes)) === 'conflict') {
      // The next check is already scheduled.
      if (first.length > 0) await this.store.write(OPEN, first);
    }
    for (const batch of rest) await this.store.write(OPEN, batch);
  }

  /**
   * Records an expected start before the create call. Schedules its check first, so that no expected start is ever
   * forgotten.
   *
   * @param lookAtMs time of the check, epoch ms
   * @returns why it failed, and whether some rows may exist nevertheless; undefined on success
   */
  async expect(
    startId: string,
    { expected, person }: Expectation,
    lookAtMs: number,
  ): Promise<{ readonly error: LedgerUnavailable; readonly mayBeThere: boolean } | undefined> {
    const facts = [expected, ...(person === undefined ? [] : [person])];
    const [looked, written] = await writeStages(this.store, [
      [look(startId, lookAtMs)],
      [{ partition: factsPartition(startId), changes: facts.map(insert) }],
    ]);
    const results = [...(looked ?? []), ...(written ?? [])];
    const error = results.find((result) => result instanceof LedgerUnavailable);
    if (error !== undefined) return { error, mayBeThere: looked?.[0] === 'written' };
    if (results.includes('conflict')) throw new Error('A start with this id is expected already.');
    return undefined;
  }

  /**
   * Records that Tavus created a start's conversation, unless the start already has an outcome, and then writes the index
   * rows.
   *
   * @throws LedgerUnavailable when the outcome could not be written
   */
  async created(
    startId: string,
    outcome: StartOutcome & { readonly result: 'created' },
    { expectedMs, lookAtMs, also }: Following,
  ): Promise<Created> {
    const following = [
      ...also,
      ...index(startId, outcome.conversationId, expectedMs),
      look(startId, lookAtMs),
    ];
    const first = { partition: factsPartition(startId), changes: [insert(outcome)] };
    const [[result] = [], written = []] = await writeStages(this.store, [[first], following]);
    if (result instanceof LedgerUnavailable) throw result;
    if (result !== 'conflict') return resultsOf(outcome, written, also.length);
    const decided = await this.decided(startId);
    const isOurs = decided.result === 'created' && decided.conversationId === outcome.conversationId;
    // The outcome is our own earlier write; the store's answer to it was lost.
    const [later = []] = isOurs ? await writeStages(this.store, [following]) : [];
    return resultsOf(decided, later, also.length);
  }

  /**
   * Records the outcome of a start, unless it already has one.
   * @returns the recorded outcome: this one or the earlier one
   */
  async decide(startId: string, outcome: StartOutcome): Promise<StartOutcome> {
    return (await this.add(startId, outcome)) === 'added' ? outcome : this.decided(startId);
  }

  private async decided(startId: string): Promise<StartOutcome> {
    const row = await this.store.get(factsPartition(startId), 'outcome');
    const decided = readFact(row?.value);
    if (decided?.kind !== 'outcome') throw new Error('The outcome of a start cannot be read.');
    return decided;
  }

  /**
   * Indexes a created start by its conversation and its day. The watch adds the summary. Idempotent.
   */
  async index(startId: string, conversationId: string, expectedMs: number): Promise<void> {
    await Promise.all(
      index(startId, conversationId, expectedMs).map(({ partition, changes }) =>
        this.store.write(partition, changes),
      ),
    );
  }

  /** The starts expected on one day, or up to one day, in the order of days. */
  async *startsByDay(
    days: { readonly on: number } | { readonly until: number },
  ): AsyncGenerator<readonly DayRow[]> {
    const isOne = 'on' in days;
    const last = dayPartition(isOne ? days.on : days.until);
    for await (const rows of isOne ? this.store.rows(last) : this.store.partitions(DAYS)) {
      const wanted = rows.filter(({ partition }) => partition <= last);
      yield wanted.flatMap(readDayRow);
      if (wanted.length < rows.length) return;
    }
  }

  /** Deletes everything about a start. Deletes its index rows last, so that a crash does not leave unreachable facts. */
  async forget({ startId, conversationId, row }: DayRow): Promise<void> {
    const facts = await readAll(this.store, factsPartition(startId));
    const deletes = facts.map(({ key }): Change => ({ kind: 'delete', key }));
    for (const batch of batchesOf(deletes, MOST_CHANGES)) {
      await this.store.write(factsPartition(startId), batch);
    }
    if (conversationId !== undefined) {
      await this.store.write(conversationPartition(conversationId), [
        { kind: 'delete', key: CONVERSATION_KEY },
      ]);
    }
    for (const partition of [...LISTED_STATES.map(statePartition), row.partition]) {
      await this.store.write(partition, [{ kind: 'delete', key: row.key }]);
    }
  }

  /** The start that created a conversation. */
  async startOf(conversationId: string): Promise<string | undefined> {
    const row = await this.store.get(conversationPartition(conversationId), CONVERSATION_KEY);
    const start = row?.value['start'];
    return typeof start === 'string' ? start : undefined;
  }

  /** All facts of a start; empty for an unknown one. */
  async facts(startId: string): Promise<readonly Fact[]> {
    const rows = await readAll(this.store, factsPartition(startId));
    return own(rows.flatMap(({ value }) => readFact(value) ?? []));
  }

  /** Whether a start has facts, including those that only a later version can read. */
  async isKnown(startId: string): Promise<boolean> {
    return (await readAll(this.store, factsPartition(startId))).length > 0;
  }

  /** Adds a fact and its `person` fact, if any, atomically. */
  async add(startId: string, one: Fact, person?: FactOf<'person'>): Promise<'added' | 'known'> {
    const changes = [one, ...(person === undefined ? [] : [person])].map(insert);
    const written = await this.store.write(factsPartition(startId), changes);
    return written === 'written' ? 'added' : 'known';
  }

  /**
   * Adds a fact from outside (a callback or a page's report) to a start, up to a maximum per start.
   * @param facts the start's facts so far
   */
  async addTold(
    startId: string,
    facts: readonly Fact[],
    one: FactOf<'callback' | 'page'>,
    person?: FactOf<'person'>,
  ): Promise<'added' | 'known' | 'too-many'> {
    const count = factsOf(facts, 'callback').length + factsOf(facts, 'page').length;
    if (count < MOST_TOLD_FACTS) return this.add(startId, one, person);
    await this.add(startId, { kind: 'overflow', at: one.at });
    return 'too-many';
  }
}
