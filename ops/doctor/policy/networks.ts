import { BlockList, isIP } from 'node:net';

/** Private address ranges. */
const PRIVATE: readonly (readonly [network: string, prefix: number])[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['fc00::', 7],
  ['fe80::', 10],
];

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** Whether no request from the internet can come from this address or network (CIDR). */
export function isPrivateNetwork(cidr: string): boolean {
  const [address = '', prefix = '128'] = cidr.split('/');
  if (isIP(address) === 0) return false;
  return PRIVATE.some(([network, bits]) => {
    if (familyOf(network) !== familyOf(address) || Number(prefix) < bits) return false;
    const list = new BlockList();
    list.addSubnet(network, bits, familyOf(network));
    return list.check(address, familyOf(address));
  });
}
