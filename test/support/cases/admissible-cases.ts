/** The series of cases of one seed. */
import { readGlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import { endsGlibc } from '../worlds/held-search-list.ts';
import type { DifferentialCase } from './case.ts';
import { dnsPort, worldHostName } from '../worlds/addresses.ts';
import { randomCase } from './random-case.ts';
import { seedOf } from '../random.ts';
import { simulateDirect } from './simulated.ts';

/** A lookup that takes longer says nothing new: musl has given up by then. */
const maxMs = 15_000;

export async function* admissibleCases(seed: number, count: number): AsyncGenerator<DifferentialCase> {
  for (let index = 0, found = 0; found < count; index++) {
    const random = randomCase(seedOf(seed, index));
    const { search } = readGlibcConfiguration(random.resolvConf, random.hostName ?? worldHostName, dnsPort);
    if (endsGlibc(search)) continue;
    if ((await directMs(random)) > maxMs) continue;
    found++;
    yield random;
  }
}

/** How long glibc takes directly, by its model; of other calls than lookups of addresses it is not known. */
async function directMs(random: DifferentialCase): Promise<number> {
  const { call } = random;
  if (call.api !== 'getaddrinfo' && call.api !== 'gethostbyname2') return 0;
  const { family, name } = call;
  const { observation } = await simulateDirect(random, { api: 'getaddrinfo', family, name, canon: true });
  return observation.elapsedMs;
}
