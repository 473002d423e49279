/** The networks of a container, and those of the machine, out of Docker's JSON. */
import { formatAddressBytes, parseAddressBytes } from '../../../shared/values/address-bytes.ts';
import { formatIpNetwork, parseIpNetwork } from '../../../shared/values/ip-network.ts';
import type { ServiceNetwork } from '../services/service.ts';
import { entriesOf, listOf, member, numberOf, textOf, textsOf, type Json } from './json.ts';

/** Of `NetworkSettings`, in the order of the names. Those without an address, because the container is stopped, have none. */
export function containerNetworks(settings: Json): readonly ServiceNetwork[] {
  return entriesOf(member(settings, 'Networks'))
    .map(([name, endpoint]) => networkOf(name, endpoint))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/**
 * Of the list of networks: by which address containers reach the machine. Bridges alone have one: behind the gateway of another
 * kind of network stands another machine.
 */
export function machineNetworks(networks: Json): readonly ServiceNetwork[] {
  return listOf(networks).flatMap((network) => {
    if (textOf(member(network, 'Driver')) !== 'bridge') return [];
    const configs = listOf(member(network, 'IPAM', 'Config'));
    const isInternal = member(network, 'Internal') === true;
    const gateways = configs.flatMap((config) => {
      const said = member(config, 'Gateway');
      return textOf(said) === '' && !isInternal ? firstAddress(config) : addressOf(said);
    });
    const subnets = configs.flatMap((config) => subnetOf(textOf(member(config, 'Subnet'))));
    const name = textOf(member(network, 'Name'));
    return gateways.length === 0 ? [] : [{ name, addresses: gateways, subnets, gateways, aliases: [] }];
  });
}

/**
 * Docker leaves the gateway out where nobody has set it but the subnet, and for its own bridge until it is started again. It takes
 * the first address that it gives: of the range, or of the subnet, whose own address is none.
 */
function firstAddress(config: Json): string[] {
  const subnet = parseIpNetwork(textOf(member(config, 'Subnet')));
  if (subnet === undefined || subnet.prefix > subnet.bytes.length * 8 - 2) return [];
  const range = parseIpNetwork(textOf(member(config, 'IPRange')));
  const bytes = Uint8Array.from((range ?? subnet).bytes);
  const last = bytes.length - 1;
  // The bits behind a prefix are zero: nothing is carried.
  if (bytes.every((byte, index) => byte === subnet.bytes[index])) bytes[last] = (bytes[last] ?? 0) | 1;
  return [formatAddressBytes(bytes)];
}

function networkOf(name: string, endpoint: Json): ServiceNetwork {
  const families = [
    ['IPAddress', 'IPPrefixLen', 'Gateway'],
    ['GlobalIPv6Address', 'GlobalIPv6PrefixLen', 'IPv6Gateway'],
  ] as const;
  const found = families.map(([address, prefix, gateway]) => ({
    addresses: addressOf(member(endpoint, address)),
    prefix: numberOf(member(endpoint, prefix)),
    gateways: addressOf(member(endpoint, gateway)),
  }));
  return {
    name,
    addresses: found.flatMap(({ addresses }) => addresses),
    subnets: found.flatMap(({ addresses, prefix }) =>
      addresses.flatMap((address) => (prefix === undefined || prefix === 0 ? [] : subnetOf(`${address}/${prefix}`))),
    ),
    gateways: found.flatMap(({ gateways }) => gateways),
    aliases: [...new Set(textsOf(member(endpoint, 'Aliases')))],
  };
}

function addressOf(value: Json): string[] {
  const bytes = parseAddressBytes(textOf(value));
  return bytes === undefined ? [] : [formatAddressBytes(bytes)];
}

function subnetOf(text: string): string[] {
  const network = parseIpNetwork(text);
  return network === undefined ? [] : [formatIpNetwork(network)];
}
