import { tavusClient, type TavusClient } from '../../app/tavus/client';
import { exchange, type Exchange, type RequestSender } from '../../app/tavus/exchange';
import { openPool } from '../../app/tavus/pool';
import type { Proxy } from '../../contract/proxy';

/** The backend's client, and the call that the backend has no use for. */
export interface ErasingTavus extends Pick<TavusClient, 'close' | 'endConversation' | 'getConversation'> {
  /** Tavus's own copy, for good (`?hard=true`). */
  deleteConversation(conversationId: string): Promise<Exchange>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const DELETE_MS = 30_000;

export interface TavusAddress {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly proxy: Proxy | undefined;
}

export function erasingTavus({ apiKey, baseUrl, proxy }: TavusAddress): ErasingTavus {
  const { origin, pathname } = new URL(baseUrl);
  const pool = openPool(origin, CONNECT_TIMEOUT_MS, proxy);
  // Whether it can be opened shows with the first request.
  pool.catch(() => undefined);
  const sender: RequestSender = {
    request: async (options: Parameters<RequestSender['request']>[0]) => (await pool).request(options),
  };
  return {
    ...tavusClient({ apiKey, baseUrl }, { dispatcher: sender }),
    deleteConversation: (id) =>
      exchange(sender, {
        method: 'DELETE',
        path: `${pathname.replace(/\/+$/, '')}/conversations/${encodeURIComponent(id)}?hard=true`,
        headers: { 'x-api-key': apiKey, accept: 'application/json' },
        timeoutMs: DELETE_MS,
      }),
    close: async () => (await pool).destroy(),
  };
}
