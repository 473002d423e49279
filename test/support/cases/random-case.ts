/** A whole random case from one seed: configuration, servers, call. */
import { readGlibcConfiguration, type GlibcConfiguration } from '../../../cli/models/glibc-configuration.ts';
import { dotsOf, nameOf, writtenNdots, type Call, type DifferentialCase } from './case.ts';
import { randomConf } from './random-conf.ts';
import { randomName } from './random-names.ts';
import { randomScript, type ScriptLimits } from './random-script.ts';
import { createRandom, type Random } from '../random.ts';
import { dnsPort, worldHostName } from '../worlds/addresses.ts';

/** Types of raw calls. */
const typeNumbers = { A: 1, AAAA: 28, PTR: 12, TXT: 16, SRV: 33, MX: 15 } as const;

const noServers = ['127.0.0.1', '0.0.0.0'];

const rawTypes = ['A', 'AAAA', 'TXT', 'SRV', 'MX'] as const;

export function randomCase(seed: number): DifferentialCase {
  const random = createRandom(seed);
  const conf = randomConf(random);
  const configuration = readGlibcConfiguration(conf.text, conf.hostName ?? worldHostName, dnsPort);
  const call = randomCall(random);
  const isHeard = configuration.flags.has('no-aaaa') && isSixAlone(call);
  // V32. Without an attempt there is no reply, and a server that is none gives none.
  const isNeverHeard =
    configuration.attempts <= 0 || configuration.servers.some(({ address }) => noServers.includes(address));
  if (isHeard && isNeverHeard) return randomCase(seed + 1);
  const isRaw = call.api === 'res_query' || call.api === 'res_search' || call.api === 'getnameinfo';
  const candidates = candidatesOf(call, configuration);
  // Names with 15 dots and more the client's library asks as they are before it asks for a search. musl's gethostbyname2
  // looks up again for each larger buffer.
  const isAskedTwice = dotsOf(nameOf(call)) >= writtenNdots || call.api === 'gethostbyname2';
  const script = randomScript(random, {
    configuration,
    candidates,
    types: typesOf(call),
    isRaw,
    isHeard,
    isRepeatable: !isAskedTwice && !configuration.flags.has('rotate'),
  });
  return {
    seed,
    resolvConf: conf.text,
    ...(conf.hostName === undefined ? {} : { hostName: conf.hostName }),
    script,
    call,
    oracle: conf.needs241 ? 'glibc-2.41' : 'glibc',
  };
}

function isSixAlone(call: Call): boolean {
  const isSearched = call.api === 'getaddrinfo' || call.api === 'gethostbyname2';
  return isSearched ? call.family === '6' : 'type' in call && call.type === typeNumbers.AAAA;
}

function randomCall(random: Random): Call {
  const api = random.weighted({ getaddrinfo: 84, gethostbyname2: 6, res_query: 3, res_search: 4, getnameinfo: 3 });
  switch (api) {
    case 'getaddrinfo': {
      const family = random.pick(['u', 'u', 'u', 'u', 'u', '4', '6'] as const);
      const canon = random.chance(family === 'u' ? 0.85 : 0.7);
      // For names that are no host names glibc asks in some calls for one family and not in others; a
      // query does not show which it was.
      const invalid = family === 'u' || (family === '4' && !canon);
      return { api, family, name: randomName(random, { invalid }), canon };
    }
    case 'gethostbyname2':
      return { api, family: random.pick(['4', '6']), name: randomName(random, { invalid: true }) };
    case 'getnameinfo':
      return { api, address: `10.${random.between(0, 255)}.${random.between(0, 255)}.${random.between(1, 254)}` };
    case 'res_query':
    case 'res_search':
      return { api, type: typeNumbers[random.pick(rawTypes)], name: randomName(random, { invalid: false }) };
  }
}

function typesOf(call: Call): ScriptLimits['types'] {
  switch (call.api) {
    case 'getaddrinfo':
    case 'gethostbyname2':
      return 'address';
    case 'getnameinfo':
      return 'PTR';
    default: {
      const types = Object.keys(typeNumbers) as (keyof typeof typeNumbers)[];
      return types.find((type) => typeNumbers[type] === call.type) ?? 'A';
    }
  }
}

/** Every name that the call may lead to, as the script knows it. */
function candidatesOf(call: Call, { search }: GlibcConfiguration): string[] {
  const bare = nameOf(call).replace(/\.$/, '');
  const searched = search.map((entry) => {
    const domain = entry.replace(/^\./, '').replace(/\.$/, '').replace(/\r$/, '');
    return domain === '' ? bare : `${bare}.${domain}`;
  });
  return [...new Set([...searched, bare].map((name) => name.toLowerCase()))].filter((name) => name !== '');
}
