import { setTimeout as pause } from 'node:timers/promises';
import type { Probe } from '../cloud/container-app';
import type { Revision } from '../cloud/revision';
import type { RevisionProcess } from './revision-process';

const POLL_MS = 20;

/** The order in which the platform asks. Liveness matters later, and nobody asks for it here: what ends has ended. */
const ORDER = ['Startup', 'Readiness'] as const;

/**
 * Asks a revision's probes until each has answered well once, and then whether traffic would reach it. Their patience is
 * the platform's, period by threshold, but nobody waits longer than it takes.
 *
 * @param patienceMs caps the patience of each
 * @returns why it is not ready, or undefined when it is
 */
export async function unready(
  revision: RevisionProcess,
  { probes, targetPort }: Pick<Revision, 'probes' | 'targetPort'>,
  patienceMs: number,
): Promise<string | undefined> {
  for (const probe of ORDER.flatMap((type) => probes.filter((one) => one.type === type))) {
    const reason = await failing(revision, probe, patienceMs);
    if (reason !== undefined) return reason;
  }
  return revision.port(targetPort) === undefined
    ? `nothing listens on the ingress's port ${targetPort}`
    : undefined;
}

async function failing(
  revision: RevisionProcess,
  { type, httpGet: { path, port }, periodSeconds, failureThreshold }: Probe,
  patienceMs: number,
): Promise<string | undefined> {
  const deadline = Date.now() + Math.min(periodSeconds * failureThreshold * 1000, patienceMs);
  for (;;) {
    const given = revision.port(port);
    if (given !== undefined && (await answers(`http://127.0.0.1:${given}${path}`))) return undefined;
    if (Date.now() >= deadline) return `its ${type} probe got no good answer from port ${port}, path ${path}`;
    const exit = await Promise.race([revision.ended, pause(POLL_MS)]);
    if (exit !== undefined) return `it ended by itself, ${exit}`;
  }
}

/** From 200 to 399 is good. @see https://learn.microsoft.com/azure/container-apps/health-probes (read 2026-11-25) */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(1000) });
    await response.body?.cancel();
    return response.status >= 200 && response.status < 400;
  } catch {
    return false;
  }
}
