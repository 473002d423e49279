/** One name, three ways, over real sockets: the two models ask the nameservers, and the musl model the sidecar. */
import { hostname } from 'node:os';
import { readGlibcConfiguration } from '../models/glibc-configuration.ts';
import { lookUpAsGlibc } from '../models/glibc.ts';
import type { LookupResult } from '../models/lookup.ts';
import { readMuslConfiguration } from '../models/musl-configuration.ts';
import type { MuslGeneration } from '../models/musl-generations.ts';
import { lookUpAsMusl } from '../models/musl.ts';
import { socketNetwork as network } from '../network/sockets.ts';

/** What one C library made of a name. */
export type Lookup = Omit<LookupResult, 'canonicalName'>;

export interface NameLookups {
  readonly name: string;
  readonly musl: Lookup;
  readonly glibc: Lookup;
  readonly injected: Lookup;
}

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
const PATIENCE_MS = 50;

/** In the order of the names; those that wait for a timeout wait together. */
export async function lookUpNames(
  names: readonly string[],
  setup: LookupSetup,
  onDone: (count: number) => void,
): Promise<NameLookups[]> {
  const { generation } = setup;
  const direct = readMuslConfiguration(setup.original, setup.upstreamPort);
  const injected = readMuslConfiguration(setup.seen, setup.sidecarPort);
  const glibc = readGlibcConfiguration(setup.original, hostname(), setup.upstreamPort);
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
      await begun(lookUpAsMusl(name, 'both', { configuration: direct, generation, network })),
      await begun(lookUpAsGlibc(name, 'both', { configuration: glibc, network })),
      await begun(lookUpAsMusl(name, 'both', { configuration: injected, generation, network })),
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

async function begun(result: Promise<LookupResult>): Promise<{ readonly result: Promise<LookupResult> }> {
  await Promise.race([result, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  return { result };
}

/** What an application would notice: permanent or temporary failure, or the set of addresses. */
export function isSameResult(a: Lookup, b: Lookup): boolean {
  const isPermanent = ({ outcome }: Lookup) => outcome === 'NONAME' || outcome === 'NODATA';
  if (isPermanent(a) && isPermanent(b)) return true;
  const addresses = (lookup: Lookup) => [...new Set(lookup.addresses)].toSorted().join(' ');
  return a.outcome === b.outcome && addresses(a) === addresses(b);
}
