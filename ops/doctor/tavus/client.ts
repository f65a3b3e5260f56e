import { tavusClient, type TavusClient } from '../../../app/tavus/client';
import { exchange, type Exchange, type RequestSender } from '../../../app/tavus/exchange';
import type { Proxy } from '../../../contract/proxy';
import { openPool } from '../../../app/tavus/pool';

/** Tavus's API as the doctor uses it: the backend's own client, and the catalogue that the backend never reads. */
export interface DoctorTavus extends TavusClient {
  /** The cheapest call that needs a valid key. */
  listOne(): Promise<Exchange>;
  getReplica(replicaId: string): Promise<Exchange>;
  getPersona(personaId: string): Promise<Exchange>;
}

export interface TavusAddress {
  readonly apiKey: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** @default - it is reached directly */
  readonly proxy?: Proxy | undefined;
}

const CONNECT_TIMEOUT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 8_000;

/** @param onDate gets the `Date` header of each answer */
export function doctorTavus(
  { apiKey, baseUrl, proxy }: TavusAddress,
  onDate: (date: string | undefined) => void,
): DoctorTavus {
  const { origin, pathname } = new URL(baseUrl);
  const pool = openPool(origin, CONNECT_TIMEOUT_MS, proxy);
  const sender: RequestSender = {
    request: async (options: Parameters<RequestSender['request']>[0]) => {
      const answer = await (await pool).request(options);
      const { date } = answer.headers;
      onDate(typeof date === 'string' ? date : undefined);
      return answer;
    },
  };
  const get = (path: string): Promise<Exchange> =>
    exchange(sender, {
      method: 'GET',
      path: `${pathname.replace(/\/+$/, '')}${path}`,
      headers: { 'x-api-key': apiKey, accept: 'application/json' },
      timeoutMs: ANSWER_TIMEOUT_MS,
    });
  return {
    ...tavusClient({ apiKey, baseUrl }, { dispatcher: sender }),
    listOne: () => get('/conversations?limit=1'),
    getReplica: (id) => get(`/replicas/${encodeURIComponent(id)}`),
    getPersona: (id) => get(`/personas/${encodeURIComponent(id)}`),
    close: async () => (await pool).destroy(),
  };
}
