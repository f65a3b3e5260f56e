import type { Erasure } from '../../app/ledger/erasure';
import type { FoundObject, Operator, Remainder } from '../../app/ledger/facts';

const iso = (ms: number): string => new Date(ms).toISOString();

interface StartIds {
  readonly startId: string;
  readonly conversationId: string | undefined;
}

/** What was erased, by whom, when and why, and what remains. No free text and no personal data. */
export interface ErasureReceipt {
  readonly receipt: 'erasure';
  /** `provisional`: new objects can still arrive; a listing after `finish` makes it final. */
  readonly status: 'final' | 'provisional';
  readonly conversation: string | undefined;
  readonly start: string;
  readonly ticket: string;
  readonly principals: readonly Operator[];
  readonly begun: string;
  readonly place: Erasure['place'];
  readonly deleted: readonly (Omit<FoundObject, 'modifiedMs'> & { readonly written: string })[];
  readonly emptyListings: readonly string[];
  readonly tavus: { readonly at: string; readonly answered: number; readonly meaning: string } | undefined;
  readonly rowsAboutPersons: readonly { readonly at: string; readonly deleted: number }[];
  readonly remains: readonly Remainder[];
  /** When a final listing confirmed it, or can confirm it. */
  readonly finish: string;
}

const TAVUS_MEANING: Readonly<Record<number, string>> = {
  204: "Tavus deleted its copy; what that covers is Tavus's word",
  400: 'Tavus knows no such conversation, or no longer',
};

export function erasureReceipt({ startId, conversationId }: StartIds, erasure: Erasure): ErasureReceipt {
  const { tavus, finalMs } = erasure;
  return {
    receipt: 'erasure',
    status: finalMs === undefined ? 'provisional' : 'final',
    conversation: conversationId,
    start: startId,
    ticket: erasure.ticket,
    principals: erasure.operators,
    begun: iso(erasure.begunMs),
    place: erasure.place,
    deleted: erasure.found.map(({ modifiedMs, ...one }) => ({ ...one, written: iso(modifiedMs) })),
    emptyListings: erasure.emptyMs.map(iso),
    tavus: tavus && {
      at: iso(tavus.at),
      answered: tavus.status,
      meaning: TAVUS_MEANING[tavus.status] ?? "what that covers is Tavus's word",
    },
    rowsAboutPersons: erasure.persons.map(({ at, rows }) => ({ at: iso(at), deleted: rows })),
    remains: erasure.remains,
    finish: iso(finalMs ?? erasure.finishMs),
  };
}
