/**
 * Daily's domains: a client that cannot reach its rooms under the first tries the others, 25 s each (changelog of 24 June
 * 2026, and the same list in daily-js 0.92.2).
 */
export const DAILY_DOMAINS = ['daily.co', 'dailywebrtc.com', 'dailywebrtc.net'] as const;

/** Every origin under which a room may be: the one that is set, and where it is one of Daily's, those that stand in for it. */
export function roomOrigins(origin: string): readonly string[] {
  const [domain] = DAILY_DOMAINS;
  if (!origin.endsWith(`.${domain}`)) return [origin];
  const host = origin.slice(0, -domain.length);
  return DAILY_DOMAINS.map((one) => `${host}${one}`);
}
