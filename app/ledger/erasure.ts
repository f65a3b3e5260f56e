import {
  factOf,
  factsOf,
  type Fact,
  type FactOf,
  type FoundObject,
  type Operator,
  type Remainder,
} from './facts';

/**
 * The vendor's AWS session, opened at the latest when the call ends, can write for 12 h; one more hour covers uploads in
 * progress.
 */
const SETTLED_MS = 13 * 3_600_000;

/** How long erased prefixes are checked for new objects. */
export const LISTED_MS = 30 * 86_400_000;

type ErasedFact = FactOf<'erased'>;

/** Progress of an erasure, from the facts of its start. Times are epoch ms. */
export interface Erasure {
  readonly begunMs: number;
  readonly ticket: string;
  /** Undefined: the location of the recordings was never known. */
  readonly place: ErasedFact['place'];
  readonly remains: readonly Remainder[];
  /** All objects found, oldest first; they are deleted if {@link emptyMs} has a later entry. */
  readonly found: readonly FoundObject[];
  /** Times of empty listings, oldest first. */
  readonly emptyMs: readonly number[];
  readonly tavus: { readonly at: number; readonly status: number } | undefined;
  readonly persons: readonly { readonly at: number; readonly rows: number }[];
  readonly operators: readonly Operator[];
  /** Whether every step is done, and nothing was found after the last empty listing. */
  readonly isComplete: boolean;
  /** From this time an empty listing is final. */
  readonly finishMs: number;
  /** When the erasure became final; undefined: objects can still arrive. */
  readonly finalMs: number | undefined;
  /** Time of the newest step. */
  readonly lastMs: number;
}

const isStep =
  (name: string) =>
  ({ step }: ErasedFact): boolean =>
    step === name || step.startsWith(`${name}-`);

/** Removes duplicates and keeps the order of first occurrence. */
const distinct = <T>(list: readonly T[], keyOf: (one: T) => string): readonly T[] =>
  [...new Map(list.toReversed().map((one) => [keyOf(one), one])).values()].toReversed();

/** @returns undefined when no erasure has begun */
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
