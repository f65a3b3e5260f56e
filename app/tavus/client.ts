import { CREATE_MS } from '../../contract/deadlines';
import type { Proxy } from '../../contract/proxy';
import type { TavusConfig } from './config';
import type { CreateConversationBody } from './create-body';
import { exchange, type Exchange, type ExchangeRequest, type RequestSender } from './exchange';
import { openPool, type ConnectionPool } from './pool';

/** As existing clients use them; Tavus documents no timeout (observed 2026-11-22). */
const OTHER_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Page size of the list. Tavus's default is 10; other clients use 100 (observed 2026-11-22). */
const LIST_PAGE_SIZE = 100;

/**
 * The calls of Tavus's API that we need. Each sends one request once and never throws; {@link Exchange} has the possible
 * outcomes.
 */
export interface TavusClient {
  createConversation(body: CreateConversationBody, timeoutMs?: number): Promise<Exchange>;
  endConversation(conversationId: string, timeoutMs?: number): Promise<Exchange>;
  /** @param verbose also fetches the log of callbacks; a long one is returned without its transcripts */
  getConversation(conversationId: string, verbose?: boolean): Promise<Exchange>;
  /** One conversation with its log and transcript. Reads up to 16 MB. */
  getTranscript(conversationId: string): Promise<Exchange>;
  /** @param page counted from 1 */
  listConversations(status: 'active' | 'ended', page: number, timeoutMs?: number): Promise<Exchange>;
  close(): Promise<void>;
}

/** How requests are sent. */
export interface Sending {
  /** @default connections of its own */
  readonly dispatcher?: RequestSender | undefined;
  /** @default none */
  readonly proxy?: Proxy | undefined;
}

/**
 * Client for Tavus's API. Does not retry and does not follow redirects.
 *
 * @param sending @default a connection pool, opened at the first call
 */
export function tavusClient(
  { apiKey, baseUrl }: Pick<TavusConfig, 'apiKey' | 'baseUrl'>,
  { dispatcher, proxy }: Sending = {},
): TavusClient {
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname.replace(/(?<!\/)\/+$/, '');
  const headers = { 'x-api-key': apiKey, accept: 'application/json' };
  const jsonHeaders = { ...headers, 'content-type': 'application/json' };
  let pool: Promise<ConnectionPool> | undefined;

  const send = async (request: Omit<ExchangeRequest, 'headers'>): Promise<Exchange> => {
    const path = `${prefix}${request.path}`;
    let sender: RequestSender;
    try {
      sender = dispatcher ?? (await (pool ??= openPool(origin, CONNECT_TIMEOUT_MS, proxy)));
    } catch (error) {
      pool = undefined;
      return { kind: 'not-sent', reason: 'unmade', error };
    }
    return exchange(sender, {
      ...request,
      path,
      headers: request.body === undefined ? headers : jsonHeaders,
    });
  };
  const one = (conversationId: string): string => `/conversations/${encodeURIComponent(conversationId)}`;
  const get = (id: string, log: Pick<ExchangeRequest, 'isLog' | 'keepsTranscripts'>): Promise<Exchange> =>
    send({
      method: 'GET',
      path: `${one(id)}${log.isLog === true ? '?verbose=true' : ''}`,
      timeoutMs: OTHER_TIMEOUT_MS,
      ...log,
    });

  return {
    createConversation: (body, timeoutMs = CREATE_MS) =>
      send({ method: 'POST', path: '/conversations', body: JSON.stringify(body), timeoutMs }),
    endConversation: (id, timeoutMs = OTHER_TIMEOUT_MS) =>
      send({ method: 'POST', path: `${one(id)}/end`, timeoutMs }),
    getConversation: (id, verbose = false) => get(id, { isLog: verbose }),
    getTranscript: (id) => get(id, { isLog: true, keepsTranscripts: true }),
    listConversations: (status, page, timeoutMs = OTHER_TIMEOUT_MS) =>
      send({
        method: 'GET',
        path: `/conversations?status=${status}&limit=${LIST_PAGE_SIZE}&page=${page}`,
        timeoutMs,
      }),
    async close() {
      await (await pool)?.destroy();
    },
  };
}
