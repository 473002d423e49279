/** What the demo's cluster DNS knows: Services as CoreDNS would answer for them, the office network, the internet. */

export interface ZoneName {
  readonly name: string;
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly alias?: string;
  /** Instead of the usual empty answer for a type without records. */
  readonly rcodes?: Readonly<Partial<Record<'A' | 'AAAA', Rcode>>>;
}

export type Rcode = 'NOERROR' | 'SERVFAIL' | 'NXDOMAIN';

/** What the demo assumes of the cluster that a pod would run in. */
export interface Cluster {
  readonly domain: string;
  /** Address of the Service of its DNS. */
  readonly nameserver: string;
  /** The nodes' own search domains, which follow those of the cluster. */
  readonly nodeSearch: readonly string[];
}

/** As kubeadm makes them. */
export const defaultDomain = 'cluster.local';
export const defaultNameserver = '10.96.0.10';

/** Of the sample's nodes. Every part of both works, but one name of the second. */
export const sampleNodeSearch = ['corp.example', 'lab.example'];

export interface Zone {
  /** The cluster's; the server is authoritative below it. */
  readonly domain: string;
  readonly names: readonly ZoneName[];
}

const serversDown = { A: 'SERVFAIL', AAAA: 'SERVFAIL' } as const;

/** The short names are Services of the pod's namespace. */
export function createZone(domain: string, namespace: string): Zone {
  const services = `${namespace}.svc.${domain}`;
  const names: ZoneName[] = [
    { name: `kubernetes.default.svc.${domain}`, A: ['10.96.0.1'] },
    { name: `cart.${services}`, A: ['10.96.14.7'] },
    // A headless Service while none of its pods is ready: the name exists, without an address.
    { name: `db.${services}` },
    { name: 'db.corp.example', A: ['10.20.0.5'] },
    { name: `payments.${services}`, alias: 'pay.partner.io' },
    {
      name: `workers.${services}`,
      A: Array.from({ length: 40 }, (_, i) => `10.1.${i % 4}.${10 + i}`),
    },
    // Appliances and `dnsmasq --address` deny the whole name when they mean that one type is absent.
    { name: 'ledger.corp.example', A: ['10.20.0.9'], rcodes: { AAAA: 'NXDOMAIN' } },
    { name: 'reports.corp.example', A: ['10.20.0.10'], rcodes: { AAAA: 'SERVFAIL' } },
    { name: 'partner.io', A: ['192.0.2.20'], AAAA: ['2001:db8:2::20'] },
    // A search domain whose servers are down, for this name alone: any other name meets a domain that works.
    { name: 'partner.io.lab.example', rcodes: serversDown },
    { name: 'pay.partner.io', A: ['192.0.2.21'], AAAA: ['2001:db8:2::21'] },
    { name: 'example.com', A: ['192.0.2.80'], AAAA: ['2001:db8:2::80'] },
  ];
  return { domain, names };
}

/** The names that are looked up when the user gives none. */
export function demoNames(namespace: string): string[] {
  return [
    ...['cart', `cart.${namespace}.svc`, 'db', 'ledger.corp.example', 'reports.corp.example', 'partner.io'],
    ...['payments', 'workers', `crat.${namespace}.svc`],
  ];
}

export interface ZoneAnswer {
  readonly rcode: Rcode;
  readonly chain: readonly { readonly owner: string; readonly target: string }[];
  readonly owner: string;
  readonly addresses: readonly string[];
}

/** Names are lower case, without a final dot. Other types than A and AAAA have no records. */
export function answerFromZone(zone: Zone, question: string, type: string): ZoneAnswer {
  const chain: { owner: string; target: string }[] = [];
  for (let owner = question; ;) {
    const nothing = { chain, owner, addresses: [] };
    const entry = zone.names.find(({ name }) => name === owner);
    if (entry === undefined) {
      const isEmptyNonTerminal = zone.names.some(({ name }) => name.endsWith(`.${owner}`));
      return { ...nothing, rcode: isEmptyNonTerminal ? 'NOERROR' : 'NXDOMAIN' };
    }
    if (entry.alias === undefined) {
      if (type !== 'A' && type !== 'AAAA') return { ...nothing, rcode: 'NOERROR' };
      return { chain, owner, rcode: entry.rcodes?.[type] ?? 'NOERROR', addresses: entry[type] ?? [] };
    }
    chain.push({ owner, target: entry.alias });
    owner = entry.alias;
  }
}
