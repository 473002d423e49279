/**
 * Why musl and glibc come to different ends: the first candidate of which they make something else, and what. All of
 * it is taken from what both recorded; where that does not show it, nothing is said.
 */
import type { GlibcConfiguration } from '../models/glibc-configuration.ts';
import type { CandidateTimeline } from '../models/timeline.ts';
import { countText, evidenceText, halvesOf, secondsText } from './evidence.ts';
import type { Lookup } from './comparison.ts';
import type { MuslDivergenceNumber } from './musl-divergences.ts';
import { muslWords, type MuslView } from './musl-words.ts';
import { isOtherServer, partingNumber } from './parting-number.ts';

export interface PartingSetup {
  readonly musl: MuslView;
  readonly glibc: { readonly configuration: GlibcConfiguration };
}

/** Where two resolvers part, and why. */
export interface Parting {
  /** Of docs/musl-divergences.md. */
  readonly number: MuslDivergenceNumber;
  /** The candidate of musl's; undefined where there is none. */
  readonly candidate?: string;
  /** One sentence or two. */
  readonly text: string;
}

/** Undefined where what was recorded does not say. */
export function explainParting(name: string, musl: Lookup, glibc: Lookup, setup: PartingSetup): Parting | undefined {
  if (musl.timeline === undefined || glibc.timeline === undefined) return undefined;
  const rejection = rejectionText(musl, glibc);
  if (rejection !== undefined) return { number: 'M11', text: rejection };
  const [mine, theirs] = [musl.timeline.candidates, firstPass(glibc.timeline.candidates)];
  for (let i = 0; ; i++) {
    const [m, g] = [mine[i], theirs[i]];
    if (m === undefined || g === undefined) return undefined;
    if (m.name !== g.name) return partingOf('M10', m, otherNamesText({ m, g }, { musl, glibc }, setup));
    if (i + 1 < mine.length && i + 1 < theirs.length) continue;
    const number = partingNumber(m, g, i + 1 >= mine.length);
    return partingOf(number, m, sameNameText({ name, mine, theirs, i, m, g, musl, glibc }, setup));
  }
}

function partingOf(
  number: MuslDivergenceNumber,
  { name }: CandidateTimeline,
  text: string | undefined,
): Parting | undefined {
  return text === undefined ? undefined : { number, candidate: name, text };
}

interface Place {
  readonly name: string;
  readonly mine: readonly CandidateTimeline[];
  readonly theirs: readonly CandidateTimeline[];
  readonly i: number;
  readonly m: CandidateTimeline;
  readonly g: CandidateTimeline;
  readonly musl: Lookup;
  readonly glibc: Lookup;
}

function sameNameText(place: Place, setup: PartingSetup): string | undefined {
  const { m, g } = place;
  const hasServers = setup.glibc.configuration.servers.length > 1;
  const [seen, theirs] = [evidenceText(m, hasServers), evidenceText(g, hasServers)];
  const muslText = muslClause(place, setup.musl);
  const glibcText = glibcClause(place);
  if (muslText === undefined || glibcText === undefined) return undefined;
  const isAsked = halvesOf(m).length > 0;
  if (!isAsked) return `musl ${muslText}; glibc asks ${theirs}, and ${glibcText}.`;
  // The transport alone makes no difference.
  if (withoutTransport(seen) === withoutTransport(theirs)) return `${seen}. musl ${muslText}; glibc ${glibcText}.`;
  const race = isOtherServer(m, g) ? ' musl takes the first reply of any server.' : '';
  return `To musl ${seen}; it ${muslText}. To glibc ${theirs}; it ${glibcText}.${race}`;
}

function withoutTransport(evidence: string): string {
  return evidence.replaceAll(' over TCP', '');
}

function muslClause({ name, mine, i, m, musl }: Place, view: MuslView): string | undefined {
  const words = muslWords(m, view, musl.addresses.length);
  if (m.conclusion !== 'no-such-name' && m.conclusion !== 'passed-over') return words === '' ? undefined : words;
  const and = words === '' ? '' : `${words} and `;
  if (i + 1 < mine.length) return `${and}goes on and ${endWords(musl)}`;
  const { search, ndots } = view.configuration;
  const dots = name.split('.').length - 1;
  if (search.length > 0 && !name.endsWith('.') && dots >= ndots)
    return `${and}stops there: with ${dots === 1 ? '1 dot' : `${dots} dots`} (ndots:${ndots}) it does not search`;
  return `${and}has no other name to ask`;
}

