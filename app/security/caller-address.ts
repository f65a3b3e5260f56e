import { BlockList, isIP, isIPv6 } from 'node:net';
import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config';
import { isSameText } from './constant-time';

/** Proxies between a platform's ingress and us have such addresses: private, shared (RFC 6598), this machine's. */
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

/** The longest are IPv6 addresses in brackets, with a port. */
const MOST_ADDRESS = 64;

/** An IP address without brackets and port; some proxies write both. Undefined for anything else. */
function bareAddress(text: string): string | undefined {
  // First, so that a header full of blanks costs nothing.
  if (text.length > MOST_ADDRESS) return undefined;
  const given = text.trim();
  if (isIP(given) !== 0) return given;
  const { v4, v6 } = /^(?:(?<v4>[\d.]+):\d{1,5}|\[(?<v6>[^\]]+)\](?::\d{1,5})?)$/.exec(given)?.groups ?? {};
  const bare = v4 ?? v6 ?? '';
  return isIP(bare) === 0 ? undefined : bare;
}

/**
 * The form in which callers are counted. One address has one form, however it is written, and an IPv6 network of /64,
 * the least that anybody has, is one caller.
 *
 * @returns undefined when it is no address
 */
export function normalAddress(text: string): string | undefined {
  const bare = bareAddress(text);
  return bare === undefined ? undefined : normalizeIP(bare);
}

/** Whether what a proxy says about its caller is believed, by the proxy's address. */
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

/** Whether a request came by the Front Door that is configured. It alone knows its id, and puts it into each request. */
export function isByFrontDoor({ frontDoorId }: Pick<Config, 'frontDoorId'>, headers: SomeHeaders): boolean {
  const given = headers['x-azure-fdid'];
  return frontDoorId !== undefined && isSameText(typeof given === 'string' ? given : '', frontDoorId);
}

/** What a request must have to tell whose it is. */
type Received = Pick<FastifyRequest, 'headers' | 'ip'> & {
  readonly socket: Pick<FastifyRequest['socket'], 'remoteAddress'>;
};

/**
 * The address by which a caller is counted: of Front Door's word, of what trusted proxies say, of the connection. Where one
 * names no address the next counts, so that no caller gets a limit of their own by making up words.
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
