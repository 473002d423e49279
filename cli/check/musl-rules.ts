/** Rules on programs that resolve names by musl: with the sidecar what they find is a note. */
import type { Finding, Rule } from './finding.ts';
import { certaintyOf, ofMusl } from './musl-finding.ts';

const dotsOf = (name: string): number => name.split('.').length - 1;
const dotsText = (name: string): string => (dotsOf(name) === 1 ? '1 dot' : `${dotsOf(name)} dots`);

/** A name of the manifest that glibc would find by searching. */
const unsearchedNames: Rule = (facts) => {
  const { resolvConf, names, surroundings } = facts;
  if (resolvConf === undefined) return [];
  const { search, ndots } = resolvConf.musl;
  return names.flatMap(({ name, where }) => {
    if (dotsOf(name) < ndots || search.length === 0) return [];
    const service = surroundings.services.find(
      (each) => name === `${each.name}.${each.namespace}` || name === `${each.name}.${each.namespace}.svc`,
    );
    if (service === undefined) return [];
    return [
      ofMusl(facts, {
        code: 'name-not-searched',
        severity: 'error',
        certainty: 'certain',
        text: `musl does not find ${name}: with ${dotsText(name)} and ndots:${ndots} it is not searched`,
        facts: [where, `Service ${service.namespace}/${service.name} is in the manifests`, `ndots:${ndots}`],
        path: ['spec'],
      }),
    ];
  });
};

/** Names of Services have one dot (`cart.shop`) or two (`cart.shop.svc`). */
const serviceDots = 2;

const lowNdots: Rule = (facts) => {
  const { resolvConf } = facts;
  if (resolvConf === undefined) return [];
  const { ndots, search } = resolvConf.musl;
  if (search.length === 0 || ndots > serviceDots) return [];
  const form = ndots > 1 ? 'cart.shop.svc' : 'cart.shop and cart.shop.svc';
  return [
    ofMusl(facts, {
      code: 'low-ndots',
      severity: 'warning',
      certainty: 'likely',
      text: `with ndots:${ndots} musl never searches names such as ${form}; glibc does`,
      facts: [`ndots:${ndots}`, `search ${search.join(' ')}`],
      path: ['spec', 'dnsConfig'],
    }),
  ];
};

const severalNameservers: Rule = (facts) => {
  const { resolvConf } = facts;
  const servers = resolvConf?.musl.servers ?? [];
  if (servers.length < 2) return [];
  const addresses = servers.map(({ address }) => address).join(', ');
  return [
    ofMusl(facts, {
      code: 'several-nameservers',
      severity: 'warning',
      certainty: 'likely',
      text: `musl asks ${addresses} at once and takes the first reply, so that one that does not know a name hides another that does`,
      facts: [`nameservers ${addresses}`],
      path: ['spec', 'dnsConfig'],
    }),
  ];
};

/** A datagram of 512 bytes holds about so many IPv4 addresses. */
const addressesWithoutTcp = 30;
const maxMuslAddresses = 48;

const manyAddresses: Rule = (facts) => {
  const headless = facts.surroundings.services.filter(({ isHeadless }) => isHeadless);
  return headless.flatMap(({ namespace, name, replicas }): Finding[] => {
    const count = replicas ?? 0;
    const withoutTcp = certaintyOf(facts, ({ usesTcp }) => !usesTcp);
    const isBeyondUdp = withoutTcp !== undefined && count > addressesWithoutTcp;
    if (!isBeyondUdp && count <= maxMuslAddresses) return [];
    return [
      ofMusl(facts, {
        code: isBeyondUdp ? 'no-tcp' : 'many-addresses',
        severity: 'warning',
        certainty: isBeyondUdp ? withoutTcp : 'certain',
        text: `headless Service ${namespace}/${name} has up to ${count} addresses; musl sees about ${isBeyondUdp ? addressesWithoutTcp : maxMuslAddresses} of them`,
        facts: [`${count} replicas`],
        path: ['spec'],
      }),
    ];
  });
};

