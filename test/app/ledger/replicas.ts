import type { Server } from 'node:http';
import { buildApp, type BackendServer, type Deps } from '../../../app/app';
import { readConfig } from '../../../app/config';
import type { Fact } from '../../../app/ledger/facts';
import { Ledger } from '../../../app/ledger/ledger';
import type { Store } from '../../../app/ledger/store';
import type { RequestSender } from '../../../app/tavus/exchange';
import { LogMemory, ON, readReply, TestClock, type HttpReply } from '../helpers';

interface Paid {
  readonly id: string;
  readonly name: string;
  isActive: boolean;
}

/** A fake Tavus in memory that counts billed conversations. */
export class MemoryTavus {
  readonly paid: Paid[] = [];
  /** Called before and after each create is executed; may wait, throw, or never return. */
  before: () => Promise<void> | void = () => undefined;
  after: () => Promise<void> | void = () => undefined;

  active(): string[] {
    return this.paid.filter(({ isActive }) => isActive).map(({ id }) => id);
  }

  get sender(): RequestSender {
    const request = async ({ method, path, body }: { method: string; path: string; body: string }) => {
      const text = JSON.stringify(await this.answer(method, path, body));
      const headers = { 'content-type': 'application/json', 'content-length': String(text.length) };
      return { statusCode: 200, headers, body: { text: async () => text } };
    };
    const sender: object = { request };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what the client uses is there
    return sender as RequestSender;
  }

  private async answer(method: string, path: string, body: string): Promise<object> {
    const [, id] = /\/conversations\/(\w+)\/end$/.exec(path) ?? [];
    if (id !== undefined) {
      for (const one of this.paid) if (one.id === id) one.isActive = false;
      return {};
    }
    if (method === 'GET') {
      const running = this.paid.filter(({ isActive }) => isActive);
      const data = running.map((one) => ({ conversation_id: one.id, conversation_name: one.name }));
      return { data, total_count: data.length };
    }
    await this.before();
    const { conversation_name: name }: { conversation_name: string } = JSON.parse(body);
    const one = { id: `c${this.paid.length + 1}`, name, isActive: true };
    this.paid.push(one);
    await this.after();
    return {
      conversation_id: one.id,
      conversation_url: `https://tavus.daily.co/${one.id}`,
      meeting_token: `token-of-${one.id}`,
    };
  }
}

/** A process of the backend. */
export interface LedgerReplica {
  readonly log: LogMemory;
  readonly backend: BackendServer;
  readonly url: string;
  readonly start: (body?: object, headers?: Readonly<Record<string, string>>) => Promise<HttpReply>;
}

const servers: Server[] = [];

/** For `afterEach`: also closes a killed process, which would never finish. */
export function closeReplicas(): void {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
}

export interface ReplicaOptions {
  readonly store: Store;
  readonly tavus: MemoryTavus;
  readonly clock?: TestClock;
  readonly env?: NodeJS.ProcessEnv;
  readonly deps?: Deps;
}

export async function replica({
  store,
  tavus,
  clock = new TestClock(),
  env = ON,
  deps = {},
}: ReplicaOptions): Promise<LedgerReplica> {
  const log = new LogMemory();
  const config = readConfig({ TAVUS_API_BASE_URL: 'https://tavus.example/v2', ...env });
  const backend = await buildApp(config, {
    clock,
    store,
    dispatcher: tavus.sender,
    logStream: log,
    limits: null,
    ...deps,
  });
  const url = await backend.app.listen({ host: '127.0.0.1', port: 0 });
  servers.push(backend.app.server);
  return {
    log,
    backend,
    url,
    async start(body = {}, headers = {}) {
      const json = { 'content-type': 'application/json', ...headers };
      const init = { method: 'POST', headers: json, body: JSON.stringify(body) };
      return readReply(await fetch(`${url}/tavus/start`, init));
    },
  };
}

/** The ledger's facts of its only start. */
export async function onlyStart(
  store: Store,
): Promise<{ readonly startId: string; readonly facts: readonly Fact[] }> {
  const ids = new Set<string>();
  for await (const page of store.partitions('s:')) for (const row of page) ids.add(row.partition.slice(2));
  const [startId = '', ...others] = ids;
  expect(others).toEqual([]);
  return { startId, facts: await new Ledger(store).facts(startId) };
}

/** A fake Tavus whose creates all fail, without conversations. */
export function refusing(status: number): RequestSender {
  const request = async ({ method }: { method: string }) => {
    const isCreate = method === 'POST';
    const text = JSON.stringify(isCreate ? { message: 'no' } : { data: [], total_count: 0 });
    const headers = { 'content-type': 'application/json', 'content-length': String(text.length) };
    return { statusCode: isCreate ? status : 200, headers, body: { text: async () => text } };
  };
  const sender: object = { request };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what the client uses is there
  return sender as RequestSender;
}
