/** Health probes of the platform. It calls them by IP address every few seconds, so no host or sign-in check applies. */
export const PROBE_ROUTES: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz']);
