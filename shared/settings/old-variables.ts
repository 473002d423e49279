/** The variables of go-dnsmasq and of its fork, once: which settings take their place, and how their texts are read. */
import { withoutBrackets, readOldStubZones } from './old-stub-zones.ts';
import type { Profile } from './setting-definition.ts';
import { maxCacheBytes, type SidecarSettings } from './sidecar-settings.ts';
import { integer, kind, type Refusal, type ValueKind } from '../values/value-kinds.ts';

type SettingKey = keyof SidecarSettings;

export interface OldVariable {
  readonly name: string;
  /** Its option on the command line; variables alone have none. */
  readonly option?: string;
  readonly origin: 'go-dnsmasq' | 'fork';
  /** In their place; none: it has no equal. */
  readonly settings: readonly SettingKey[];
  /** What is otherwise; of one without equal, what happens instead. */
  readonly remark?: string;
  /** It belongs to the resolver in its own container, and is never handed to the sidecar of a pod. */
  readonly ofItsContainer?: true;
  /** Its text as those of the settings; absent where it has no equal. */
  readonly read?: (text: string, profile: Profile) => Translated;
}

export type Translated =
  | { readonly ok: true; readonly texts: Texts; /** Where there is nothing to set. */ readonly why?: string }
  | ({ readonly ok: false } & Refusal);

type Texts = Partial<Record<SettingKey, string>>;

/** In order of precedence where two have one setting. */
export const oldVariables: readonly OldVariable[] = [
  {
    name: 'DNSMASQ_LISTEN',
    option: '--listen',
    origin: 'go-dnsmasq',
    settings: ['listen'],
    ofItsContainer: true,
    remark: 'A wildcard or a public address needs `RESOLVER_ALLOW_CLIENTS`.',
    read: translated(addressText(), (text) => ({ listen: text })),
  },
  {
    name: 'DNSMASQ_DEFAULT',
    option: '--default-resolver',
    origin: 'go-dnsmasq',
    settings: [],
    ofItsContainer: true,
    remark:
      'No file is written: point `/etc/resolv.conf` at the sidecar, and name the servers in `RESOLVER_NAMESERVERS`.',
  },
  {
    name: 'DNSMASQ_SERVERS',
    option: '--nameservers',
    origin: 'go-dnsmasq',
    settings: ['nameservers'],
    remark: 'The first three are asked, in their order.',
    read: sameText('nameservers', (text) =>
      text
        .split(',')
        .map((part) => withoutBrackets(part.trim()))
        .join(),
    ),
  },
  {
    name: 'DNSMASQ_STUB',
    option: '--stubzones',
    origin: 'go-dnsmasq',
    settings: ['stubZones'],
    remark: 'In the variable rules keep their `/`, and are separated by blanks. A zone is matched by whole labels.',
    read: (text) => {
      const parsed = readOldStubZones(text);
      return parsed.ok ? { ok: true, texts: { stubZones: parsed.value } } : parsed;
    },
  },
  {
    name: 'DNSMASQ_HOSTSFILE',
    option: '--hostsfile',
    origin: 'go-dnsmasq',
    settings: ['hostsFile'],
    ofItsContainer: true,
    remark: 'A file that is missing is looked for again.',
    read: sameText('hostsFile'),
  },
  {
    name: 'DNSMASQ_POLL',
    option: '--hostsfile-poll',
    origin: 'go-dnsmasq',
    settings: [],
    ofItsContainer: true,
    remark: 'Files are looked at every second.',
  },
  {
    name: 'DNSMASQ_SEARCH_DOMAINS',
    option: '--search-domains',
    origin: 'go-dnsmasq',
    settings: ['searches'],
    read: sameText('searches'),
  },
  { name: 'DNSMASQ_SEARCH', origin: 'go-dnsmasq', settings: ['searches'], read: sameText('searches') },
  {
    name: 'DNSMASQ_APPEND',
    option: '--append-search-domains',
    origin: 'go-dnsmasq',
    settings: ['mode'],
    remark: 'As `--enable-search`.',
    read: searching(),
  },
  {
    name: 'DNSMASQ_ENABLE_SEARCH',
    option: '--enable-search',
    origin: 'go-dnsmasq',
    settings: ['mode'],
    remark:
      'In profile host `plain` searches for every address query, and `as-is` for none. Clients that are started with `search glibc.internal` and `ndots:15` are searched for in any mode. In a pod names are searched for anyway.',
    read: searching(),
  },
  {
    name: 'DNSMASQ_NDOTS',
    option: '--ndots',
    origin: 'go-dnsmasq',
    settings: ['ndots'],
    read: sameText('ndots'),
  },
  {
    name: 'DNSMASQ_FWD_NDOTS',
    option: '--fwd-ndots',
    origin: 'go-dnsmasq',
    settings: ['fwdNdots'],
    read: sameText('fwdNdots'),
  },
  {
    name: 'DNSMASQ_NOREC',
    option: '--no-rec',
    origin: 'go-dnsmasq',
    settings: ['noRec'],
    read: translated(oldFlag(), (isOn) => ({ noRec: String(isOn) })),
  },
  {
    name: 'DNSMASQ_RR',
    option: '--round-robin',
    origin: 'go-dnsmasq',
    settings: ['answerOrder'],
    remark: 'Answers from memory turn by themselves. For local names there is `RESOLVER_HOSTS_ORDER`.',
    read: translated(oldFlag(), (isOn) => ({ answerOrder: isOn ? 'rotate' : 'fixed' })),
  },
  {
    name: 'DNSMASQ_RCACHE',
    option: '--rcache',
    origin: 'go-dnsmasq',
    settings: ['maxCacheBytes'],
    remark: 'A message counts as 1 KiB. The cache is on by itself; 0 turns it off.',
    read: translated(integer({ min: 0, max: 1_000_000_000, unit: 'messages' }), (count) => ({
      maxCacheBytes: String(Math.min(count * bytesPerMessage, maxCacheBytes)),
    })),
  },
  {
    name: 'DNSMASQ_RCACHE_TTL',
    option: '--rcache-ttl',
    origin: 'go-dnsmasq',
    settings: [],
    remark:
      'Records are remembered for their own TTL, at most for `RESOLVER_MAX_CACHE_SECONDS`, and failures for a second.',
  },
  {
    name: 'DNSMASQ_SYSTEMD',
    option: '--systemd',
    origin: 'go-dnsmasq',
    settings: [],
    ofItsContainer: true,
    remark: 'Sockets that systemd passes on are used by themselves.',
  },
  {
    name: 'DNSMASQ_MULTITHREADING',
    option: '--multithreading',
    origin: 'go-dnsmasq',
    settings: [],
    remark: 'One thread serves: a second one would cost more memory than the sidecar has.',
  },
  {
    name: 'DNSMASQ_VERBOSE',
    option: '--verbose',
    origin: 'go-dnsmasq',
    settings: ['logLevel'],
    remark: 'Single lookups with what was asked: `RESOLVER_QUERY_LOG`.',
    read: translated(oldFlag(), (isOn) => ({ logLevel: isOn ? 'debug' : 'info' })),
  },
  {
    name: 'DNSMASQ_SYSLOG',
    option: '--syslog',
    origin: 'go-dnsmasq',
    settings: [],
    remark: 'The log goes to standard output, where journald, Docker and Kubernetes read it.',
  },
  { name: 'GRAPHITE_SERVER', origin: 'go-dnsmasq', settings: [], remark: metricsRemark() },
  { name: 'GRAPHITE_PREFIX', origin: 'go-dnsmasq', settings: [], remark: metricsRemark() },
  { name: 'STATHAT_USER', origin: 'go-dnsmasq', settings: [], remark: metricsRemark() },
  {
    name: 'GO_DNSMASQ_RSTALE_TTL_FROM_RESP',
    option: '--rcache-ttl-from-resp',
    origin: 'fork',
    settings: [],
    remark: 'Records are always remembered for their own TTL.',
  },
  {
    name: 'GO_DNSMASQ_RCACHE_TTL_MAX',
    option: '--rcache-ttl-max',
    origin: 'fork',
    settings: ['maxCacheSeconds'],
    read: sameText('maxCacheSeconds'),
  },
  {
    name: 'GO_DNSMASQ_RSTALE_TTL',
    option: '--rstale-ttl',
    origin: 'fork',
    settings: ['serveStaleSeconds'],
    remark: 'Addresses alone, and only where the servers fail.',
    read: sameText('serveStaleSeconds'),
  },
  {
    name: 'GO_DNSMASQ_CACHE_NON_NEGATIVE',
    option: '--rcache-non-negative',
    origin: 'fork',
    settings: ['maxNegativeCacheSeconds', 'maxCacheSecondsWithoutSoa'],
    remark: 'The next server is asked after a failure anyway, and never after "no such name".',
    read: translated(oldFlag(), (isOn) =>
      isOn ? { maxNegativeCacheSeconds: '0', maxCacheSecondsWithoutSoa: '0' } : 'off is what it is by itself',
    ),
  },
];

