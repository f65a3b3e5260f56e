import { VENDOR_ROOM_DOMAINS } from './vendor-facts';

/**
 * Every origin at which a room may turn out to be: its own, and those that daily-js falls back to. A room elsewhere, as in
 * the laptop cloud, has no others.
 */
export function roomOrigins(roomOrigin: string): readonly string[] {
  const { protocol, hostname } = new URL(roomOrigin);
  const domain = VENDOR_ROOM_DOMAINS.find((one) => hostname.endsWith(`.${one}`));
  if (domain === undefined) return [roomOrigin];
  const room = hostname.slice(0, -domain.length);
  const others = VENDOR_ROOM_DOMAINS.filter((one) => one !== domain);
  return [roomOrigin, ...others.map((one) => `${protocol}//${room}${one}`)];
}
