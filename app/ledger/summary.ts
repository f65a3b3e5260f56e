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
import type { Change, Row } from './store';

/** More are counted, and found among the facts. */
const MOST_RECORDINGS = 20;

/**
 * What a start has come to, as the rows carry it by which it is found. Derived from the facts, so it is never evidence:
 * lists show it, nothing decides by it.
 */
const summary = z.object({
  start: z.string(),
  conversation: z.string().optional(),
  /** When it was expected, epoch ms. */
  at: z.number(),
  state: z.enum(STATE_NAMES),
  cause: z.string().optional(),
  /** Where its recordings should be. */
  bucket: z.string().optional(),
  /** The conversation's. Goes when the person is erased. */
  name: z.string().optional(),
  /** It must not be erased. */
  held: z.literal(true).optional(),
  /** When a person last said that it is known; undefined: since then the watch has judged anew, or another look found more. */
  acknowledgedAt: z.number().optional(),
  facts: z.number(),
  /** The newest, oldest first. */
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

/** A row's summary; undefined: it has none yet, or none that can be read. */
export const readSummary = ({ value }: Pick<Row, 'value'>): Summary | undefined =>
  summary.safeParse(value).data;

function acknowledgedAt(facts: readonly Fact[]): number | undefined {
  const at = Math.max(...factsOf(facts, 'acknowledged').map((one) => one.at));
  const isLater = facts.some((one) => (one.kind === 'judged' || one.kind === 'seen') && one.at > at);
  return at > -Infinity && !isLater ? at : undefined;
}

/** Undefined: of these facts none says when the start was. */
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

interface Place {
  readonly partition: string;
  readonly key: string;
  readonly isWanted: boolean;
}

/** Every row that may carry a summary, and whether it should. */
function placesOf({ start, conversation, at, state }: Summary): readonly Place[] {
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

/** What has to be done to a row; undefined: it is as it should be. */
function changeOf({ key, isWanted }: Place, row: Row | undefined, value: Summary): Change | undefined {
  if (!isWanted) return row === undefined ? undefined : { kind: 'delete', key, etag: row.etag };
  if (row === undefined) return { kind: 'insert', key, value };
  return sameText(row.value, value) ? undefined : { kind: 'replace', key, value, etag: row.etag };
}

const changesOf = (rows: readonly Row[], value: Summary) =>
  placesOf(value).flatMap((place) => {
    // One that was not read, because the conversation was not known, is taken as missing.
    const row = rows.find(({ partition, key }) => partition === place.partition && key === place.key);
    const change = changeOf(place, row, value);
    return change === undefined ? [] : [{ partition: place.partition, change }];
  });

/** Two writers hinder each other once; who is hindered so often has another fault. */
const MOST_TRIES = 20;

/**
 * Brings the summary of a start up to date, and with it the rows by which it is found. Rows are read before the facts, and
 * changed only if they are still the same: so what two write at the same time ends with the later facts.
 *
 * @returns rows that were changed
 * @throws LedgerUnavailable
 */
export async function writeSummary(ledger: Ledger, startId: string): Promise<number> {
  const { store } = ledger;
  let changed = 0;
  let known = summaryOf(startId, await ledger.facts(startId));
  for (let tries = 1; known !== undefined; tries += 1) {
    const rows = await readPlaces(ledger, known);
    const value = summaryOf(startId, await ledger.facts(startId));
    if (value === undefined) return changed;
    const changes = changesOf(rows, value);
    const results = await Promise.all(
      changes.map(({ partition, change }) => store.write(partition, [change])),
    );
    changed += results.filter((result) => result === 'written').length;
    // A row that was not there has no version to tell whether another writer was here meanwhile.
    const hasInserted = changes.some(({ change }) => change.kind === 'insert');
    if (!hasInserted && !results.includes('conflict')) return changed;
    if (tries === MOST_TRIES) throw new Error('The summary of a start changes all the time.');
    known = value;
  }
  return changed;
}

async function readPlaces({ store }: Ledger, known: Summary): Promise<readonly Row[]> {
  const rows = await Promise.all(placesOf(known).map(({ partition, key }) => store.get(partition, key)));
  return rows.filter((row) => row !== undefined);
}
