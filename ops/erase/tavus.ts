import type { TavusClient } from '../../app/tavus/client';
import type { Exchange } from '../../app/tavus/exchange';
import { connectTavus, type TavusAddress } from '../tavus';

/** What an erasure asks of Tavus. The backend itself never deletes. */
export interface ErasingTavus extends Pick<TavusClient, 'close' | 'endConversation' | 'getConversation'> {
  /** Deletes Tavus's own copy permanently (`?hard=true`). */
  deleteConversation(conversationId: string): Promise<Exchange>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const DELETE_TIMEOUT_MS = 30_000;

export function erasingTavus(address: TavusAddress): ErasingTavus {
  const { client, send, close } = connectTavus(address, CONNECT_TIMEOUT_MS);
  return {
    ...client,
    deleteConversation: (id) =>
      send('DELETE', `/conversations/${encodeURIComponent(id)}?hard=true`, DELETE_TIMEOUT_MS),
    close,
  };
}
