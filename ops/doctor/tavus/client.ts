import type { TavusClient } from '../../../app/tavus/client';
import type { Exchange } from '../../../app/tavus/exchange';
import { connectTavus, type TavusAddress } from '../../tavus';

/** Tavus's API for the doctor: the backend's client, and the catalogue, which the backend never reads. */
export interface DoctorTavus extends TavusClient {
  /** The cheapest call that needs a valid key. */
  listOne(): Promise<Exchange>;
  getReplica(replicaId: string): Promise<Exchange>;
  getPersona(personaId: string): Promise<Exchange>;
}

const CONNECT_TIMEOUT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 8_000;

/** @param onDate gets the `Date` header of each answer */
export function doctorTavus(address: TavusAddress, onDate: (date: string | undefined) => void): DoctorTavus {
  const { client, send, close } = connectTavus(address, CONNECT_TIMEOUT_MS, onDate);
  const get = (path: string): Promise<Exchange> => send('GET', path, ANSWER_TIMEOUT_MS);
  return {
    ...client,
    listOne: () => get('/conversations?limit=1'),
    getReplica: (id) => get(`/replicas/${encodeURIComponent(id)}`),
    getPersona: (id) => get(`/personas/${encodeURIComponent(id)}`),
    close,
  };
}