const bytesPerMessage = 1024;

/** Texts to set, or why there is none. */
function translated<Value>(
  accepted: ValueKind<Value>,
  texts: (value: Value, profile: Profile) => Texts | string,
): NonNullable<OldVariable['read']> {
  return (text, profile) => {
    const parsed = accepted.parse(text);
    if (!parsed.ok) return parsed;
    const result = texts(parsed.value, profile);
    return typeof result === 'string' ? { ok: true, texts: {}, why: result } : { ok: true, texts: result };
  };
}

function sameText(key: SettingKey, change = (text: string): string => text): NonNullable<OldVariable['read']> {
  return (text) => ({ ok: true, texts: { [key]: change(text) } });
}

function searching(): NonNullable<OldVariable['read']> {
  return translated(oldFlag(), (isOn, profile) =>
    profile === 'pod' ? 'in a pod names are searched for anyway' : { mode: isOn ? 'plain' : 'as-is' },
  );
}

/** Go's strconv.ParseBool. */
function oldFlag(): ValueKind<boolean> {
  const words: Readonly<Record<string, boolean>> = {
    '1': true,
    t: true,
    true: true,
    '0': false,
    f: false,
    false: false,
  };
  return kind({ name: 'flag', accepted: 'true or false', read: (text) => words[text.trim().toLowerCase()] });
}

/** `IP` or `IP:PORT`, port 53 where none is named; as the text of `listen`. */
function addressText(): ValueKind<string> {
  return kind({
    name: 'address',
    accepted: 'IP address, or IPv4:port or [IPv6]:port',
    read: (text) => {
      const hasPort = text.includes(':') && !text.endsWith(']');
      return /^[\d.]+(:\d+)?$|^\[[\da-fA-F:.]+\](:\d+)?$/.test(text) ? `${text}${hasPort ? '' : ':53'}` : undefined;
    },
  });
}

function metricsRemark(): string {
  return 'Counters are read at `/metrics`, in the form of Prometheus.';
}
