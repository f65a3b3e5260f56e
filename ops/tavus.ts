import { tavusClient, type TavusClient } from '../app/tavus/client';
import { exchange, type Exchange, type RequestSender } from '../app/tavus/exchange';
import { openPool } from '../app/tavus/pool';
import type { Proxy } from '../contract/proxy';

/** Where Tavus's API is, and the key for it. */
export interface TavusAddress {
  readonly apiKey: string;
  /** A slash at its end does not matter. */
  readonly baseUrl: string;
  /** @default - no proxy */
  readonly proxy?: Proxy | undefined;
}

/** The backend's own client, and a way to make calls that the backend does not make. */
export interface TavusConnection {
  readonly client: TavusClient;
  /** @param path below the base URL, encoded */
  readonly send: (method: 'DELETE' | 'GET', path: string, timeoutMs: number) => Promise<Exchange>;
  readonly close: () => Promise<void>;
}

/** @param onDate gets the `Date` header of each answer */
export function connectTavus(
  { apiKey, baseUrl, proxy }: TavusAddress,
  connectTimeoutMs: number,
  onDate: (date: string | undefined) => void = () => undefined,
): TavusConnection {
  const { origin, pathname } = new URL(baseUrl);
  const pool = openPool(origin, connectTimeoutMs, proxy);
  // A pool that cannot be opened rejects the first request; without this it would end the process before.
  pool.catch(() => undefined);
  const sender: RequestSender = {
    request: async (options: Parameters<RequestSender['request']>[0]) => {
      const answer = await (await pool).request(options);
      const { date } = answer.headers;
      onDate(typeof date === 'string' ? date : undefined);
      return answer;
    },
  };
  return {
    client: tavusClient({ apiKey, baseUrl }, { dispatcher: sender }),
    send: (method, path, timeoutMs) =>
      exchange(sender, {
        method,
        path: `${pathname.replace(/\/+$/, '')}${path}`,
        headers: { 'x-api-key': apiKey, accept: 'application/json' },
        timeoutMs,
      }),
    close: async () => (await pool).destroy(),
  };
}
