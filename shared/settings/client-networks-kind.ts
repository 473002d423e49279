/** Who may ask, as a setting has it: networks, and words for those that are known where the sidecar runs. */
import { formatIpNetwork, parseIpNetwork, type IpNetwork } from '../values/ip-network.ts';
import { suggestName } from '../values/suggest-name.ts';
import { didYouMean, list, type ValueKind } from '../values/value-kinds.ts';

/** `attached`: the private networks in which the machine has an address. */
export type ClientRule = 'loopback' | 'attached' | IpNetwork;

const words = ['loopback', 'attached'] as const;

export function clientRules(): ValueKind<ClientRule[]> {
  return list(clientRule(), { min: 1 });
}

function clientRule(): ValueKind<ClientRule> {
  const accepted = 'address, network such as 192.168.0.0/16, loopback, or attached';
  return {
    name: 'client network',
    parse: (text) => {
      const word = words.find((known) => known === text.toLowerCase());
      const value = word ?? parseIpNetwork(text);
      return value === undefined
        ? { ok: false, accepted, ...didYouMean(suggestName(text, words)) }
        : { ok: true, value };
    },
    format: (rule) => (typeof rule === 'string' ? rule : formatIpNetwork(rule)),
    describe: () => accepted,
  };
}
