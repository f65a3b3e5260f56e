import type { HeldCopy, Operator } from '../../app/ledger/facts';
import type { Hold } from '../../app/ledger/holds';

const iso = (ms: number): string => new Date(ms).toISOString();

/** What was kept, since when and for which ticket, and whether the originals exist. */
export interface ReleaseReceipt {
  readonly receipt: 'release';
  readonly conversation: string;
  readonly start: string;
  readonly ticket: string;
  readonly held: string;
  readonly heldBy: Operator | undefined;
  readonly released: string;
  readonly releasedBy: Operator | undefined;
  readonly copies: readonly (HeldCopy & { readonly original: 'gone' | 'there' })[];
  /** Tickets of other holds that keep the copies; empty when the copies were deleted. */
  readonly keptFor: readonly string[];
}

export function releaseReceipt(
  { startId, conversationId }: { readonly startId: string; readonly conversationId: string },
  { ticket, begunMs, by, released, copies }: Hold,
  others: readonly Hold[],
): ReleaseReceipt {
  const originals = new Set(released?.originals);
  return {
    receipt: 'release',
    conversation: conversationId,
    start: startId,
    ticket,
    held: iso(begunMs),
    heldBy: by,
    released: iso(released?.at ?? begunMs),
    releasedBy: released?.by,
    copies: copies.map((one) => ({ ...one, original: originals.has(one.versionId) ? 'there' : 'gone' })),
    keptFor: others.map((one) => one.ticket),
  };
}
