import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Revision } from '../../../../local/azure/cloud/revision';
import { openIngress } from '../../../../local/azure/revisions/ingress';
import { Supervisor } from '../../../../local/azure/revisions/supervisor';
import { freePort } from '../../../../local/free-port';

/** Long enough for a fixture to start, even on a busy computer. */
const TIMEOUT_MS = 20_000;

/** Folder of a fixture, which replaces the backend's bundle. */
export const bundle = (name: string): string => path.resolve(__dirname, '../../../fixtures/revisions', name);

/** A revision of a fixture, with the settings of the backend. */
export const revision = (fixture: string, changes: Partial<Revision> = {}): Revision => ({
  name: `app--${fixture}`,
  bundle: bundle(fixture),
  environment: { PORT: '8080', NAME: fixture },
  secrets: [],
  identities: [],
  replicas: 1,
  targetPort: 8080,
  probes: [probe('Liveness', '/healthz'), probe('Readiness', '/readyz'), probe('Startup', '/healthz')],
  graceSeconds: 10,
  ...changes,
});

const probe = (type: 'Liveness' | 'Readiness' | 'Startup', ofPath: string): Revision['probes'][number] => ({
  type,
  httpGet: { path: ofPath, port: 8080 },
  periodSeconds: 1,
  failureThreshold: 60,
});

/** A supervisor with its ingress. Callers must stop it. */
export interface RunningSupervisor {
  readonly supervisor: Supervisor;
  /** Sends a request through the ingress, each on its own connection. */
  readonly ask: (ofPath: string) => Promise<string>;
  /** Process ids of all revisions, from their logs. */
  readonly pids: () => number[];
  readonly stop: () => Promise<void>;
}

export async function startSupervisor(timeoutMs = TIMEOUT_MS): Promise<RunningSupervisor> {
  const port = await freePort();
  const ingress = await openIngress(port);
  const supervisor = new Supervisor({
    onLog: () => undefined,
    ingress,
    timeoutMs,
    openPlatform: () => Promise.resolve({ environment: {}, close: () => Promise.resolve() }),
  });
  return {
    supervisor,
    async ask(ofPath) {
      const response = await fetch(`http://127.0.0.1:${port}${ofPath}`, { headers: { connection: 'close' } });
      return response.text();
    },
    pids: () => [...supervisor.log().matchAll(/^pid (\d+)$/gm)].map(([, pid]) => Number(pid)),
    async stop() {
      await supervisor.stop();
      await ingress.close();
    },
  };
}

/** Waits until the log of the revisions contains a text. */
export async function logged({ supervisor }: RunningSupervisor, text: string): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (!supervisor.log().includes(text)) {
    if (Date.now() > deadline) throw new Error(`${text}: missing in the log, got\n${supervisor.log()}`);
    await pause(10);
  }
}

/** Requests `/name` repeatedly. @returns a function that stops, and returns all answers */
export function askWithoutPause({ ask }: RunningSupervisor): () => Promise<string[]> {
  const over = new AbortController();
  const asking = (async () => {
    const names: string[] = [];
    while (!over.signal.aborted) names.push(await ask('/name'));
    return names;
  })();
  return () => {
    over.abort();
    return asking;
  };
}
