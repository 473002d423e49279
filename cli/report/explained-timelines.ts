/** The timelines of an explanation: of each resolver what it did, and in words what it made of each candidate. */
import type { MuslConfiguration } from '../models/musl-configuration.ts';
import { muslTitle } from '../models/musl-choice.ts';
import { createTimeline, type Timeline } from '../models/timeline.ts';
import { glibcConclusion, muslConclusion } from './conclusion-words.ts';
import type { ExplainedTimeline, Explanation, MuslLookups } from './explanation.ts';

type Played = Omit<Explanation, 'timelines'>;

export function timelinesOf(played: Played, configuration: MuslConfiguration): ExplainedTimeline[] {
  const { glibc, sidecar } = played;
  const sidecarFound = sidecar.clients.at(-1)?.lookup.addresses.length ?? 0;
  return [
    {
      resolver: 'glibc',
      title: 'glibc',
      ...glibcLike(glibc.timeline, glibc.addresses.length),
      elapsedMs: glibc.elapsedMs,
    },
    ...played.alone.map((group) => muslTimeline(group, played, configuration)),
    {
      resolver: 'sidecar',
      title: 'sidecar',
      ...glibcLike(sidecar.lookup.timeline, sidecarFound),
      elapsedMs: sidecar.lookup.elapsedMs,
    },
  ];
}

function glibcLike(
  timeline: Timeline = createTimeline(),
  found: number,
): Pick<ExplainedTimeline, 'timeline' | 'words' | 'partsAt'> {
  const { candidates } = timeline;
  const words = candidates.map((candidate, i) =>
    glibcConclusion({ candidate, hasNext: i + 1 < candidates.length, found }),
  );
  return { timeline, words, partsAt: undefined };
}

function muslTimeline(
  { members, lookup }: MuslLookups,
  { name, musl, partings }: Played,
  configuration: MuslConfiguration,
): ExplainedTimeline {
  const { timeline = createTimeline(), addresses, elapsedMs } = lookup;
  const { candidates } = timeline;
  const [first] = members;
  const words = candidates.map((candidate, i) => {
    const place = { candidate, hasNext: i + 1 < candidates.length, found: addresses.length };
    return first === undefined
      ? glibcConclusion(place)
      : muslConclusion(place, name, { configuration, generation: first.generation });
  });
  const parting = partings.find((each) => each.who === 'musl' && each.members === members);
  const candidate = candidates.findIndex((each) => each.name === parting?.candidate);
  const partsAt = parting === undefined || candidate < 0 ? undefined : { candidate, number: parting.number };
  return { resolver: 'musl', title: muslTitle(members, musl), timeline, words, partsAt, elapsedMs };
}
