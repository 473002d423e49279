/**
 * The small world: every combination of reply classes for A and AAAA over two places that a lookup asks one after the
 * other (search entries, the name as it is, servers). Each combination is a cell of a grid; a cell has a DNS label of
 * its own, so that one world plays all cells of a setting at the same time.
 */
import type { ReplyDetails, Script, ServerScript } from '../../cli/simulation/script.ts';
import type { ProbeFamily } from '../support/worlds/agent.ts';
import { serverAddresses } from '../support/worlds/addresses.ts';

/** A place where an answer can come from: a search entry, the name as it is (`=`), or a server. */
export type Place = '1' | '2' | '=';

/** Classes of the A and of the AAAA reply, a letter each. */
export type Halves = string;

export interface Cell {
  readonly grid: Grid;
  readonly row: number;
  readonly column: number;
  /** Unique in the table; the last label that the script's names have in common. */
  readonly label: string;
  readonly halves: ReadonlyMap<Place, Halves>;
}

export interface Grid {
  readonly id: string;
  /** What its rows and columns are. */
  readonly heading: string;
  readonly setting: Setting;
  readonly family: ProbeFamily;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  halvesOf(row: string, column: string): readonly (readonly [Place, Halves])[];
}

/** What the cells of a world have in common. */
export interface Setting {
  readonly id: string;
  readonly resolvConf: string;
  /** Place → the server that answers for it, and the domain of the candidate. */
  readonly places: ReadonlyMap<Place, { readonly server: string; readonly domain: string }>;
}

export const replyClasses: Readonly<Record<string, string>> = {
  d: 'an address',
  e: 'NODATA',
  n: 'NXDOMAIN',
  s: 'SERVFAIL',
  r: 'REFUSED',
  '-': 'no reply (over TCP: the connection is closed)',
  t: 'truncated, and an address over TCP',
};

const overUdp = ['d', 'e', 'n', 's', 'r', '-'];
const withTruncated = [...overUdp, 't'];
/** What the family that is not asked for would get. */
const unasked = 'd';

const [ns1, ns2] = serverAddresses;

function setting(id: string, lines: readonly string[], places: readonly [Place, string, string][]): Setting {
  return {
    id,
    resolvConf: `${lines.join('\n')}\n`,
    places: new Map(places.map(([place, server, domain]) => [place, { server, domain }])),
  };
}

/** Names have one dot: with `ndots:2` they are searched first, with `ndots:1` they are asked as they are first. */
const settings = {
  a: setting(
    'a',
    [`nameserver ${ns1}`, 'search s1.test s2.test', 'options ndots:2 timeout:1 attempts:1'],
    [
      ['1', ns1, '.s1.test'],
      ['2', ns1, '.s2.test'],
      ['=', ns1, ''],
    ],
  ),
  b1: setting(
    'b1',
    [`nameserver ${ns1}`, 'search s1.test', 'options ndots:1 timeout:1 attempts:1'],
    [
      ['=', ns1, ''],
      ['1', ns1, '.s1.test'],
    ],
  ),
  b2: setting(
    'b2',
    [`nameserver ${ns1}`, 'search s1.test', 'options ndots:2 timeout:1 attempts:1'],
    [
      ['1', ns1, '.s1.test'],
      ['=', ns1, ''],
    ],
  ),
  c: setting(
    'c',
    [`nameserver ${ns1}`, `nameserver ${ns2}`, 'options timeout:1 attempts:2'],
    [
      ['1', ns1, ''],
      ['2', ns2, ''],
    ],
  ),
  d: setting('d', [`nameserver ${ns1}`, 'options timeout:1 attempts:2'], [['1', ns1, '']]),
};

const families: Readonly<Record<ProbeFamily, string>> = { u: 'AF_UNSPEC', '4': 'AF_INET', '6': 'AF_INET6' };

export const grids: readonly Grid[] = (['u', '4', '6'] as const).flatMap((family) => [
  twoPlaces(family, {
    setting: settings.a,
    what: 'entry 1 \\ entry 2, then as-is NXDOMAIN',
    places: ['1', '2'],
    asIs: 'nn',
  }),
  twoPlaces(family, {
    setting: settings.a,
    what: 'entry 1 \\ entry 2, then as-is an address',
    places: ['1', '2'],
    asIs: 'dd',
  }),
  twoPlaces(family, { setting: settings.b1, what: 'as-is \\ entry', places: ['=', '1'] }),
  twoPlaces(family, { setting: settings.b2, what: 'entry \\ as-is', places: ['1', '='] }),
  twoPlaces(family, {
    setting: settings.c,
    what: 'server 1 \\ server 2',
    places: ['1', '2'],
    classes: withTruncated,
  }),
  onePlace(family, settings.d),
]);

