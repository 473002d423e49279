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

/** The Service address of the DNS in nearly every cluster that kubeadm made. */
export const CLUSTER_DNS_ADDRESS = '10.96.0.10';

export const CLUSTER_DOMAIN = 'cluster.local';

/** The node's own search domains: `corp.example` works, the server of `lab.example` is down. */
export const NODE_SEARCH = ['corp.example', 'lab.example'];

/** Every name at or below these is answered with SERVFAIL. */
export const FAILING_ZONES = ['lab.example'];

export type Zone = readonly ZoneName[];

/** The short names are Services of the pod's namespace. */
export function createZone(namespace: string): Zone {
  const services = `${namespace}.svc.${CLUSTER_DOMAIN}`;
  return [
    { name: `kubernetes.default.svc.${CLUSTER_DOMAIN}`, A: ['10.96.0.1'] },
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
    { name: 'pay.partner.io', A: ['192.0.2.21'], AAAA: ['2001:db8:2::21'] },
    { name: 'example.com', A: ['192.0.2.80'], AAAA: ['2001:db8:2::80'] },
  ];
}

export interface DemoName {
  readonly name: string;
  /** What the name shows; said only where musl alone gives another result. */
  readonly why: string;
}

/** The names that are looked up when the user gives none. */
export function demoNames(namespace: string): DemoName[] {
  return [
    { name: 'cart', why: '' },
    {
      name: `cart.${namespace}.svc`,
      why: 'with ndots:2 its two dots keep musl from searching; glibc searches after the name as it is',
    },
    {
      name: 'db',
      why: `db.${namespace}.svc.${CLUSTER_DOMAIN} exists without an address: musl stops there, glibc searches on`,
    },
    {
      name: 'ledger.corp.example',
      why: 'its server denies AAAA with NXDOMAIN: musl drops the address that A brought',
    },
    {
      name: 'reports.corp.example',
      why: 'its server fails on AAAA: musl repeats until its time is over and drops the address',
    },
    {
      name: 'partner.io',
      why: 'the server of search domain lab.example is down: musl gives up there, glibc goes on',
    },
    { name: 'payments', why: '' },
    { name: 'workers', why: 'forty addresses do not fit into a datagram, and this musl has no TCP' },
    { name: `crat.${namespace}.svc`, why: '' },
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
    if (FAILING_ZONES.some((failing) => owner === failing || owner.endsWith(`.${failing}`)))
      return { ...nothing, rcode: 'SERVFAIL' };
    const entry = zone.find(({ name }) => name === owner);
    if (entry === undefined) {
      const isEmptyNonTerminal = zone.some(({ name }) => name.endsWith(`.${owner}`));
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
