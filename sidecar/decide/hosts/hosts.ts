/**
 * The hosts files, searched as glibc's `files` service does (nss/nss_files/files-hosts.c) with `multi on`, the
 * setting that distributions ship: all lines of a name count, the first gives the canonical name.
 */
import { nameKey } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';
import { encodeHostsName, keyOfName } from './hosts-name.ts';
import { addressFor, type HostsQuestion } from './hosts-address.ts';
import type { HostsLine, HostsTable } from './hosts-table.ts';
import { formatAddressBytes, parseAddressBytes } from '../../../shared/values/address-bytes.ts';
import { turned } from '../reply/turned.ts';
import { reverseAddress } from './reverse-name.ts';

export interface HostsAnswer {
  /** `undefined`: there is none, or it cannot be put on the wire. */
  readonly canonicalName: WireName | undefined;
  readonly ipv4: readonly Uint8Array[];
  readonly ipv6: readonly Uint8Array[];
}

/** How lines become an answer. */
export interface HostsAnswering {
  /** A name that is there is denied the family that it lacks, in place of asking the next service. */
  readonly authoritative: boolean;
  /** So many addresses of each family go from the beginning to the end. */
  readonly turn: number;
}

/**
 * The lines of a name. `undefined`: the files do not know it. A line with the name itself goes before a wildcard, and of
 * wildcards the longest counts. The same object each time, as long as the table is the same.
 */
export function findHosts(table: HostsTable, name: WireName): readonly HostsLine[] | undefined {
  const key = keyOfName(nameKey(name));
  if (key === undefined) return undefined;
  const own = table.lines.get(key);
  return own !== undefined || table.wildcards.size === 0 ? own : findWildcard(table, key);
}

/** `undefined`: these lines do not answer, the next service is asked. */
export function answerFrom(
  lines: readonly HostsLine[],
  question: HostsQuestion,
  { authoritative, turn }: HostsAnswering,
): HostsAnswer | undefined {
  const found = lines.flatMap((line) => {
    const address = addressFor(question, line.address);
    return address === undefined ? [] : [{ address, names: line.names }];
  });
  const first = found[0] ?? (authoritative ? lines[0] : undefined);
  if (first === undefined) return undefined;
  const addresses = [...new Set(found.map(({ address }) => address))].flatMap((text) => parseAddressBytes(text) ?? []);
  return {
    canonicalName: canonicalName(first),
    ipv4: turned(
      addresses.filter((address) => address.length === 4),
      turn,
    ),
    ipv6: turned(
      addresses.filter((address) => address.length === 16),
      turn,
    ),
  };
}

/** The canonical name of the first line with the address of an `in-addr.arpa` or `ip6.arpa` name. */
export function lookupHostsPointer(table: HostsTable, name: WireName): Pick<HostsAnswer, 'canonicalName'> | undefined {
  const address = reverseAddress(name);
  const line = address && table.reverse.get(formatAddressBytes(address));
  return line && { canonicalName: canonicalName(line) };
}

/** At any depth below the name of the wildcard, and not for that name itself. */
function findWildcard({ wildcards }: HostsTable, name: string): readonly HostsLine[] | undefined {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const lines = wildcards.get(name.slice(dot + 1));
    if (lines !== undefined) return lines;
  }
  return undefined;
}

function canonicalName({ names: [first] }: Pick<HostsLine, 'names'>): WireName | undefined {
  return first === undefined ? undefined : encodeHostsName(first);
}
