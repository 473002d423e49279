/** What a lookup of a cell came to, in the few characters of the table. */
import { addressAt, type Cell, type Place } from './cells.ts';

export interface Observation {
  /** `no` NONAME, `nd` NODATA, `ag` AGAIN; else the place, and `4`, `6` or `*` for the families that came from there. */
  readonly outcome: string;
  /** Timeouts of one second that were waited for. */
  readonly seconds: number;
  /** Datagrams to the servers, and questions over TCP. */
  readonly queries: number;
}

export interface SeenResult {
  readonly outcome: string;
  readonly addresses?: readonly string[];
  readonly canonical?: string | undefined;
}

const failures: Readonly<Record<string, string>> = { NONAME: 'no', NODATA: 'nd', AGAIN: 'ag' };

/** Throws when the result is one that no resolver may give: addresses of two places, or the name of another. */
export function outcomeOf(cell: Cell, name: string, { outcome, addresses = [], canonical }: SeenResult): string {
  const failure = failures[outcome];
  if (failure !== undefined) return failure;
  const seen = new Set(addresses);
  for (const [place, { domain }] of cell.grid.setting.places) {
    const has = { A: seen.has(addressAt(place, 'A')), AAAA: seen.has(addressAt(place, 'AAAA')) };
    if (outcome !== 'OK' || seen.size !== Number(has.A) + Number(has.AAAA) || seen.size === 0) continue;
    if (canonical !== name + domain) break;
    return place + (has.A && has.AAAA ? '*' : has.A ? '4' : '6');
  }
  throw new Error(`${cell.label}: ${outcome} ${[...seen].join(' ')}, canonical name ${canonical}`);
}

export function formatObservation({ outcome, seconds, queries }: Observation): string {
  return `${outcome}/${seconds}/${queries}`;
}

export function parseObservation(text: string): Observation {
  const [, outcome, seconds, queries] = /^(no|nd|ag|[12=][46*])\/(\d+)\/(\d+)$/.exec(text) ?? [];
  if (outcome === undefined) throw new Error(`no observation: ${text}`);
  return { outcome, seconds: Number(seconds), queries: Number(queries) };
}

/** For messages: where the classes are, and what came of it. */
export function describeCell(cell: Cell): string {
  const places = [...cell.halves].map(([place, halves]: [Place, string]) => `${place}:${halves}`);
  return `${cell.grid.id} ${places.join(' ')}`;
}
