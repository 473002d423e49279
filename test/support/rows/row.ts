/**
 * One row of the divergence list as data, and the few words to write it with.
 *
 * `outcome` is what glibc gives directly against the scripted servers. Through the sidecar every C
 * library must give the same, but for the residue (docs/residual-divergences.md), which a row names.
 */
import type { LibcName } from '../worlds/libcs.ts';
import type { Mode } from '../worlds/rewritten-file.ts';
import type { ReplyDetails, ReplyScript, Script, ServerScript } from '../../../cli/simulation/script.ts';
import type { Expected } from '../observation/expectation.ts';
import { generations } from '../worlds/stand-ins.ts';
import { serverAddresses } from '../worlds/addresses.ts';

export interface Row {
  /** Number in the list; letters tell variants of one row apart. */
  id: string;
  what: string;
  resolvConf: string;
  script: Script;
  /** Probe commands, see probe.c. */
  call: string;
  outcome: Outcome;
  residue?: Residue[];
  /** A-type questions of direct glibc in order, where the row speaks of them. */
  asked?: string[];
  /** Time of direct glibc. */
  takesMs?: number;
  /** Only this glibc shows the row directly. */
  oracle?: LibcName;
  hostName?: string;
  /** Where the sidecar listens, if not on 127.0.0.1. */
  listen?: string;
}

export interface Outcome extends Expected {
  readonly outcome: 'OK' | 'NONAME' | 'NODATA' | 'AGAIN' | 'NORECOVERY';
}

export interface Residue {
  /** Row of docs/residual-divergences.md. */
  row: `V${number}`;
  libcs: readonly LibcName[];
  /** They search by themselves, and as glibc, where the original domains stand behind the marker. */
  notWithKeptSearches?: readonly LibcName[];
  /** Without it, in both modes. */
  mode?: Mode;
  outcome: Outcome;
}

export const [ns1, ns2, ns3] = serverAddresses;

export const glibc: readonly LibcName[] = ['glibc', 'glibc-2.41'];
/** Generations of musl: no TCP; TCP and 768 bytes; TCP and the whole reply. */
export const muslG2: readonly LibcName[] = generations.G2.members;
export const muslG3: readonly LibcName[] = generations.G3.members;
export const muslG4: readonly LibcName[] = generations.G4.members;
export const muslNames: readonly LibcName[] = [...muslG2, ...muslG3, ...muslG4];
export const every: readonly LibcName[] = [...glibc, ...muslNames];

/** h_errno values of netdb.h. */
export const noRecovery = 3;

export const noname: Outcome = { outcome: 'NONAME' };
export const nodata: Outcome = { outcome: 'NODATA' };
export const again: Outcome = { outcome: 'AGAIN' };

export function ok(canonical: string, ...addresses: string[]): Outcome {
  return { outcome: 'OK', canonical, ...(addresses.length === 0 ? {} : { addresses }) };
}

interface Conf {
  servers?: readonly string[];
  /** Lines in the place of the `search` line. */
  search?: string;
  /** Options behind the default ones; later ones override. */
  options?: string;
}

const defaultOptions = 'ndots:1 timeout:2 attempts:2';

export function conf({ servers = [ns1], search = 'search s1.test s2.test', options }: Conf = {}) {
  const lines = servers.map((server) => `nameserver ${server}`);
  if (search !== '') lines.push(search);
  lines.push(`options ${defaultOptions}${options === undefined ? '' : ` ${options}`}`);
  return lines.join('\n') + '\n';
}

export const twoServers = conf({ servers: [ns1, ns2] });

type Names = NonNullable<ServerScript['names']>;

/** Servers N1, N2, N3 with the names that each knows. */
export function servers(...names: Names[]): Script {
  const entries = names.map((known, i) => [serverAddresses[i], { names: known }] as const);
  return { servers: Object.fromEntries(entries) };
}

export function data(...addresses: string[]): ReplyDetails {
  return { is: 'DATA', addresses };
}

export const formerr: ReplyDetails = { is: 'ODD', rcode: 1 };

/** The two halves of one name. */
export function halves(name: string, a: ReplyScript, aaaa: ReplyScript): Names {
  return { [`${name} A`]: a, [`${name} AAAA`]: aaaa };
}

export function addresses(count: number, prefix = '10.9.0.'): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);
}
