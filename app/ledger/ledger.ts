import { createHash } from 'node:crypto';
import { factKey, factOf, factsOf, readFact, type Fact, type FactOf, type Outcome } from './facts';
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
import { writeStages, type Written } from './stages';
import {
  LedgerUnavailable,
  MOST_CHANGES,
  readAll,
  type Change,
  type PartitionWrite,
  type Row,
  type Store,
} from './store';

/** Callbacks and page reports that are kept of one start; a call has about six callbacks and as many reports. */
const MOST_TOLD_FACTS = 500;

const HASH_DIGITS = 32;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);

const insert = (one: Fact): Change => ({ kind: 'insert', key: factKey(one, hash), value: one });

/** Callbacks may come before the create call is answered. One that named another conversation than its answer is nobody's. */
function own(facts: readonly Fact[]): readonly Fact[] {
  const outcome = factOf(facts, 'outcome');
  if (outcome?.result !== 'created') return facts;
  return facts.filter((one) => one.kind !== 'callback' || one.conversationId === outcome.conversationId);
}

const batchesOf = <T>(list: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, n) => list.slice(n * size, (n + 1) * size));

/** A row by which a start is due. */
export interface Due {
  readonly key: string;
  readonly startId: string;
}

/** A start, as it is found by its day. */
export interface DayRow {
  readonly startId: string;
  readonly conversationId: string | undefined;
  readonly row: Pick<Row, 'partition' | 'key'>;
}

function readDayRow(row: Row): readonly DayRow[] {
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

/** How a created start is found. */
function index(startId: string, conversationId: string, expectedMs: number): readonly PartitionWrite[] {
  const value = { start: startId, conversation: conversationId };
  const byConversation: Change = { kind: 'insert', key: CONVERSATION_KEY, value };
  const byDay: Change = { kind: 'insert', key: newestFirstKey(expectedMs, startId), value };
  return [
    { partition: conversationPartition(conversationId), changes: [byConversation] },
    { partition: dayPartition(expectedMs), changes: [byDay] },
  ];
}

/** What follows the outcome of a created start. */
export interface Following {
  /** When it was expected, epoch ms: its day. */
  readonly expectedMs: number;
  /** When it is looked at next, epoch ms. */
  readonly lookAtMs: number;
  /** What else is to be written then. */
  readonly also: readonly PartitionWrite[];
}

/** What was decided of a start, and what came of each write that followed. */
export interface Created {
  readonly decided: Outcome;
  /** Of {@link Following.also}. */
  readonly also: readonly Written[];
  /** Of the rows by which it is found. */
  readonly index: readonly Written[];
}

const resultsOf = (decided: Outcome, written: readonly Written[], also: number): Created => ({
  decided,
  also: written.slice(0, also),
  index: written.slice(also),
});

/** What is written when a start is expected: all of it, or none. */
export interface Expectation {
  readonly expected: FactOf<'expected'>;
  readonly person: FactOf<'person'> | undefined;
}

/**
 * What should exist, and everything that became known of it, by start. Every call rejects with `LedgerUnavailable` when the
 * store is away.
 */
export class Ledger {
  constructor(readonly store: Store) {}

  /** The same ledger with one time limit for all calls made through it together. */
  within(ms: number): Ledger {
    return new Ledger(this.store.within(ms));
  }

  /** Has the watch look at a start at a time. Again, or earlier, does no harm: rows are never moved. */
  async lookAt(startId: string, dueMs: number): Promise<void> {
    const { partition, changes } = look(startId, dueMs);
    // A conflict is the same row.
    await this.store.write(partition, changes);
  }

  /** What is due, oldest first, some at a time. */
  async *due(nowMs: number): AsyncGenerator<readonly Due[]> {
    for await (const rows of this.store.rows(OPEN, dueUntil(nowMs))) {
      yield rows.map(({ key }) => ({ key, startId: readOpenKey(key).startId }));
    }
  }

  /**
   * Writes down that a start was looked at: the rows by which it was due go, and the next one comes.
   *
   * @param nextMs undefined: it need not be looked at again
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
      // It is to be looked at by then already.
      if (first.length > 0) await this.store.write(OPEN, first);
    }
    for (const batch of rest) await this.store.write(OPEN, batch);
  }

  /**
   * Writes down what should come to be, before it is asked for, and first that it is looked at: so nothing that is expected is
   * ever forgotten.
   *
   * @param lookAtMs when that is, epoch ms
   * @returns why it failed, and whether some of it may be there all the same; undefined: all of it is there
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
   * Writes down that Tavus has created a start's conversation, unless something else is decided already, and after that how
   * it is found.
   *
   * @throws LedgerUnavailable when the outcome could not be written
   */
  async created(
    startId: string,
    outcome: Outcome & { readonly result: 'created' },
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
    // Our own of before, whose answer by the ledger was lost.
    const [later = []] = isOurs ? await writeStages(this.store, [following]) : [];
    return resultsOf(decided, later, also.length);
  }

  /**
   * Writes down what became of a start, unless that is decided already.
   * @returns what was decided: this, or what was there before
   */
  async decide(startId: string, outcome: Outcome): Promise<Outcome> {
    return (await this.add(startId, outcome)) === 'added' ? outcome : this.decided(startId);
  }

  private async decided(startId: string): Promise<Outcome> {
    const row = await this.store.get(factsPartition(startId), 'outcome');
    const decided = readFact(row?.value);
    if (decided?.kind !== 'outcome') throw new Error('What was decided of a start cannot be read.');
    return decided;
  }

  /**
   * Makes a created start findable by its conversation and by its day, with a summary as soon as the watch has looked at
   * it. Made again it is the same.
   */
  async index(startId: string, conversationId: string, expectedMs: number): Promise<void> {
    await Promise.all(
      index(startId, conversationId, expectedMs).map(({ partition, changes }) =>
        this.store.write(partition, changes),
      ),
    );
  }

  /** The starts that were expected on one day, or on days up to one, by day. */
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

  /** Forgets everything of a start. What it is found by goes last, so that it is found again after a crash. */
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

  /** The start that made a conversation. */
  async startOf(conversationId: string): Promise<string | undefined> {
    const row = await this.store.get(conversationPartition(conversationId), CONVERSATION_KEY);
    const start = row?.value['start'];
    return typeof start === 'string' ? start : undefined;
  }

  /** Everything known of a start; empty for one that is not known. */
  async facts(startId: string): Promise<readonly Fact[]> {
    const rows = await readAll(this.store, factsPartition(startId));
    return own(rows.flatMap(({ value }) => readFact(value) ?? []));
  }

  /** Whether anything is known of a start, also what only a later version can read. */
  async isKnown(startId: string): Promise<boolean> {
    return (await readAll(this.store, factsPartition(startId))).length > 0;
  }

  /** Adds a fact, with the person's part of it if there is one: both, or none. */
  async add(startId: string, one: Fact, person?: FactOf<'person'>): Promise<'added' | 'known'> {
    const changes = [one, ...(person === undefined ? [] : [person])].map(insert);
    const written = await this.store.write(factsPartition(startId), changes);
    return written === 'written' ? 'added' : 'known';
  }

  /**
   * Adds what somebody outside told, a callback or a page's report, to a start whose facts are known. There is an end to
   * how many are kept.
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
