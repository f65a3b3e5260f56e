import * as z from 'zod';
import { defined } from '../../contract/defined';
import { factOf, factsOf, type Fact } from './facts';
import type { Ledger } from './ledger';
import type { KnownRecording } from './recordings';
import {
  CONVERSATION_KEY,
  conversationPartition,
  dayPartition,
  LISTED_STATES,
  newestFirstKey,
  statePartition,
} from './rows';
import { STATE_NAMES, stateOf } from './states';
import type { Change, LedgerRow } from './store';

/** Further recordings are counted; the facts have them. */
const MOST_RECORDINGS = 20;

/**
 * The state of a start, stored in its index rows. Derived from the facts and only for lists: it is not evidence, and no
 * decision uses it.
 */
const summary = z.object({
  start: z.string(),
  conversation: z.string().optional(),
  /** When the start was expected, epoch ms. */
  at: z.number(),
  state: z.enum(STATE_NAMES),
  cause: z.string().optional(),
  /** Where its recordings should be. */
  bucket: z.string().optional(),
  /** Of the conversation. An erasure removes it. */
  name: z.string().optional(),
  /** On hold: it must not be erased. */
  held: z.literal(true).optional(),
  /** When a person last acknowledged it; undefined if the watch judged again or found something else since then. */
  acknowledgedAt: z.number().optional(),
  facts: z.number(),
  /** The newest recordings, oldest of these first. */
  recordings: z.array(
    z.object({
      key: z.string(),
      whereabouts: z.string(),
      bytes: z.number().optional(),
      durationSec: z.number().optional(),
      /** When the bucket deletes it, epoch ms. */
      expiresAt: z.number().optional(),
    }),
  ),
  recordingCount: z.number(),
});
export type Summary = z.output<typeof summary>;

/** A row's summary; undefined if it has none yet or it cannot be read. */
export const readSummary = ({ value }: Pick<LedgerRow, 'value'>): Summary | undefined =>
  summary.safeParse(value).data;

function acknowledgedAt(facts: readonly Fact[]): number | undefined {
  const at = Math.max(...factsOf(facts, 'acknowledged').map((one) => one.at));
  const isLater = facts.some((one) => (one.kind === 'judged' || one.kind === 'seen') && one.at > at);
  return at > -Infinity && !isLater ? at : undefined;
}

/** @returns undefined when no fact has the time of the start */
export function summaryOf(startId: string, facts: readonly Fact[]): Summary | undefined {
  const expected = factOf(facts, 'expected');
  const at = (expected ?? factOf(facts, 'outcome'))?.at;
  if (at === undefined) return undefined;
  const { state, cause, conversationId, recordings, isHeld } = stateOf(facts);
  const name = factsOf(facts, 'person').find(({ of }) => of === 'start')?.name;
  const toSummary = ({ key, whereabouts, bytes, durationSec, expiresMs }: KnownRecording): object => ({
    key,
    whereabouts,
    ...defined({ bytes, durationSec, expiresAt: expiresMs }),
  });
  return summary.parse({
    start: startId,
    ...defined({ conversation: conversationId }),
    at,
    state,
    ...defined({ cause, bucket: expected?.storage?.bucket, name }),
    ...(isHeld && { held: true }),
    ...defined({ acknowledgedAt: acknowledgedAt(facts) }),
    facts: facts.length,
    recordings: recordings.slice(-MOST_RECORDINGS).map(toSummary),
    recordingCount: recordings.length,
  });
}

interface SummaryRow {
  readonly partition: string;
  readonly key: string;
  readonly isWanted: boolean;
}

/** Every row that may hold the summary, and whether it should. */
function summaryRows({ start, conversation, at, state }: Summary): readonly SummaryRow[] {
  const key = newestFirstKey(at, start);
  return [
    { partition: dayPartition(at), key, isWanted: true },
    ...(conversation === undefined
      ? []
      : [{ partition: conversationPartition(conversation), key: CONVERSATION_KEY, isWanted: true }]),
    ...LISTED_STATES.map((listed) => ({
      partition: statePartition(listed),
      key,
      isWanted: state === listed,
    })),
  ];
}

const sameText = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The change that a row needs; undefined: none. */
function changeOf(
  { key, isWanted }: SummaryRow,
  row: LedgerRow | undefined,
  value: Summary,
): Change | undefined {
  if (!isWanted) return row === undefined ? undefined : { kind: 'delete', key, etag: row.etag };
  if (row === undefined) return { kind: 'insert', key, value };
  return sameText(row.value, value) ? undefined : { kind: 'replace', key, value, etag: row.etag };
}

const changesOf = (rows: readonly LedgerRow[], value: Summary) =>
  summaryRows(value).flatMap((wanted) => {
    // A row that was not read, because the conversation was unknown, counts as missing.
    const row = rows.find(({ partition, key }) => partition === wanted.partition && key === wanted.key);
    const change = changeOf(wanted, row, value);
    return change === undefined ? [] : [{ partition: wanted.partition, change }];
  });

/** Two writers conflict once; more conflicts than this indicate a fault. */
const MOST_TRIES = 20;

/**
 * Updates the summary of a start in its index rows. Reads the rows before the facts and changes them only if they are still
 * the same, so that concurrent writers end with the latest facts.
 *
 * @returns number of changed rows
 * @throws LedgerUnavailable
 */
export async function writeSummary(ledger: Ledger, startId: string): Promise<number> {
  const { store } = ledger;
  let changed = 0;
  let known = summaryOf(startId, await ledger.facts(startId));
  for (let tries = 1; known !== undefined; tries += 1) {
    const rows = await readSummaryRows(ledger, known);
    const value = summaryOf(startId, await ledger.facts(startId));
    if (value === undefined) return changed;
    const changes = changesOf(rows, value);
    const results = await Promise.all(
      changes.map(({ partition, change }) => store.write(partition, [change])),
    );
    changed += results.filter((result) => result === 'written').length;
    // A missing row has no ETag, so after an insert only another read shows whether another writer interfered.
    const hasInserted = changes.some(({ change }) => change.kind === 'insert');
    if (!hasInserted && !results.includes('conflict')) return changed;
    if (tries === MOST_TRIES) throw new Error('The summary of a start keeps changing.');
    known = value;
  }
  return changed;
}

async function readSummaryRows({ store }: Ledger, known: Summary): Promise<readonly LedgerRow[]> {
  const rows = await Promise.all(summaryRows(known).map(({ partition, key }) => store.get(partition, key)));
  return rows.filter((row) => row !== undefined);
}
