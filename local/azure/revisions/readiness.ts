import { setTimeout as pause } from 'node:timers/promises';
import type { Probe } from '../cloud/container-app';
import type { Revision } from '../cloud/revision';
import type { RevisionProcess } from './revision-process';

const POLL_MS = 20;

/** The platform's order. Liveness probes are not tried here, because they only matter later. */
const ORDER = ['Startup', 'Readiness'] as const;

/**
 * Waits until each health probe of a revision has succeeded once, and checks that traffic would reach it. Each probe may
 * take its period times its threshold, as on Azure.
 *
 * @param timeoutMs maximum for each probe
 * @returns why the revision is not ready; undefined when it is
 */
export async function notReadyReason(
  revision: RevisionProcess,
  { probes, targetPort }: Pick<Revision, 'probes' | 'targetPort'>,
  timeoutMs: number,
): Promise<string | undefined> {
  for (const probe of ORDER.flatMap((type) => probes.filter((one) => one.type === type))) {
    const reason = await probeFailure(revision, probe, timeoutMs);
    if (reason !== undefined) return reason;
  }
  return revision.port(targetPort) === undefined
    ? `nothing listens on the ingress's port ${targetPort}`
    : undefined;
}

async function probeFailure(
  revision: RevisionProcess,
  { type, httpGet: { path, port }, periodSeconds, failureThreshold }: Probe,
  timeoutMs: number,
): Promise<string | undefined> {
  const deadline = Date.now() + Math.min(periodSeconds * failureThreshold * 1000, timeoutMs);
  for (;;) {
    const actualPort = revision.port(port);
    if (actualPort !== undefined && (await succeeds(`http://127.0.0.1:${actualPort}${path}`)))
      return undefined;
    if (Date.now() >= deadline) return `its ${type} probe failed on port ${port}, path ${path}`;
    const exit = await Promise.race([revision.ended, pause(POLL_MS)]);
    if (exit !== undefined) return `it ended by itself, ${exit}`;
  }
}

/** A status from 200 to 399 is a success. @see https://learn.microsoft.com/azure/container-apps/health-probes (read 2026-11-25) */
async function succeeds(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(1000) });
    await response.body?.cancel();
    return response.status >= 200 && response.status < 400;
  } catch {
    return false;
  }
}
