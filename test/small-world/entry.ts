/** An entry of the table: what the lookup of a cell gives, in few characters. */
import { differencesOf, type Expected } from '../support/observation/expectation.ts';
import { describe, type Observation } from '../support/observation/observation.ts';
import { addressAt, type Cell, type Place } from './cells.ts';

export interface Entry {
  /** `no` NONAME, `nd` NODATA, `ag` AGAIN; else the place, and `4`, `6` or `*` for the families that came from there. */
  readonly outcome: string;
  /** Timeouts of one second that were waited for. */
  readonly seconds: number;
  /** Datagrams to the servers, and questions over TCP. */
  readonly queries: number;
}

const failures: Readonly<Record<string, string>> = { no: 'NONAME', nd: 'NODATA', ag: 'AGAIN' };

const families = { '4': ['A'], '6': ['AAAA'], '*': ['A', 'AAAA'] } as const;

/** What a lookup of `name` sees that has this outcome. */
export function expectedOf(cell: Cell, name: string, outcome: string): Expected {
  const failure = failures[outcome];
  if (failure !== undefined) return { outcome: failure };
  const [place, family] = [outcome.charAt(0) as Place, outcome.charAt(1) as keyof typeof families];
  return {
    outcome: 'OK',
    addresses: families[family].map((type) => addressAt(place, type)),
    canonical: name + (cell.grid.setting.places.get(place)?.domain ?? ''),
  };
}

/** Throws when it is none that a resolver may see: addresses of two places, or the name of another. */
export function outcomeOf(cell: Cell, name: string, observation: Observation): string {
  const places = [...cell.grid.setting.places.keys()];
  const positive = places.flatMap((place) => Object.keys(families).map((family) => place + family));
  const outcome = [...Object.keys(failures), ...positive].find(
    (known) => differencesOf(expectedOf(cell, name, known), observation).length === 0,
  );
  if (outcome === undefined) throw new Error(`${cell.label}: ${describe(observation)}`);
  return outcome;
}

export function formatEntry({ outcome, seconds, queries }: Entry): string {
  return `${outcome}/${seconds}/${queries}`;
}

export function parseEntry(text: string): Entry {
  const [, outcome, seconds, queries] = /^(no|nd|ag|[12=][46*])\/(\d+)\/(\d+)$/.exec(text) ?? [];
  if (outcome === undefined) throw new Error(`no entry: ${text}`);
  return { outcome, seconds: Number(seconds), queries: Number(queries) };
}

/** For messages: where the classes are. */
export function describeCell(cell: Cell): string {
  const places = [...cell.halves].map(([place, halves]: [Place, string]) => `${place}:${halves}`);
  return `${cell.grid.id} ${places.join(' ')}`;
}
