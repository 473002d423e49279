/**
 * What labels and variables of a container say of its names. What stands further down in the table counts. A value that
 * cannot be what it is for is reported as odd, and what stands above it stays. Whoever makes an image says how long a list is:
 * of more than {@link maxItems} the first count.
 *
 * | source | in which order |
 * |---|---|
 * | labels `com.dnsdock.…` | alias, name, tags, image, ttl, region, ip_addr, prefix |
 * | variables `DNSDOCK_…`, `SERVICE_…` | that of the container's environment |
 * | labels `io.alpine-resolver.…` | tags, name, image, region, aliases, ttl, addresses, prefix, network |
 */
import { canonicalAddress, isName, isTtl, maxItems } from '../services/override.ts';

export interface Said {
  readonly ignored: boolean;
  /** Undefined: the container's own. */
  readonly name: string | undefined;
  readonly image: string | undefined;
  readonly region: string | undefined;
  readonly tags: readonly string[];
  readonly aliases: readonly string[];
  readonly ttlSeconds: number | undefined;
  readonly addresses: readonly string[] | undefined;
  /** Addresses that begin otherwise are left out. */
  readonly prefix: string | undefined;
  readonly network: string | undefined;
  /** By port and protocol, as `80/tcp`. */
  readonly portNames: ReadonlyMap<string, string>;
  readonly faults: readonly SaidFault[];
}

export interface SaidFault {
  /** The label or the variable. */
  readonly source: string;
  readonly value: string;
  readonly accepted: string;
}

/** Of a list that is longer than any that counts whole. */
export function faultOfCount(source: string, count: number, max = maxItems): SaidFault {
  return { source, value: `${count} of them`, accepted: `at most ${max}: the first count` };
}

export const ownLabels = 'io.alpine-resolver.';
export const oldLabels = 'com.dnsdock.';

export function readSaid(labels: ReadonlyMap<string, string>, environment: readonly string[]): Said {
  const draft: Draft = { said: nothing, portNames: new Map(), faults: [] };
  for (const name of ['ignore', ...oldOrder]) {
    const value = labels.get(oldLabels + name);
    if (value !== undefined) say(draft, oldMeanings.get(name), oldLabels + name, value);
  }
  for (const entry of environment) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(entry) ?? [];
    say(draft, variables.get(name), name, value);
  }
  for (const name of ['ignore', ...ownOrder]) {
    const value = labels.get(ownLabels + name);
    if (value !== undefined) say(draft, ownMeanings.get(name), ownLabels + name, value);
  }
  const named = [...labels].filter(([label]) => label.startsWith(portLabel));
  for (const [label, value] of named.slice(0, maxItems)) sayPort(draft, label, value);
  if (named.length > maxItems) fail(draft, faultOfCount(`${portLabel}…`, named.length));
  return { ...draft.said, portNames: draft.portNames, faults: draft.faults };
}

interface Draft {
  said: Values;
  readonly portNames: Map<string, string>;
  readonly faults: SaidFault[];
}

type Values = Omit<Said, 'portNames' | 'faults'>;

const nothing: Values = {
  ignored: false,
  name: undefined,
  image: undefined,
  region: undefined,
  tags: [],
  aliases: [],
  ttlSeconds: undefined,
  addresses: undefined,
  prefix: undefined,
  network: undefined,
};

/** What one value says, and how many items of a list it has; or what would have been accepted. */
type Meaning = (value: string) => (Partial<Values> & { readonly count?: number }) | string;

const labelsAccepted = 'labels of at most 63 characters with dots between them';

