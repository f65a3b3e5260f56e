import {
  factOf,
  factsOf,
  type Fact,
  type FactOf,
  type FoundObject,
  type Operator,
  type Remainder,
} from './facts';

/** The vendor's session can write for 12 h, taken at the latest when the call ends; the rest is for what was under way. */
const SETTLED_MS = 13 * 3_600_000;

/** Erased prefixes are listed for so long. */
export const LISTED_MS = 30 * 86_400_000;

type Step = FactOf<'erased'>;

/** How far an erasure has come, of the facts of its start. Times are epoch ms. */
export interface Erasure {
  readonly begunMs: number;
  readonly ticket: string;
  /** Undefined: it was never known where recordings would lie. */
  readonly place: Step['place'];
  readonly remains: readonly Remainder[];
  /** All that was found, and deleted if {@link emptyMs} says so, oldest first. */
  readonly found: readonly FoundObject[];
  /** When a listing was empty, oldest first. */
  readonly emptyMs: readonly number[];
  readonly tavus: { readonly at: number; readonly status: number } | undefined;
  readonly persons: readonly { readonly at: number; readonly rows: number }[];
  readonly operators: readonly Operator[];
  /** Whether every step was made, and nothing was found after the last empty listing. */
  readonly isComplete: boolean;
  /** From when on an empty listing is the last word. */
  readonly finishMs: number;
  /** When that was; undefined: something can still come. */
  readonly finalMs: number | undefined;
  /** Of the newest step. */
  readonly lastMs: number;
}

const isStep =
  (name: string) =>
  ({ step }: Step): boolean =>
    step === name || step.startsWith(`${name}-`);

/** One of each, as they came. */
const distinct = <T>(list: readonly T[], keyOf: (one: T) => string): readonly T[] =>
  [...new Map(list.toReversed().map((one) => [keyOf(one), one])).values()].toReversed();

/** Undefined: none was begun. */
export function erasureOf(facts: readonly Fact[]): Erasure | undefined {
  const steps = factsOf(facts, 'erased').toSorted((one, other) => one.at - other.at);
  const begun = steps.find(isStep('begun'));
  if (begun === undefined) return undefined;
  const { at: begunMs, ticket = '', place, endMs = begunMs, remains = [] } = begun;
  const emptyMs = steps.filter(isStep('empty')).map(({ at }) => at);
  const lastEmptyMs = emptyMs.at(-1) ?? -Infinity;
  const foundMs = steps.findLast(isStep('found'))?.at ?? -Infinity;
  const tavus = steps.find(isStep('tavus'));
  const persons = steps.filter(isStep('person')).map(({ at, rows = 0 }) => ({ at, rows }));
  const isEmpty = place === undefined || (emptyMs.length > 0 && lastEmptyMs >= foundMs);
  const hasConversation = factOf(facts, 'outcome')?.result === 'created';
  const isComplete = isEmpty && persons.length > 0 && (tavus !== undefined || !hasConversation);
  const finishMs = place === undefined ? begunMs : endMs + SETTLED_MS;
  const lastMs = steps.at(-1)?.at ?? begunMs;
  const settledMs = place === undefined ? persons.at(-1)?.at : lastEmptyMs;
  return {
    begunMs,
    ticket,
    place,
    remains,
    found: distinct(
      steps.flatMap(({ found = [] }) => found),
      ({ what, key, id }) => [what, key, id].join('\n'),
    ),
    emptyMs,
    tavus: tavus === undefined ? undefined : { at: tavus.at, status: tavus.status ?? 0 },
    persons,
    operators: distinct(
      steps.flatMap(({ by }) => by ?? []),
      ({ aws, entra }) => [aws, entra].join('\n'),
    ),
    isComplete,
    finishMs,
    finalMs:
      isComplete && settledMs !== undefined && settledMs >= finishMs
        ? Math.max(settledMs, lastMs)
        : undefined,
    lastMs,
  };
}