const maxSearchLineBytes = 254;

const longSearchLine: Rule = (facts) => {
  const line = facts.resolvConf?.text.split('\n').find((each) => /^search\s/.test(each)) ?? '';
  const bytes = Buffer.byteLength(line);
  if (bytes <= maxSearchLineBytes) return [];
  return [
    ofMusl(facts, {
      code: 'search-line-too-long',
      severity: 'error',
      certainty: 'certain',
      text: `the search line has ${bytes} bytes; musl drops lines of more than ${maxSearchLineBytes} and then searches nothing`,
      facts: [`search line of ${bytes} bytes`],
      path: ['spec', 'dnsConfig'],
    }),
  ];
};

const oddSearchEntries: Rule = (facts) => {
  const entry = facts.resolvConf?.musl.search.find((each) => each === '.' || each.startsWith('.'));
  if (entry === undefined) return [];
  const fails = certaintyOf(facts, ({ skipsEmptyLabels }) => !skipsEmptyLabels);
  return [
    ofMusl(facts, {
      code: 'search-entry-unreadable',
      severity: fails === undefined ? 'warning' : 'error',
      certainty: fails ?? 'certain',
      text:
        fails === undefined
          ? `musl passes over the search entry "${entry}"; glibc searches it`
          : `musl before 1.2.4 fails every lookup that comes to the search entry "${entry}"`,
      facts: [`search entry "${entry}"`],
      path: ['spec', 'dnsConfig'],
    }),
  ];
};

const ignoredOptions: Rule = (facts) => {
  const flags = [...(facts.resolvConf?.glibc.flags ?? [])];
  if (flags.length === 0) return [];
  return [
    ofMusl(facts, {
      code: 'ignored-options',
      severity: 'note',
      certainty: 'certain',
      text: `musl does not know ${flags.join(', ')}`,
      facts: [`options ${flags.join(' ')}`],
      path: ['spec', 'dnsConfig'],
    }),
  ];
};

const hostNameDomain: Rule = (facts) => {
  const { resolvConf, hostName } = facts;
  if (resolvConf === undefined || resolvConf.musl.search.length > 0 || !hostName.includes('.')) return [];
  return [
    ofMusl(facts, {
      code: 'host-name-domain',
      severity: 'note',
      certainty: 'likely',
      text: `glibc searches ${resolvConf.glibc.search.join(' ')}, the domain of the host name; musl searches nothing`,
      facts: [`host name ${hostName}`, 'no search domains'],
      path: ['spec'],
    }),
  ];
};

/** The default of both libraries. */
const usualTimeoutSeconds = 5;

const longTimeout: Rule = (facts) => {
  const { resolvConf } = facts;
  if (resolvConf === undefined || resolvConf.musl.timeoutSeconds >= usualTimeoutSeconds) return [];
  const { timeoutSeconds, attempts, servers } = resolvConf.musl;
  return [
    ofMusl(facts, {
      code: 'long-timeout',
      severity: 'note',
      certainty: 'likely',
      text: `with timeout:${timeoutSeconds} musl gives a name ${timeoutSeconds} s in all, glibc up to ${timeoutSeconds * attempts * servers.length} s`,
      facts: [`timeout:${timeoutSeconds} attempts:${attempts}`],
      path: ['spec', 'dnsConfig'],
    }),
  ];
};

const conntrackRace: Rule = (facts) => [
  ofMusl(facts, {
    code: 'conntrack-race',
    severity: 'note',
    certainty: 'possible',
    text: 'one of the queries for A and AAAA may be lost in NAT, and then the lookup waits for its timeout; glibc meets it, too',
    facts: ['both queries leave from one port'],
    path: ['spec'],
  }),
];

/** Rules that concern programs which resolve names by musl. */
export const muslRules: readonly Rule[] = [
  unsearchedNames,
  lowNdots,
  severalNameservers,
  manyAddresses,
  longSearchLine,
  oddSearchEntries,
  ignoredOptions,
  hostNameDomain,
  longTimeout,
  conntrackRace,
];
