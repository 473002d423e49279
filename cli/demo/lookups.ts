/** One name, three ways, over real sockets: the two models ask the nameservers, and the musl model the sidecar. */
import { hostname } from 'node:os';
import { readGlibcConfiguration } from '../models/glibc-configuration.ts';
import { lookUpAsGlibc, type GlibcLookup } from '../models/glibc.ts';
import { readMuslConfiguration } from '../models/musl-configuration.ts';
import type { MuslGeneration } from '../models/musl-generations.ts';
import { lookUpAsMusl, type MuslLookup } from '../models/musl.ts';
import { createTimeline } from '../models/timeline.ts';
import { socketNetwork as network } from '../network/sockets.ts';
import type { Lookup, NameLookups } from '../report/comparison.ts';
import type { RemarkSetup } from '../report/remarks.ts';

export interface LookupSetup {
  /** The pod's original resolv.conf and the port of its nameservers. */
  readonly original: string;
  readonly upstreamPort: number;
  /** The rewritten resolv.conf and the sidecar's port. */
  readonly seen: string;
  readonly sidecarPort: number;
  readonly generation: MuslGeneration;
  /** Looked up once before the others, unseen. */
  readonly warmUpName: string | undefined;
}

/** A lookup that takes longer no longer keeps the next one waiting: most of it is waiting itself. */
const maxHeadStartMs = 50;

export function configurationsOf(setup: Omit<LookupSetup, 'warmUpName'>): RemarkSetup {
  return {
    generation: setup.generation,
    musl: readMuslConfiguration(setup.original, setup.upstreamPort),
    glibc: readGlibcConfiguration(setup.original, hostname(), setup.upstreamPort),
    injected: readMuslConfiguration(setup.seen, setup.sidecarPort),
  };
}

/** In the order of the names; those that wait for a timeout wait together. */
export async function lookUpNames(
  names: readonly string[],
  setup: LookupSetup,
  onDone: (count: number) => void,
): Promise<NameLookups[]> {
  const { generation, musl: direct, glibc, injected } = configurationsOf(setup);
  // The first lookups of a process pay for the compilation of the models.
  if (setup.warmUpName !== undefined)
    for (const configuration of [direct, injected]) {
      await lookUpAsMusl(setup.warmUpName, 'both', { configuration, generation, network });
      await lookUpAsGlibc(setup.warmUpName, 'both', { configuration: glibc, network });
    }
  const results: Promise<NameLookups>[] = [];
  let done = 0;
  for (const name of names) {
    const started = [
      await begun(recordedMusl(name, { configuration: direct, generation, network })),
      await begun(recordedGlibc(name, { configuration: glibc, network })),
      await begun(recordedMusl(name, { configuration: injected, generation, network })),
    ] as const;
    results.push(
      Promise.all(started.map(({ result }) => result)).then(([musl, glibc, injected]) => {
        onDone(++done);
        if (musl === undefined || glibc === undefined || injected === undefined) throw new Error('no result');
        return { name, musl, glibc, injected };
      }),
    );
  }
  return Promise.all(results);
}

async function recordedMusl(name: string, lookup: MuslLookup): Promise<Lookup> {
  const timeline = createTimeline();
  return { ...(await lookUpAsMusl(name, 'both', { ...lookup, timeline })), timeline };
}

async function recordedGlibc(name: string, lookup: GlibcLookup): Promise<Lookup> {
  const timeline = createTimeline();
  return { ...(await lookUpAsGlibc(name, 'both', { ...lookup, timeline })), timeline };
}

async function begun(result: Promise<Lookup>): Promise<{ readonly result: Promise<Lookup> }> {
  await Promise.race([result, new Promise((resolve) => setTimeout(resolve, maxHeadStartMs))]);
  return { result };
}
