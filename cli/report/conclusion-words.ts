/** What a resolver made of a candidate, in half a sentence without its subject. */
import type { CandidateTimeline, Conclusion } from '../models/timeline.ts';
import { countText } from './evidence.ts';
import { muslWords, type MuslView } from './musl-words.ts';

export interface ConclusionPlace {
  readonly candidate: CandidateTimeline;
  readonly hasNext: boolean;
  /** Addresses that came out of the lookup. */
  readonly found: number;
}

/** Of glibc, and of the sidecar, which goes by its rules. */
export function glibcConclusion({ candidate: { conclusion }, hasNext, found }: ConclusionPlace): string {
  if (conclusion === 'found') return `takes ${countText(found)}`;
  const [last, further] = ends[conclusion];
  return hasNext ? further : last;
}

const leaves = 'leaves the search, asks the name as it is';

/** At the last candidate, and where another one follows. */
const ends: Readonly<Record<Exclude<Conclusion, 'found'>, readonly [last: string, further: string]>> = {
  unusable: ['finds no address in it, and ends', 'finds no address in it, and ends'],
  'no-such-name': ['no such name: ends', 'no such name: goes on'],
  'no-data': ['no address: ends', 'no address: remembers that, goes on'],
  'server-failure': ['no server answers: ends', 'no server answers: remembers that, goes on'],
  temporary: ['no conclusive reply: ends', `no conclusive reply: ${leaves}`],
  fatal: ['an error: ends', `an error: ${leaves}`],
  refused: ['every connection is refused: ends', 'every connection is refused: ends'],
  'passed-over': ['passes over it', 'passes over it'],
  'not-encodable': ['is no name: ends', 'is no name: ends'],
  open: ['was not over when the lookup ended', 'was not over when the lookup ended'],
};

/** @param name as the program asked for it */
export function muslConclusion(place: ConclusionPlace, name: string, view: MuslView): string {
  const { candidate, hasNext, found } = place;
  const words = muslWords(candidate, view, found);
  if (candidate.conclusion !== 'no-such-name') return words === '' ? glibcConclusion(place) : words;
  const denied = words === '' ? 'no such name' : words;
  if (hasNext) return `${denied}: goes on`;
  const { search, ndots } = view.configuration;
  const dots = name.split('.').length - 1;
  const isUnsearched = search.length > 0 && !name.endsWith('.') && dots >= ndots;
  return isUnsearched
    ? `${denied}: does not search, with ${dots === 1 ? '1 dot' : `${dots} dots`} (ndots:${ndots})`
    : `${denied}: ends`;
}
