/** Both models look one name up in the same script of nameservers, in simulated time, and what is said of the two. */
import { readGlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import { readMuslConfiguration } from '../../../cli/models/musl-configuration.ts';
import { muslGenerations, type MuslGenerationName } from '../../../cli/models/musl-generations.ts';
import { createTimeline } from '../../../cli/models/timeline.ts';
import type { Lookup } from '../../../cli/report/comparison.ts';
import { remarksOf } from '../../../cli/report/remarks.ts';
import type { Script } from '../../../cli/simulation/script.ts';
import { createSimulatedNetwork } from '../../../cli/simulation/simulated-network.ts';
import { dnsPort } from '../worlds/addresses.ts';
import { lookUpAs, type ModelClient } from './model-lookup.ts';

/** `text` is that of the resolv.conf. */
export async function playModels(
  name: string,
  script: Script,
  text: string,
  generation: MuslGenerationName,
  hostName: string,
) {
  const setup = {
    generation: muslGenerations[generation],
    musl: readMuslConfiguration(text, dnsPort),
    glibc: readGlibcConfiguration(text, hostName, dnsPort),
    injected: readMuslConfiguration('nameserver 127.0.0.1\n', dnsPort),
  };
  const run = async (client: ModelClient): Promise<Lookup> => {
    const network = createSimulatedNetwork(script);
    const timeline = createTimeline();
    const result = lookUpAs(client, 'u', name, { network, resolvConf: text, hostName, timeline });
    return { ...(await network.run(result)), timeline };
  };
  const [musl, glibc] = [await run(generation), await run('glibc')];
  return { musl, glibc, remarks: remarksOf({ name, musl, glibc, injected: glibc }, setup) };
}
