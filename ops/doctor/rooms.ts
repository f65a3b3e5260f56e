import { roomOrigins } from '../../contract/room-origins';
import { VENDOR_NETWORK_GUIDE } from '../../contract/vendor-facts';
import { ok, unknown, type CheckOutcome } from './check-result';

const EXPECTED = `rooms that people's networks let through: ${VENDOR_NETWORK_GUIDE}`;

/**
 * Where the rooms are. Whether a person's network lets them through shows only in that person's browser, so this names what
 * has to be let through, and asks nobody.
 *
 * @param origin undefined when the setting is malformed; that is the setting's own check
 */
export function judgeRooms(origin: string | undefined): CheckOutcome {
  if (origin === undefined) return unknown('ROOM_ORIGIN is malformed', EXPECTED);
  const hosts = roomOrigins(origin).map((one) => new URL(one).hostname);
  return hosts.length === 1
    ? ok(origin, EXPECTED)
    : ok(`${hosts.join(', ')}: firewalls must let through https and media to all of them`, EXPECTED);
}
