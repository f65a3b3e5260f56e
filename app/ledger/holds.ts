import { factsOf, type Fact, type FactOf, type HeldCopy, type Operator } from './facts';

/** Copies of a start's recordings, kept beyond their expiry date. */
export interface Hold {
  readonly id: string;
  /** Epoch ms. */
  readonly begunMs: number;
  readonly ticket: string;
  readonly by: Operator | undefined;
  /** Bucket with the copies. */
  readonly bucket: string;
  readonly copies: readonly HeldCopy[];
  /** When everything was copied, epoch ms; undefined: not yet. */
  readonly completeMs: number | undefined;
  /** Undefined: the hold is active. */
  readonly released: FactOf<'held'> | undefined;
}

/** All holds of a start, oldest first. */
export function holdsOf(facts: readonly Fact[]): readonly Hold[] {
  const steps = factsOf(facts, 'held');
  return steps
    .filter(({ step }) => step === 'begun')
    .map((begun) => {
      const own = steps.filter(({ id }) => id === begun.id);
      return {
        id: begun.id,
        begunMs: begun.at,
        ticket: begun.ticket ?? '',
        by: begun.by,
        bucket: begun.bucket ?? '',
        copies: own
          .flatMap(({ copy }) => copy ?? [])
          .toSorted((one, other) => (one.copy < other.copy ? -1 : 1)),
        completeMs: own.find(({ step }) => step === 'complete')?.at,
        released: own.find(({ step }) => step === 'released'),
      };
    })
    .toSorted((one, other) => one.begunMs - other.begunMs || (one.id < other.id ? -1 : 1));
}

/** The active holds. A hold is active from its begin, even before everything is copied. */
export const standingHolds = (facts: readonly Fact[]): readonly Hold[] =>
  holdsOf(facts).filter(({ released }) => released === undefined);

export const isHeld = (facts: readonly Fact[]): boolean => standingHolds(facts).length > 0;
