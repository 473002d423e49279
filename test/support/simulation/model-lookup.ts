/** A lookup by the model of a C library, in whatever network. */
import { readGlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import { lookUpAsGlibc } from '../../../cli/models/glibc.ts';
import type { LookupResult } from '../../../cli/models/lookup.ts';
import { readMuslConfiguration } from '../../../cli/models/musl-configuration.ts';
import { muslGenerations, type MuslGenerationName } from '../../../cli/models/musl-generations.ts';
import { lookUpAsMusl } from '../../../cli/models/musl.ts';
import type { Network } from '../../../cli/models/network.ts';
import type { Timeline } from '../../../cli/models/timeline.ts';
import { dnsPort, worldHostName } from '../worlds/addresses.ts';
import type { ProbeFamily } from '../worlds/agent.ts';

export type ModelClient = 'glibc' | MuslGenerationName;

export interface ModelLookup {
  readonly network: Network;
  /** The text of the resolv.conf that the library reads. */
  readonly resolvConf: string;
  readonly hostName?: string | undefined;
  readonly timeline?: Timeline;
}

/** `getaddrinfo` with AI_CANONNAME. */
export function lookUpAs(
  client: ModelClient,
  family: ProbeFamily,
  name: string,
  { network, resolvConf, hostName = worldHostName, timeline }: ModelLookup,
): Promise<LookupResult> {
  const families = family === 'u' ? 'both' : family;
  const recorded = timeline === undefined ? {} : { timeline };
  if (client === 'glibc') {
    const configuration = readGlibcConfiguration(resolvConf, hostName, dnsPort);
    return lookUpAsGlibc(name, families, { configuration, network, ...recorded });
  }
  const configuration = readMuslConfiguration(resolvConf, dnsPort);
  return lookUpAsMusl(name, families, { configuration, network, generation: muslGenerations[client], ...recorded });
}
