/** Where the platform asks how the process is: by address instead of name, past every door, every few seconds. */
export const PROBE_ROUTES: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz']);
