/** Which addresses of a service a client gets. */
import { parseAddressBytes } from '../../../shared/values/address-bytes.ts';
import { clientAddressBytes, contains, parseIpNetwork } from '../../../shared/values/ip-network.ts';
import { addressesOf, type Service, type ServiceNetwork } from '../services/service.ts';

/** For clients that are in no network of the service. */
export interface AddressPreference {
  readonly network: string | undefined;
  readonly prefix: string | undefined;
}

/**
 * | client | gets the addresses |
 * |---|---|
 * | of any kind, where addresses were set for the service | that were set |
 * | in one network of the service, or several | of these networks, and no others |
 * | elsewhere | of the preferred network, the service's before the setting's, if it has one there |
 * | elsewhere | that begin with the preferred prefix, if there are any |
 * | elsewhere | of all networks |
 *
 * Libraries order addresses anew, so that an order of all of them would not be enough.
 */
export function addressesFor(service: Service, client: string, preference: AddressPreference): readonly string[] {
  if (service.addresses !== undefined) return service.addresses;
  const { networks } = service;
  const shared = inNetworks(networks, client);
  if (shared.length > 0) return addressesOf({ addresses: undefined, networks: shared });
  for (const wanted of [service.preferredNetwork, preference.network]) {
    const found = networks.find(({ name, addresses }) => name === wanted && addresses.length > 0);
    if (found !== undefined) return found.addresses;
  }
  const all = addressesOf(service);
  const { prefix } = preference;
  const preferred = prefix === undefined ? [] : all.filter((address) => address.startsWith(prefix));
  return preferred.length > 0 ? preferred : all;
}

function inNetworks(networks: readonly ServiceNetwork[], client: string): ServiceNetwork[] {
  const bytes = clientAddressBytes(client);
  if (bytes === undefined) return [];
  return networks.filter(({ subnets, addresses }) => {
    const hasAddress = addresses.length > 0;
    return hasAddress && subnets.some((text) => isInSubnet(text, bytes));
  });
}

function isInSubnet(text: string, address: Uint8Array): boolean {
  const network = parseIpNetwork(text);
  return network !== undefined && contains(network, address);
}

/** Of one family: bytes of the record's data. */
export function addressData(addresses: readonly string[], length: 4 | 16): readonly Uint8Array[] {
  return addresses.flatMap((text) => {
    const bytes = parseAddressBytes(text);
    return bytes?.length === length ? [bytes] : [];
  });
}
