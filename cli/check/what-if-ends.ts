/** What lookups come to in a failure, by every resolver. Those that are alike are played once. */
import type { LookupResult } from '../models/lookup.ts';
import type { MuslGeneration } from '../models/musl-generations.ts';
import { isSameResult, noticeableDelay } from '../report/comparison.ts';
import { healthy, loss, type FailureScenario, type HealthyWorld } from './failure-scenarios.ts';
import { createLikeness, type LikenessKeys, type NamedLookup } from './what-if-alike.ts';
import { isOtherLoss, playLoss, type LossEnd } from './what-if-loss.ts';
import { playLookup, type Resolver } from './what-if-play.ts';

export interface PlayedEnds<End> {
  readonly glibc: End;
  /** From the oldest release; those that do the same are one. */
  readonly musl: readonly End[];
  readonly sidecar: readonly End[];
  /** musl or the sidecar comes to another end than glibc, or one would notice the time. */
  readonly isDifferent: boolean;
}

export interface PlaysOptions {
  readonly lossRuns: number;
  /** Called before whatever takes time; what it throws ends it. */
  readonly pause: () => Promise<void>;
}

export interface Plays extends Pick<PlaysOptions, 'pause'> {
  keyed(lookup: NamedLookup): KeyedLookup;
  /** Undefined: it cannot happen there. */
  failure(
    scenario: FailureScenario,
    lookup: KeyedLookup,
    generations: readonly MuslGeneration[],
  ): Promise<PlayedEnds<LookupResult> | undefined>;
  loss(lookup: KeyedLookup, generations: readonly MuslGeneration[]): Promise<PlayedEnds<LossEnd>>;
}

export interface KeyedLookup extends NamedLookup {
  readonly keys: LikenessKeys;
}

export function createPlays({ lossRuns, pause }: PlaysOptions): Plays {
  const likeness = createLikeness();
  const ends = new Map<string, Promise<unknown>>();
  const once = <End>(parts: readonly string[], play: () => Promise<End>): Promise<End> => {
    const key = parts.join('\n');
    const known = ends.get(key) as Promise<End> | undefined;
    if (known !== undefined) return known;
    const end = play();
    ends.set(key, end);
    return end;
  };
  const byAll = async <End>(
    parts: readonly string[],
    generations: readonly MuslGeneration[],
    { play, isOther }: { play: (resolver: Resolver) => Promise<End>; isOther: (end: End, glibc: End) => boolean },
  ): Promise<PlayedEnds<End>> => {
    const by = (resolver: Resolver) => once([...parts, resolverKey(resolver)], () => play(resolver));
    const byEach = async (is: 'musl' | 'sidecar'): Promise<End[]> => {
      const played: End[] = [];
      for (const generation of generations) played.push(await by({ is, generation }));
      return played.filter((end, i) => i === 0 || JSON.stringify(end) !== JSON.stringify(played[i - 1]));
    };
    const [glibc, musl, sidecar] = [await by({ is: 'glibc' }), await byEach('musl'), await byEach('sidecar')];
    return { glibc, musl, sidecar, isDifferent: [...musl, ...sidecar].some((end) => isOther(end, glibc)) };
  };
  const playedLookup: typeof playLookup = async (...args) => {
    await pause();
    return playLookup(...args);
  };
  return {
    pause,
    keyed: (lookup) => ({ ...lookup, keys: likeness(lookup) }),
    failure(scenario, lookup, generations) {
      const { name, read, keys } = lookup;
      const parts = [scenario.title, scenario.isLong === true ? keys.long : keys.usual];
      return once([...parts, ...generations.map((each) => each.name)], async () => {
        const script = scenario.script(worldOf(lookup));
        if (script === undefined) return undefined;
        const play = (resolver: Resolver) => playedLookup(resolver, { name, read, script, scenario });
        return byAll(parts, generations, { play, isOther: isOtherEnd });
      });
    },
    loss(lookup, generations) {
      const { name, read, keys } = lookup;
      const parts = [loss.title, keys.usual];
      return once([...parts, ...generations.map((each) => each.name)], async () => {
        const script = healthy(worldOf(lookup));
        const well = await playedLookup({ is: 'glibc' }, { name, read, script, scenario: {} });
        const play = (resolver: Resolver) =>
          playLoss(resolver, lookup, { script, well, runs: lossRuns, play: playedLookup });
        return byAll(parts, generations, { play, isOther: isOtherLoss });
      });
    },
  };
}

/** What the lookup meets while all is well. */
export function worldOf({ name, read: { glibc }, existing }: NamedLookup): HealthyWorld {
  const servers = glibc.servers.map(({ address }) => address);
  return { existing, name: name.replace(/\.$/, ''), servers, search: glibc.search };
}

function resolverKey(resolver: Resolver): string {
  return resolver.is === 'glibc' ? resolver.is : `${resolver.is} ${resolver.generation.name}`;
}

function isOtherEnd(end: LookupResult, glibc: LookupResult): boolean {
  return !isSameResult(end, glibc) || noticeableDelay(end, glibc) > 0 || noticeableDelay(glibc, end) > 0;
}
