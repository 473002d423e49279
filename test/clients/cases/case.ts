/** One case: a configuration, what the servers say, a name, and what programs see of it. */
import type { LibcName } from '../../support/worlds/libcs.ts';
import type { Expected } from '../../support/observation/expectation.ts';
import { conf } from '../../support/rows/row.ts';
import type { ReplyDetails } from '../../../cli/simulation/script.ts';
import type { Setup } from '../../support/worlds/world.ts';
import type { Asks } from '../calls.ts';

export interface Case extends Setup {
  id: string;
  what: string;
  asks: Asks;
  /** A name, or of pointers an address. */
  name: string;
  /** Settings of the sidecar. */
  sidecar?: Readonly<Record<string, string>>;
  /** All calls at the same time: each waits long. */
  together?: boolean;
  /** Of libc's calls on glibc, and of Go's resolver, directly. */
  sees: Expected;
  /** Of calls for one family, where that is not the part of `sees`. */
  ipv4?: Expected;
  ipv6?: Expected;
  /** Of c-ares and dig, which do not search, directly; without it `sees`. */
  asIs?: Expected;
  /** Of one resolver or one call, directly. */
  own?: Readonly<Record<string, Expected>>;
  residue?: readonly Residue[];
}

/** What programs see through the sidecar where it is not what glibc, or they themselves, see directly. */
export interface Residue {
  /** Row of docs/residual-divergences.md. */
  row: `V${number}`;
  /** Resolvers or calls. */
  of: readonly string[];
  /** Without it, on all. */
  libcs?: readonly LibcName[];
  sees: Expected;
}

/** One server, search s1.test s2.test, ndots:1. */
export const oneServer = conf();

export const a1 = '10.0.0.1';
export const a2 = '10.0.0.2';
export const a3 = '10.0.0.3';
export const aaaa1 = '2001:db8:1::1';
export const aaaa2 = '2001:db8:1::2';

/** Resolvers that search by themselves and read the search list for it. */
export const ownSearch = ['dig +search', 'nslookup'];

/** Records of another type. */
export function records(owner: string, type: string, ...data: string[]): ReplyDetails {
  return { is: 'DATA', extra: data.map((text) => ({ owner, type, data: text, only: type })) };
}
