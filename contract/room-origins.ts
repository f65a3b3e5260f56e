import { VENDOR_ROOM_DOMAINS } from './vendor-facts';

/**
 * All possible origins of a room: its own, and Daily's other domains, to which daily-js falls back. A room outside Daily, as
 * in the laptop cloud, has only its own.
 */
export function roomOrigins(roomOrigin: string): readonly string[] {
  const { protocol, hostname } = new URL(roomOrigin);
  const domain = VENDOR_ROOM_DOMAINS.find((one) => hostname.endsWith(`.${one}`));
  if (domain === undefined) return [roomOrigin];
  const room = hostname.slice(0, -domain.length);
  const others = VENDOR_ROOM_DOMAINS.filter((one) => one !== domain);
  return [roomOrigin, ...others.map((one) => `${protocol}//${room}${one}`)];
}
