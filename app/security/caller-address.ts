import { BlockList, isIP, isIPv6 } from 'node:net';
import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config';
import { isSameText } from './constant-time';

/** Addresses of proxies between a platform's ingress and us: private, shared (RFC 6598) and loopback. */
const PRIVATE_RANGES = [
  '127.0.0.0/8',
  '::1/128',
  '169.254.0.0/16',
  'fe80::/10',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
  '100.64.0.0/10',
] as const;

/** Longer than an IPv6 address in brackets with a port. */
const MOST_ADDRESS = 64;

/** Strips brackets and port, which some proxies add. Undefined when the text is not an IP address. */
function bareAddress(text: string): string | undefined {
  // Before trimming, so that a long header of blanks costs nothing.
  if (text.length > MOST_ADDRESS) return undefined;
  const given = text.trim();
  if (isIP(given) !== 0) return given;
  const { v4, v6 } = /^(?:(?<v4>[\d.]+):\d{1,5}|\[(?<v6>[^\]]+)\](?::\d{1,5})?)$/.exec(given)?.groups ?? {};
  const bare = v4 ?? v6 ?? '';
  return isIP(bare) === 0 ? undefined : bare;
}

/**
 * The normal form of an address, by which callers are counted. All addresses of an IPv6 /64, the smallest network a
 * subscriber gets, count as one caller.
 *
 * @returns undefined when the text is not an address
 */
export function normalAddress(text: string): string | undefined {
  const bare = bareAddress(text);
  return bare === undefined ? undefined : normalizeIP(bare);
}

/** Decides by a proxy's address whether to trust its forwarding headers. */
export function isTrustedProxy({
  trustedProxies,
}: Pick<Config, 'trustedProxies'>): (address: string) => boolean {
  const list = new BlockList();
  for (const range of [...PRIVATE_RANGES, ...trustedProxies]) {
    const [network = '', bits] = range.split('/', 2);
    const family = isIPv6(network) ? 'ipv6' : 'ipv4';
    list.addSubnet(network, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return (address) => {
    const bare = bareAddress(address);
    return bare !== undefined && list.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4');
  };
}

type SomeHeaders = FastifyRequest['headers'];

/** Whether a request came through the configured Front Door: only it knows its id and sends it with each request. */
export function isByFrontDoor({ frontDoorId }: Pick<Config, 'frontDoorId'>, headers: SomeHeaders): boolean {
  const given = headers['x-azure-fdid'];
  return frontDoorId !== undefined && isSameText(typeof given === 'string' ? given : '', frontDoorId);
}

/** The parts of a request that identify its caller. */
type Received = Pick<FastifyRequest, 'headers' | 'ip'> & {
  readonly socket: Pick<FastifyRequest['socket'], 'remoteAddress'>;
};

/**
 * The address by which a caller is counted: from Front Door, else from trusted proxies, else from the connection. Text that
 * is not an address is skipped, so that a caller cannot get a fresh limit by inventing values.
 */
export function callerAddress(config: Pick<Config, 'frontDoorId'>, request: Received): string {
  const { 'x-azure-clientip': client } = request.headers;
  const named = typeof client === 'string' && isByFrontDoor(config, request.headers) ? [client] : [];
  for (const text of [...named, request.ip, request.socket.remoteAddress ?? '']) {
    const address = normalAddress(text);
    if (address !== undefined) return address;
  }
  return 'unknown';
}
