import type { Ledger } from './ledger';
import { readStart } from './lists';
import {
  dayPartition,
  DAYS,
  expectedMsOf,
  keyAfter,
  LISTED_STATES,
  newestFirstKey,
  statePartition,
  type ListedState,
} from './rows';
import type { LedgerState } from './states';
import { readAll, type LedgerRow } from './store';
import type { Summary } from './summary';

const DAY_MS = 86_400_000;

/** A search reads at most this many days and starts per page. The next page continues from there. */
export const MOST_DAYS = 31;
const MOST_LOOKED_AT = 2_000;

export interface ListPageOptions {
  /** {@link ListPage.next} of the previous page. @default from the newest */
  readonly after?: string | undefined;
  readonly nowMs: number;
  readonly limit: number;
  /** @default all */
  readonly states?: readonly LedgerState[] | undefined;
  /** Only recordings on hold. */
  readonly isHeld?: boolean | undefined;
  /** Part of the conversation's name; ignores case. */
  readonly name?: string | undefined;
  /** Any time of one day (UTC), epoch ms. @default all days */
  readonly dayMs?: number | undefined;
}

/** Some starts, newest first. */
export interface ListPage {
  readonly starts: readonly Summary[];
  /** Where the next page begins. Undefined: this is the last. */
  readonly next: string | undefined;
  /** Epoch ms: older starts were not searched yet. Undefined: all were searched. */
  readonly lookedBackToMs: number | undefined;
}

const isListed = (state: LedgerState): state is ListedState =>
  LISTED_STATES.some((listed) => listed === state);

/** One page of the list. Reads few rows, however large the ledger is. */
export function listPage(ledger: Ledger, options: ListPageOptions): Promise<ListPage> {
  const { states } = options;
  const hasOwnRows =
    states !== undefined && states.every(isListed) && options.name === undefined && options.isHeld !== true;
  return hasOwnRows ? pageOfStates(ledger, states.filter(isListed), options) : pageOfDays(ledger, options);
}

/** Starts in states with a list of their own, from all days. */
async function pageOfStates(
  ledger: Ledger,
  states: readonly ListedState[],
  { after, limit, dayMs }: ListPageOptions,
): Promise<ListPage> {
  const dayStart = dayMs === undefined ? undefined : Math.floor(dayMs / DAY_MS) * DAY_MS;
  const range = {
    ...(dayStart !== undefined && {
      from: newestFirstKey(dayStart + DAY_MS - 1, ''),
      to: newestFirstKey(dayStart - 1, ''),
    }),
    ...(after !== undefined && { from: keyAfter(after) }),
    limit: limit + 1,
  };
  const rows = (await Promise.all(states.map((state) => readAll(ledger.store, statePartition(state), range))))
    .flat()
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const page = rows.slice(0, limit);
  return {
    starts: (await Promise.all(page.map((row) => readStart(ledger, row)))).flat(),
    next: rows.length > limit ? page.at(-1)?.key : undefined,
    lookedBackToMs: undefined,
  };
}

/** Goes through the days, newest first, until the page is full or the search limit is reached. */
async function pageOfDays(ledger: Ledger, options: ListPageOptions): Promise<ListPage> {
  const { after, nowMs, limit, dayMs } = options;
  // Another replica's clock may be ahead.
  const firstMs = dayMs ?? (after === undefined ? nowMs + DAY_MS : expectedMsOf(after));
  const lastMs = dayMs ?? firstMs - (MOST_DAYS - 1) * DAY_MS;
  const isWanted = filterOf(options);
  const isSearch = options.states !== undefined || options.name !== undefined || options.isHeld === true;
  const most = isSearch ? MOST_LOOKED_AT : limit + 1;
  const found: { readonly key: string; readonly summary: Summary }[] = [];
  let looked = 0;
  for (let ms = firstMs; dayPartition(ms) >= dayPartition(lastMs); ms -= DAY_MS) {
    const range = {
      ...(after !== undefined && { from: keyAfter(after) }),
      limit: most - looked,
    };
    for await (const rows of ledger.store.rows(dayPartition(ms), range)) {
      for (const row of rows) {
        looked += 1;
        for (const summary of await readStart(ledger, row)) {
          if (isWanted(summary)) found.push({ key: row.key, summary });
        }
        if (found.length > limit) return cut(found, limit);
        if (looked === most) return stopped(found, row);
      }
    }
  }
  const isAll = dayMs !== undefined || !(await hasOlder(ledger, lastMs));
  const lookedBackToMs = Math.floor(lastMs / DAY_MS) * DAY_MS;
  return {
    starts: found.map(({ summary }) => summary),
    next: isAll ? undefined : newestFirstKey(lookedBackToMs - 1, ''),
    lookedBackToMs: isAll ? undefined : lookedBackToMs,
  };
}

type FoundSummaries = readonly { readonly key: string; readonly summary: Summary }[];

function cut(found: FoundSummaries, limit: number): ListPage {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return { starts: page.map(({ summary }) => summary), next: last?.key, lookedBackToMs: last?.summary.at };
}

const stopped = (found: FoundSummaries, { key }: LedgerRow): ListPage => ({
  starts: found.map(({ summary }) => summary),
  next: key,
  lookedBackToMs: expectedMsOf(key),
});

function filterOf({ states, name, isHeld }: ListPageOptions): (summary: Summary) => boolean {
  const text = name?.toLowerCase();
  return (summary) =>
    (states?.includes(summary.state) ?? true) &&
    (isHeld !== true || summary.held === true) &&
    (text === undefined || summary.name?.toLowerCase().includes(text) === true);
}

/** Whether an earlier day has a start. */
async function hasOlder(ledger: Ledger, ms: number): Promise<boolean> {
  for await (const rows of ledger.store.partitions(DAYS)) {
    const [oldest] = rows;
    return oldest !== undefined && oldest.partition < dayPartition(ms);
  }
  return false;
}
