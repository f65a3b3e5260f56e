import { roomOrigins } from '../../contract/room-origins';
import { VENDOR_NETWORK_GUIDE } from '../../contract/vendor-facts';
import { ok, unknown, type CheckOutcome } from './check-result';

const EXPECTED = `rooms that participants can reach: ${VENDOR_NETWORK_GUIDE}`;

/**
 * Lists the hosts that firewalls of participants must allow. Only a participant's browser can test that, so this makes
 * no request.
 *
 * @param origin undefined when the setting is malformed, which another check reports
 */
export function judgeRooms(origin: string | undefined): CheckOutcome {
  if (origin === undefined) return unknown('ROOM_ORIGIN is malformed', EXPECTED);
  const hosts = roomOrigins(origin).map((one) => new URL(one).hostname);
  return hosts.length === 1
    ? ok(origin, EXPECTED)
    : ok(`${hosts.join(', ')}: firewalls must let through https and media to all of them`, EXPECTED);
}
