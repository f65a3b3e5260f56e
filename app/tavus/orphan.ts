import { CLEANUP_MS } from '../../contract/deadlines';
import type { Clock } from '../clock';
import type { TavusClient } from './client';
import { listAnswer } from './answers';
import { isOver } from './outcome';

/** When the list is read, counted from the failure: a slow create may appear late. */
const LOOKS_AFTER_MS = [0, 2000, 5000] as const;

/** Time to search; the rest of {@link CLEANUP_MS} is for ending the conversation. */
const LOOK_MS = 6_500;

/** Between two attempts to end a conversation. */
const END_AGAIN_MS = 1_000;

/** Pages may be smaller than requested. These hold more conversations than an account has active or ends within minutes. */
const MOST_PAGES = 20;

/** The fate of a conversation that no caller received. */
export type Orphan =
  | { readonly kind: 'ended' | 'not-ended'; readonly conversationId: string }
  | { readonly kind: 'not-found' }
  /** The list itself could not be read. */
  | { readonly kind: 'not-known' };

/**
 * Finds the conversation of a start among the active ones and ends it, because no caller received its address.
 * Never repeats the create call. Takes {@link CLEANUP_MS} at most.
 */
export async function endOrphan(tavus: TavusClient, startId: string, clock: Clock): Promise<Orphan> {
  const startedAt = clock.now();
  const leftMs = (): number => startedAt + LOOK_MS - clock.now();
  let wasListed = false;
  for (const lookAfter of LOOKS_AFTER_MS) {
    const wait = startedAt + lookAfter - clock.now();
    if (wait > 0) await clock.sleep(wait);
    const found = await findConversation(tavus, startId, 'active', leftMs);
    if (found === 'unreadable') continue;
    wasListed = true;
    if (found.id !== undefined) return endUntil(tavus, found.id, clock, startedAt + CLEANUP_MS);
  }
  return { kind: wasListed ? 'not-found' : 'not-known' };
}

/** Ends a conversation whose id is known. */
export async function endUnused(
  tavus: TavusClient,
  conversationId: string,
  clock: Clock,
  withinMs = CLEANUP_MS,
): Promise<Orphan> {
  return endUntil(tavus, conversationId, clock, clock.now() + withinMs);
}

/** Repeats until it succeeds: a running conversation is billed, and ending twice does no harm. */
async function endUntil(
  tavus: TavusClient,
  conversationId: string,
  clock: Clock,
  until: number,
): Promise<Orphan> {
  for (;;) {
    const end = await tavus.endConversation(conversationId, Math.max(1, until - clock.now()));
    if (isOver(end)) return { kind: 'ended', conversationId };
    if (clock.now() + END_AGAIN_MS >= until) return { kind: 'not-ended', conversationId };
    await clock.sleep(END_AGAIN_MS);
  }
}

/** The id, undefined when the list does not contain it; or that the list could not be read. */
export type ConversationSearch = { readonly id: string | undefined } | 'unreadable';

/**
 * Finds the conversation of a start by its name and callback address. `total_count` tells where the list ends, because
 * Tavus chooses the page size.
 *
 * @param leftMs time left
 */
export async function findConversation(
  tavus: TavusClient,
  startId: string,
  status: 'active' | 'ended',
  leftMs: () => number,
): Promise<ConversationSearch> {
  let seen = 0;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    if (leftMs() <= 0) return 'unreadable';
    const exchange = await tavus.listConversations(status, page, leftMs());
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