function glibcClause({ theirs, i, g, glibc }: Place): string | undefined {
  if (i + 1 < theirs.length)
    return `${g.conclusion === 'no-data' ? 'remembers that, ' : ''}goes on and ${endWords(glibc)}`;
  switch (g.conclusion) {
    case 'found':
      return takenText(g, glibc);
    case 'unusable':
      return 'finds no address in it, and stops';
    case 'refused':
      return 'ends its search at the refused connection';
    default:
      return lastText(theirs, glibc);
  }
}

/** glibc lets what one half lacks stand beside the other's addresses. */
function takenText(g: CandidateTimeline, { addresses }: Lookup): string {
  const silentMs = g.steps.reduce((sum, step) => sum + (step.kind === 'silence' ? step.waitedMs : 0), 0);
  const after = silentMs > 0 ? ` after ${secondsText(silentMs)} of waiting` : '';
  const givers = halvesOf(g).filter((half) => half.addresses.length > 0);
  const sent = givers.reduce((sum, half) => sum + half.addresses.length, 0);
  if (addresses.length < sent)
    return `takes ${addresses.length} of the ${sent}, those that the name and its aliases own${after}`;
  return `${givers.length < halvesOf(g).length ? 'keeps' : 'takes'} ${countText(addresses.length)}${after}`;
}

/** The search is over: what an earlier candidate left behind may count more than the last. */
function lastText(theirs: readonly CandidateTimeline[], glibc: Lookup): string {
  const wanted = glibc.outcome === 'NODATA' ? 'no-data' : glibc.outcome === 'AGAIN' ? 'server-failure' : undefined;
  const earlier = theirs.slice(0, -1).find(({ conclusion }) => conclusion === wanted);
  if (earlier !== undefined && theirs.at(-1)?.conclusion !== wanted)
    return `ends ${outcomeWords(glibc)}, because of ${evidenceText(earlier, false)}`;
  return `ends ${outcomeWords(glibc)}`;
}

function endWords(lookup: Lookup): string {
  const last = lookup.timeline?.candidates.at(-1);
  return lookup.outcome === 'OK' && last !== undefined ? `finds ${last.name}` : `ends ${outcomeWords(lookup)}`;
}

function outcomeWords({ outcome }: Lookup): string {
  switch (outcome) {
    case 'OK':
      return 'with an address';
    case 'NONAME':
      return 'with "no such name"';
    case 'NODATA':
      return 'with "no address"';
    case 'AGAIN':
      return 'with a temporary failure';
  }
}

function rejectionText(musl: Lookup, glibc: Lookup): string | undefined {
  const [mine, theirs] = [musl.timeline?.rejected, glibc.timeline?.rejected];
  const end = (lookup: Lookup) => `asks and ${endWords(lookup)}`;
  if (theirs !== undefined && mine === undefined)
    return theirs === 'no-host-name'
      ? `glibc refuses the name without a query, because of characters that no host name has; musl ${end(musl)}.`
      : `glibc refuses the name without a query, because a label of it is empty; musl ${end(musl)}.`;
  if (mine !== undefined && theirs === undefined)
    return `musl refuses the name without a query, because ${mine === 'too-long' ? 'it is longer than 254 bytes' : 'a label of it is empty'}; glibc ${end(glibc)}.`;
  return undefined;
}

/** They ask different names, because they read the file differently. */
function otherNamesText(
  { m, g }: Pick<Place, 'm' | 'g'>,
  { musl, glibc }: Pick<Place, 'musl' | 'glibc'>,
  setup: PartingSetup,
): string | undefined {
  const ends = `glibc asks ${g.name} and ${endWords(glibc)}`;
  if (m.conclusion === 'passed-over' || m.conclusion === 'not-encodable')
    return `musl ${muslWords(m, setup.musl, musl.addresses.length)}; ${ends}.`;
  const [mine, theirs] = [setup.musl.configuration, setup.glibc.configuration];
  const list = (search: readonly string[]) =>
    search.length === 0 ? 'no search list' : `the search list ${search.join(' ')}`;
  const asks = `musl asks ${m.name}, ${ends}`;
  if (mine.search.join(' ') !== theirs.search.join(' '))
    return `Of resolv.conf musl reads ${list(mine.search)}, glibc ${list(theirs.search)}: ${asks}.`;
  if (mine.ndots !== theirs.ndots)
    return `Of resolv.conf musl reads ndots:${mine.ndots}, glibc ndots:${theirs.ndots}: ${asks}.`;
  return `${asks}.`;
}

function firstPass(candidates: readonly CandidateTimeline[]): readonly CandidateTimeline[] {
  const [first] = candidates;
  const again = candidates.findIndex(
    (candidate, i) => i > 0 && candidate.name === first?.name && candidate.entry === first.entry,
  );
  // A candidate that did not answer the first time, but the second, is of that pass alone.
  return again < 0 ? candidates : candidates.slice(0, again);
}