export const cells: readonly Cell[] = grids.flatMap((grid) =>
  grid.rows.flatMap((row, r) =>
    grid.columns.map((column, c) => ({
      grid,
      row: r,
      column: c,
      label: `${grid.id}-${r}-${c}`,
      halves: new Map(grid.halvesOf(row, column)),
    })),
  ),
);

interface TwoPlaces {
  readonly setting: Setting;
  readonly what: string;
  /** Of the rows and of the columns. */
  readonly places: readonly [Place, Place];
  readonly classes?: readonly string[];
  /** The replies to the name as it is. */
  readonly asIs?: Halves;
}

function twoPlaces(family: ProbeFamily, of: TwoPlaces): Grid {
  const { asIs } = of;
  const [rowPlace, columnPlace] = of.places;
  const titles = titlesOf(family, of.classes ?? overUdp);
  return {
    id: `${of.setting.id}${asIs === undefined ? '' : `-${asIs}`}-${family}`,
    heading: `${families[family]}, ${of.what}`,
    setting: of.setting,
    family,
    rows: titles,
    columns: titles,
    halvesOf: (row, column) => [
      [rowPlace, bothHalves(family, row)],
      [columnPlace, bothHalves(family, column)],
      ...(asIs === undefined ? [] : [['=', asIs] as const]),
    ],
  };
}

function onePlace(family: ProbeFamily, of: Setting): Grid {
  const isPair = family === 'u';
  return {
    id: `${of.id}-${family}`,
    heading: `${families[family]}, one server${isPair ? ': A \\ AAAA' : ''}`,
    setting: of,
    family,
    rows: isPair ? withTruncated : [''],
    columns: withTruncated,
    halvesOf: (row, column) => [['1', bothHalves(family, row + column)]],
  };
}

function titlesOf(family: ProbeFamily, classes: readonly string[]): string[] {
  return family === 'u' ? classes.flatMap((a) => classes.map((aaaa) => a + aaaa)) : [...classes];
}

function bothHalves(family: ProbeFamily, title: string): Halves {
  if (family === 'u') return title;
  return family === '4' ? title + unasked : unasked + title;
}

/** `client` is the first label: clients that ask at the same time must not share a name. */
export function askedName(cell: Cell, client: string): string {
  return `${client}.${cell.label}`;
}

/** What the servers say to the names of all these cells, whatever their first label. */
export function scriptOf(of: Setting, some: readonly Cell[]): Script {
  const servers: Record<string, ServerScript> = {};
  for (const { server } of of.places.values()) servers[server] = { names: {} };
  for (const cell of some)
    for (const [place, halves] of cell.halves) {
      const { server = '', domain = '' } = of.places.get(place) ?? {};
      const names = servers[server]?.names ?? {};
      names[`*.${cell.label}${domain} A`] = replyOf(halves[0], addressAt(place, 'A'), addressAt('0', 'A'));
      names[`*.${cell.label}${domain} AAAA`] = replyOf(halves[1], addressAt(place, 'AAAA'), addressAt('0', 'AAAA'));
    }
  return { servers };
}

/** `decoy` stands in the truncated reply, which glibc throws away. */
function replyOf(letter: string | undefined, address: string, decoy: string): ReplyDetails {
  switch (letter) {
    case 'd':
      return { is: 'DATA', addresses: [address] };
    case 'e':
      return { is: 'EMPTY' };
    case 'n':
      return { is: 'NX' };
    case 's':
      return { is: 'SF' };
    case 'r':
      return { is: 'RF' };
    case '-':
      // Over TCP glibc would wait for ever.
      return { is: 'LOST', tcp: 'CLOSE' };
    case 't':
      return { is: 'DATA', addresses: [decoy], truncated: true, tcp: { is: 'DATA', addresses: [address] } };
    default:
      throw new RangeError(`no reply class ${letter}`);
  }
}

export function addressAt(place: Place | '0', type: 'A' | 'AAAA'): string {
  const number = place === '=' ? '9' : place;
  return type === 'A' ? `10.0.${number}.1` : `2001:db8:${number}::1`;
}
