import type { Pool } from 'undici';
import type { Config } from '../config';
import type { CreateBody } from './create-body';
import { exchange, type Exchange, type ExchangeRequest, type Sender } from './exchange';

/** Timeouts of clients in use; Tavus names none (observed 2026-11-22). */
const CREATE_TIMEOUT_MS = 30_000;
const OTHER_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Rows of a page of the list; the default is 10, 100 is in use (observed 2026-11-22). */
const LIST_PAGE_SIZE = 100;

/** The calls of Tavus's API that we need. Each is one request, sent once; see {@link Exchange} for what may come of it. */
export interface TavusClient {
  createConversation(body: CreateBody): Promise<Exchange>;
  endConversation(conversationId: string): Promise<Exchange>;
  /** @param verbose whether to ask for the log of callbacks too */
  getConversation(conversationId: string, verbose?: boolean): Promise<Exchange>;
  /** @param page counted from 1 */
  listActiveConversations(page: number): Promise<Exchange>;
  close(): Promise<void>;
}

async function openPool(origin: string): Promise<Pool> {
  // The library is the slowest part of a start, and nothing needs it before the first call.
  // Its default export, because in the bundle a CommonJS module has no other.
  const { default: undici } = await import('undici');
  return new undici.Pool(origin, { connect: { timeout: CONNECT_TIMEOUT_MS } });
}

/**
 * Client for Tavus's API. No retries here, and no redirects.
 *
 * @param dispatcher what sends @default a pool of connections, opened at the first call
 */
export function tavusClient(
  { apiKey, baseUrl }: Pick<Config['tavus'], 'apiKey' | 'baseUrl'>,
  dispatcher?: Sender,
): TavusClient {
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname.replace(/(?<!\/)\/+$/, '');
  const headers = { 'x-api-key': apiKey, accept: 'application/json' };
  const jsonHeaders = { ...headers, 'content-type': 'application/json' };
  let pool: Promise<Pool> | undefined;

  const send = async (request: Omit<ExchangeRequest, 'headers'>): Promise<Exchange> => {
    const path = `${prefix}${request.path}`;
    return exchange(dispatcher ?? (await (pool ??= openPool(origin))), {
      ...request,
      path,
      headers: request.body === undefined ? headers : jsonHeaders,
    });
  };
  const one = (conversationId: string): string => `/conversations/${encodeURIComponent(conversationId)}`;

  return {
    createConversation: (body) =>
      send({
        method: 'POST',
        path: '/conversations',
        body: JSON.stringify(body),
        timeoutMs: CREATE_TIMEOUT_MS,
      }),
    endConversation: (id) => send({ method: 'POST', path: `${one(id)}/end`, timeoutMs: OTHER_TIMEOUT_MS }),
    getConversation: (id, verbose = false) =>
      send({
        method: 'GET',
        path: `${one(id)}${verbose ? '?verbose=true' : ''}`,
        timeoutMs: OTHER_TIMEOUT_MS,
      }),
    listActiveConversations: (page) =>
      send({
        method: 'GET',
        path: `/conversations?status=active&limit=${LIST_PAGE_SIZE}&page=${page}`,
        timeoutMs: OTHER_TIMEOUT_MS,
      }),
    async close() {
      await (await pool)?.destroy();
    },
  };
}
