/**
 * What labels and variables of a container say of its names. What stands further down in the table counts. A value that
 * cannot be what it is for is reported as odd, and what stands above it stays.
 *
 * | source | in which order |
 * |---|---|
 * | labels `com.dnsdock.…` | alias, name, tags, image, ttl, region, ip_addr, prefix |
 * | variables `DNSDOCK_…`, `SERVICE_…` | that of the container's environment |
 * | labels `io.alpine-resolver.…` | tags, name, image, region, aliases, ttl, addresses, prefix, network |
 */
import { parseAddressBytes } from '../../../shared/values/address-bytes.ts';
import { isName, isTtl } from '../services/override.ts';

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
  for (const [label, value] of labels) if (label.startsWith(portLabel)) sayPort(draft, label, value);
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

/** What one value says, or what would have been accepted. */
type Meaning = (value: string) => Partial<Values> | string;

const labelsAccepted = 'labels of at most 63 characters with dots between them';

const meanings = {
  // Whatever it says, and if it says false.
  ignore: () => ({ ignored: true }),
  name: (value) => (value === '' || isName(value) ? { name: value } : labelsAccepted),
  image: (value) => (value === '' || isName(value) ? { image: value } : labelsAccepted),
  region: (value) => (value === '' || isName(value) ? { region: value === '' ? undefined : value } : labelsAccepted),
  tags(value) {
    const tags = itemsOf(value);
    const [name = ''] = tags;
    return name === '' || isName(name) ? { tags, name } : labelsAccepted;
  },
  aliases(value) {
    const aliases = itemsOf(value).map((alias) => alias.replace(/\.$/, ''));
    return aliases.every(isName) ? { aliases } : 'domain names with commas between them';
  },
  ttl(value) {
    const seconds = /^-?\d{1,10}$/.test(value.trim()) ? Number(value) : Number.NaN;
    if (seconds === -1) return { ttlSeconds: undefined };
    return isTtl(seconds) ? { ttlSeconds: seconds } : 'seconds, or -1 for those of all';
  },
  addresses(value) {
    const addresses = itemsOf(value);
    const isFine = addresses.length > 0 && addresses.every((text) => parseAddressBytes(text) !== undefined);
    return isFine ? { addresses } : 'IPv4 or IPv6 addresses with commas between them';
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
  if (typeof said === 'string') draft.faults.push({ source, value, accepted: said });
  else draft.said = { ...draft.said, ...said };
}

function sayPort({ portNames, faults }: Draft, label: string, value: string): void {
  const name = label.slice(portLabel.length).toLowerCase();
  const [, port = '', protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(value.trim()) ?? [];
  const isFine = /^[a-z\d-]{1,62}$/.test(name) && Number(port) >= 1 && Number(port) <= 65_535;
  if (isFine) portNames.set(`${Number(port)}/${protocol}`, name);
  else faults.push({ source: label, value, accepted: 'a port, or a port with its protocol such as 53/udp' });
}

function itemsOf(value: string): string[] {
  return value.split(',').flatMap((item) => item.trim() || []);
}