const meanings = {
  // Whatever it says, and if it says false.
  ignore: () => ({ ignored: true }),
  name: (value) => (value === '' || isName(value) ? { name: value } : labelsAccepted),
  image: (value) => (value === '' || isName(value) ? { image: value } : labelsAccepted),
  region: (value) => (value === '' || isName(value) ? { region: value === '' ? undefined : value } : labelsAccepted),
  tags(value) {
    const { items: tags, count } = itemsOf(value);
    const [name = ''] = tags;
    return name === '' || isName(name) ? { tags, name, count } : labelsAccepted;
  },
  aliases(value) {
    const { items, count } = itemsOf(value);
    const aliases = items.map((alias) => alias.replace(/\.$/, ''));
    return aliases.every(isName) ? { aliases, count } : 'domain names with commas between them';
  },
  ttl(value) {
    const seconds = /^-?\d{1,10}$/.test(value.trim()) ? Number(value) : Number.NaN;
    if (seconds === -1) return { ttlSeconds: undefined };
    return isTtl(seconds) ? { ttlSeconds: seconds } : 'seconds, or -1 for those of all';
  },
  addresses(value) {
    const { items, count } = itemsOf(value);
    const addresses = items.flatMap((text) => canonicalAddress(text) ?? []);
    const isFine = addresses.length > 0 && addresses.length === items.length;
    return isFine ? { addresses: [...new Set(addresses)], count } : 'IPv4 or IPv6 addresses with commas between them';
  },
  prefix: (value) => ({ prefix: value === '' ? undefined : value }),
  network: (value) => ({ network: value === '' ? undefined : value }),
} satisfies Readonly<Record<string, Meaning>>;

const oldMeanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['ignore', meanings.ignore],
  ['alias', meanings.aliases],
  ['name', meanings.name],
  ['tags', meanings.tags],
  ['image', meanings.image],
  ['ttl', meanings.ttl],
  ['region', meanings.region],
  ['ip_addr', meanings.addresses],
  ['prefix', meanings.prefix],
]);

const oldOrder = ['alias', 'name', 'tags', 'image', 'ttl', 'region', 'ip_addr', 'prefix'];

const variables: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['DNSDOCK_IGNORE', meanings.ignore],
  ['SERVICE_IGNORE', meanings.ignore],
  ['DNSDOCK_ALIAS', meanings.aliases],
  ['DNSDOCK_NAME', meanings.name],
  ['SERVICE_TAGS', meanings.tags],
  ['DNSDOCK_IMAGE', meanings.image],
  ['SERVICE_NAME', meanings.image],
  ['DNSDOCK_TTL', meanings.ttl],
  ['SERVICE_REGION', meanings.region],
  ['DNSDOCK_IPADDRESS', meanings.addresses],
  ['DNSDOCK_PREFIX', meanings.prefix],
]);

const ownMeanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>(Object.entries(meanings));

const ownOrder = ['tags', 'name', 'image', 'region', 'aliases', 'ttl', 'addresses', 'prefix', 'network'];

/** `io.alpine-resolver.port.metrics=9090`, or `53/udp`. */
const portLabel = `${ownLabels}port.`;

function say(draft: Draft, meaning: Meaning | undefined, source: string, value: string): void {
  if (meaning === undefined) return;
  const said = meaning(value);
  if (typeof said === 'string') return fail(draft, { source, value, accepted: said });
  const { count = 0, ...values } = said;
  draft.said = { ...draft.said, ...values };
  if (count > maxItems) fail(draft, faultOfCount(source, count));
}

/** Thousands of variables may be wrong, and no more are told than of a list count. */
function fail({ faults }: Draft, fault: SaidFault): void {
  if (faults.length < maxItems) faults.push(fault);
}

function sayPort(draft: Draft, label: string, value: string): void {
  const name = label.slice(portLabel.length).toLowerCase();
  const [, port = '', protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(value.trim()) ?? [];
  const isFine = /^[a-z\d-]{1,62}$/.test(name) && Number(port) >= 1 && Number(port) <= 65_535;
  if (isFine) draft.portNames.set(`${Number(port)}/${protocol}`, name);
  else fail(draft, { source: label, value, accepted: 'a port, or a port with its protocol such as 53/udp' });
}

/** The first of them, and how many there are. */
function itemsOf(value: string): { readonly items: readonly string[]; readonly count: number } {
  const items: string[] = [];
  let count = 0;
  for (let start = 0; start <= value.length;) {
    const comma = value.indexOf(',', start);
    const end = comma === -1 ? value.length : comma;
    const item = value.slice(start, end).trim();
    // A part of a text would have all of it in memory for as long as it is kept.
    if (item !== '' && ++count <= maxItems) items.push(Buffer.from(item).toString());
    start = end + 1;
  }
  return { items, count };
}
