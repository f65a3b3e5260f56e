import { setTimeout as pause } from 'node:timers/promises';
import type { Probe } from '../cloud/container-app';
import type { RevisionProcess } from './revision-process';

const POLL_MS = 20;

/** The order in which the platform asks; liveness only matters later, and is not asked here. */
const ORDER = ['Startup', 'Readiness'] as const;

/**
 * Asks a revision's probes until each has answered once. Their patience is the platform's, period by threshold, but
 * nobody waits longer than it takes.
 *
 * @param patienceMs caps each probe's patience
 * @returns why it is not ready, or undefined when it is
 */
export async function unready(
  revision: RevisionProcess,
  probes: readonly Probe[],
  patienceMs: number,
): Promise<string | undefined> {
  for (const type of ORDER) {
    const probe = probes.find((one) => one.type === type);
    if (probe === undefined) continue;
    const own = probe.periodSeconds * probe.failureThreshold * 1000;
    const reason = await failing(revision, probe, Math.min(own, patienceMs));
    if (reason !== undefined) return reason;
  }
  return undefined;
}

async function failing(
  revision: RevisionProcess,
  { type, httpGet: { path, port } }: Probe,
  patienceMs: number,
): Promise<string | undefined> {
  const ended = revision.ended.then(() => 'ended' as const);
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const given = revision.port(port);
    if (given !== undefined && (await answers(`http://127.0.0.1:${given}${path}`))) return undefined;
    if ((await Promise.race([ended, pause(POLL_MS)])) === 'ended') return 'it ended by itself';
  }
  return `its ${type} probe got no good answer from port ${port}, path ${path}`;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
