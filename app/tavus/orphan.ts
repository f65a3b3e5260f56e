import type { Clock } from '../clock';
import type { TavusClient } from './client';
import { listAnswer } from './answers';
import type { Exchange } from './exchange';

/** When the list is asked, counted from the failure: a create that was slow may show up late. */
const LOOKS_AFTER_MS = [0, 2000, 5000] as const;

/** Pages may be smaller than asked for; nobody has more active conversations than fit into these. */
const MOST_PAGES = 20;

/** What became of a conversation whose create call was never answered. */
export type Orphan =
  | { readonly kind: 'ended' | 'not-ended'; readonly conversationId: string }
  | { readonly kind: 'not-found' }
  /** The list itself could not be read. */
  | { readonly kind: 'not-known' };

/** Whether the exchange leaves open if the conversation was made: it may be running, and billing. */
export function isUnknownOutcome(exchange: Exchange): boolean {
  if (exchange.kind === 'no-answer') return true;
  return exchange.kind === 'answered' && (exchange.status >= 500 || exchange.status < 300);
}

/**
 * Looks for the conversation of a start among the active ones, and ends it, because nobody knows its address.
 * Never sends the create call again.
 */
export async function endOrphan(tavus: TavusClient, startId: string, clock: Clock): Promise<Orphan> {
  const startedAt = clock.now();
  let wasListed = false;
  for (const lookAfter of LOOKS_AFTER_MS) {
    const wait = startedAt + lookAfter - clock.now();
    if (wait > 0) await clock.sleep(wait);
    const found = await find(tavus, startId);
    if (found === 'unreadable') continue;
    wasListed = true;
    if (found.id === undefined) continue;
    const end = await tavus.endConversation(found.id);
    const isEnded = end.kind === 'answered' && end.status < 300;
    return { kind: isEnded ? 'ended' : 'not-ended', conversationId: found.id };
  }
  return { kind: wasListed ? 'not-found' : 'not-known' };
}

/** The id, undefined when the list does not have it, or that the list could not be read. */
type Found = { readonly id: string | undefined } | 'unreadable';

/** `total_count` decides where the list ends: how many rows fit on a page is Tavus's choice. */
async function find(tavus: TavusClient, startId: string): Promise<Found> {
  let seen = 0;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const exchange = await tavus.listActiveConversations(page);
    if (exchange.kind !== 'answered' || exchange.status !== 200) return 'unreadable';
    const list = listAnswer.safeParse(exchange.body);
    if (!list.success) return 'unreadable';
    const { data, total_count: total } = list.data;
    const match = data.find(
      ({ conversation_name: name, callback_url: url }) =>
        name?.includes(startId) === true || url?.includes(`/${startId}/`) === true,
    );
    if (match !== undefined) return { id: match.conversation_id };
    seen += data.length;
    if (data.length === 0 || (total !== undefined && seen >= total)) return { id: undefined };
  }
  return { id: undefined };
}
