/** One lookup in a failure of nameservers, in simulated time: by a C library alone, or by musl with the sidecar's own code. */
import { readGlibcConfiguration, type GlibcConfiguration } from '../models/glibc-configuration.ts';
import { lookUpAsGlibc } from '../models/glibc.ts';
import type { LookupResult } from '../models/lookup.ts';
import { readMuslConfiguration, type MuslConfiguration } from '../models/musl-configuration.ts';
import type { MuslGeneration } from '../models/musl-generations.ts';
import { lookUpAsMusl } from '../models/musl.ts';
import type { Network } from '../models/network.ts';
import type { ResolverSource } from '../explain/sources.ts';
import { startPlainSidecar } from '../simulation/own-sidecar.ts';
import type { Script } from '../simulation/script.ts';
import { createSimulatedNetwork, type LosesQuery, type SimulatedNetwork } from '../simulation/simulated-network.ts';
import type { FailureScenario } from './failure-scenarios.ts';

/** What resolves: `sidecar` is musl of that generation with the sidecar as its nameserver. */
export type Resolver =
  | { readonly is: 'glibc' }
  | { readonly is: 'musl' | 'sidecar'; readonly generation: MuslGeneration };

/** A source, read as each resolver reads it. */
export interface ReadSource {
  readonly source: ResolverSource;
  readonly glibc: GlibcConfiguration;
  readonly musl: MuslConfiguration;
  /** What musl reads with the sidecar. */
  readonly seen: MuslConfiguration;
}

export interface StagedLookup {
  readonly name: string;
  readonly read: ReadSource;
  readonly script: Script;
  readonly scenario: Pick<FailureScenario, 'askedAgainMs' | 'serveStaleSeconds'>;
}

export const standardDnsPort = 53;

export function readSource(source: ResolverSource): ReadSource {
  return {
    source,
    glibc: readGlibcConfiguration(source.original, source.hostName, standardDnsPort),
    musl: readMuslConfiguration(source.original, standardDnsPort),
    seen: readMuslConfiguration(source.seen, standardDnsPort),
  };
}

/** Of Node.js, whose clock of timers counts whole milliseconds. */
const usualLateMs = 1;

/** @param lateMs by which the sidecar's timers are late */
export function playLookup(
  resolver: Resolver,
  staged: StagedLookup,
  losesQuery?: LosesQuery,
  lateMs = usualLateMs,
): Promise<LookupResult> {
  const network = createSimulatedNetwork(staged.script, losesQuery);
  const lookUp = lookupOf(resolver, staged, network, lateMs);
  const { askedAgainMs } = staged.scenario;
  return network.run(askedAgainMs === undefined ? lookUp() : again(lookUp, askedAgainMs, network));
}

async function again(
  lookUp: () => Promise<LookupResult>,
  atMs: number,
  network: SimulatedNetwork,
): Promise<LookupResult> {
  await lookUp();
  await new Promise<void>((resolve) => void network.setTimer(atMs - network.now(), resolve));
  return lookUp();
}

function lookupOf(
  resolver: Resolver,
  { name, read, scenario: { serveStaleSeconds } }: StagedLookup,
  network: SimulatedNetwork,
  lateMs: number,
): () => Promise<LookupResult> {
  if (resolver.is === 'glibc') return () => lookUpAsGlibc(name, 'both', { configuration: read.glibc, network });
  const { generation } = resolver;
  const asMusl = (configuration: MuslConfiguration, world: Network) => () =>
    lookUpAsMusl(name, 'both', { configuration, generation, network: world });
  if (resolver.is === 'musl') return asMusl(read.musl, network);
  const { snapshot } = read.source;
  const settings = {
    ...snapshot.settings,
    ...(serveStaleSeconds !== undefined && { serveStaleMs: serveStaleSeconds * 1000 }),
  };
  return asMusl(read.seen, startPlainSidecar(network, { ...snapshot, settings }, lateMs));
}
