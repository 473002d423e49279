/** Which services have an address, in the order of their start: what thousands share costs a question no sorting. */
import { formatAddressBytes } from '../../../shared/values/address-bytes.ts';
import { addressesOf, type Service } from '../services/service.ts';
import { byStartOfService, type DirectoryEntry } from './reached.ts';

export interface AddressIndex {
  add(entry: DirectoryEntry): void;
  /** As it was added. */
  remove(entry: DirectoryEntry): void;
  /** The same value until something changes; undefined where nobody has it. */
  of(address: Uint8Array): readonly DirectoryEntry[] | undefined;
}

export function createAddressIndex(): AddressIndex {
  const byAddress = new Map<string, DirectoryEntry[]>();
  return {
    add(entry) {
      reverseAddresses(entry.service)?.forEach((address) => {
        const entries = byAddress.get(address);
        if (entries === undefined) byAddress.set(address, [entry]);
        else entries.splice(placeOf(entry, entries), 0, entry);
      });
    },
    remove(entry) {
      reverseAddresses(entry.service)?.forEach((address) => {
        const entries = byAddress.get(address) ?? [];
        entries.splice(placeOf(entry, entries), 1);
        if (entries.length === 0) byAddress.delete(address);
      });
    },
    of: (address) => byAddress.get(formatAddressBytes(address)),
  };
}

/** Of the machine itself, whose gateways the containers on it share, no address is theirs but those that were set for them. */
function reverseAddresses(service: Service): readonly string[] | undefined {
  return service.namespace === 'host' ? service.addresses : addressesOf(service);
}

/** So many of them are before it. */
function placeOf(entry: DirectoryEntry, entries: readonly DirectoryEntry[]): number {
  let [from, to] = [0, entries.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (byStartOfService(entries[middle] ?? entry, entry) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
