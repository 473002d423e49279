/** Which addresses of a service a client gets. */
import { parseAddressBytes } from '../../../shared/values/address-bytes.ts';
import { maxMessageBytes } from '../../wire/iana.ts';
import { addressesOf, type Service, type ServiceNetwork } from '../services/service.ts';
import type { View } from './views.ts';

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
export function addressesFor(service: Service, view: View, preference: AddressPreference): readonly string[] {
  if (service.addresses !== undefined) return service.addresses;
  const { networks } = service;
  const shared = inNetworks(networks, view);
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

/** The client is in one of its networks, or its addresses are for every client. */
export function isReached({ addresses, networks }: Service, view: View): boolean {
  return addresses !== undefined || inNetworks(networks, view).length > 0;
}

function inNetworks(networks: readonly ServiceNetwork[], view: View): readonly ServiceNetwork[] {
  if (view.size === 0) return [];
  return networks.filter(({ subnets, addresses }) => addresses.length > 0 && subnets.some((text) => view.has(text)));
}

/** As many addresses of one family as a message can hold: each once, as bytes of the record's data. */
export function addressData(texts: Iterable<string>, length: 4 | 16): readonly Uint8Array[] {
  const max = maxRecordsOf(length);
  const data = new Map<string, Uint8Array>();
  for (const text of texts) {
    const bytes = data.has(text) ? undefined : parseAddressBytes(text);
    if (bytes?.length === length) data.set(text, bytes);
    if (data.size >= max) break;
  }
  return [...data.values()];
}

/** Records with so many bytes of data that a message can hold (RFC 1035 §3.2.1, their owner a pointer). */
export function maxRecordsOf(dataBytes: number): number {
  return Math.floor(maxMessageBytes / (12 + dataBytes));
}
