/** The table of the sidecar's settings. */
import { logLevels } from '../values/log-level.ts';
import { sidecar } from '../values/names.ts';
import { clientRules } from './client-networks-kind.ts';
import { numberOptions } from '../resolv-conf/option-table.ts';
import { resolvOptions } from './resolv-option-kind.ts';
import { serverAddresses } from './server-address-kind.ts';
import { stubZoneRules } from './stub-zones-kind.ts';
import { defineSettings, profiles, type SettingValues } from './setting-definition.ts';
import { domainName, domainNames, listenAddresses } from '../values/network-kinds.ts';
import { choice, flag, integer, path, paths, seconds, text } from '../values/value-kinds.ts';

const { min: minDots, max: maxDots } = numberOptions.ndots;

/** The heap of the images has room for as much, and for a burst beside it: 16 MiB fill it to 37 of 45 without one. */
export const maxCacheBytes = 8 * 1024 * 1024;

/**
 * Types, names, validation messages, the reference page and the container's
 * environment derive from it. Precedence: default < environment < namespace annotation < pod annotation.
 */
export const sidecarSettings = defineSettings('sidecar', [
  {
    key: 'profile',
    kind: choice(profiles),
    default: 'pod',
    meaning:
      'Where the sidecar runs: in a pod, or for the clients of a host. Other settings have other defaults by it; `host` has clients that search themselves, reads the servers from the `/etc/resolv.conf` of its machine, and listens nowhere by itself.',
  },
  {
    key: 'listen',
    kind: listenAddresses(),
    default: [{ host: '127.0.0.1', port: sidecar.dnsPort }],
    hostDefault: [],
    hostDefaultText: 'none, must be given',
    meaning: 'Addresses on which DNS is served, over UDP and TCP.',
  },
  {
    key: 'allowClients',
    kind: clientRules(),
    default: undefined,
    defaultText: '`loopback,attached`',
    meaning:
      'Who may ask: networks, `loopback`, and `attached` for the private networks in which the machine has an address. Others get REFUSED over UDP, and their TCP connections are closed. What is set is all of it. Without it no public address and no wildcard can be listened on.',
  },
  {
    key: 'adminListen',
    kind: listenAddresses(),
    default: [{ host: '', port: sidecar.adminPort }],
    hostDefault: [{ host: '127.0.0.1', port: sidecar.adminPort }],
    meaning: 'Addresses of the HTTP listener with /healthz, /readyz, /metrics and, for the pod itself, /trace.',
  },
  {
    key: 'resolvConf',
    kind: path(),
    default: sidecar.resolvConfPath,
    hostDefault: '/etc/resolv.conf',
    meaning: 'File with the original resolver configuration in resolv.conf syntax: the upstream nameservers.',
  },
  {
    key: 'originalResolvConf',
    kind: text(),
    default: undefined,
    meaning:
      'The same as text. Used where the file names no nameserver, and at the start where it is missing or empty. A file that goes missing or becomes empty later leaves the configuration as it is.',
  },
  {
    key: 'upstreamPort',
    kind: integer({ min: 1, max: 65_535 }),
    default: 53,
    meaning: 'Port of the upstream nameservers.',
    source: 'RFC 1035 §4.2',
  },
  {
    key: 'podResolvConf',
    kind: path(),
    default: '/etc/resolv.conf',
    hostDefault: undefined,
    profile: 'pod',
    meaning:
      'The file that the containers see; decides the mode when `mode` is `auto`. Its search list names the marker: `marker`. It has no search list or cannot be read: `plain`. It has another search list: `as-is`, where a name without the marker is taken as it is, because the client searches by itself.',
  },
  {
    key: 'hostsFile',
    kind: paths(),
    default: ['/etc/hosts'],
    meaning:
      'Hosts files, consulted before the nameservers as `hosts: files dns` does; of several, the lines of an earlier one come first. Entries without effect are named in the log.',
  },
  {
    key: 'hostsFolder',
    kind: path(),
    default: undefined,
    meaning:
      'Folder of further hosts files, read behind those of `hosts-file` in the byte order of their names; names that begin with a dot or end with `~` or `.tmp` are passed over. A file that comes, changes or goes counts when it has been still for half a second. The first 256 files, 1 MiB of them all.',
  },
  {
    key: 'hostsWildcards',
    kind: flag(),
    default: false,
    hostDefault: true,
    meaning:
      'A name `*.dev.test` in a hosts file stands for every name below `dev.test`, at any depth, that has no line of its own; of several the longest counts. To glibc it is a name like any other.',
    annotation: true,
    live: true,
  },
  {
    key: 'hostsAuthoritative',
    kind: flag(),
    default: false,
    meaning:
      'The hosts files have the last word on the names in them: for the family that a name lacks and for every other type there is no data, and no nameserver is asked. Without it they are, as with glibc.',
    annotation: true,
    live: true,
  },
  {
    key: 'hostsOrder',
    kind: choice(['fixed', 'rotate']),
    default: 'fixed',
    meaning:
      'The order of the addresses of a name in the hosts files: that of the lines, or beginning with the next one in each answer.',
    annotation: true,
    live: true,
    source: 'nss_files keeps the order of the lines',
  },
  {
    key: 'hostsTtlSeconds',
    kind: seconds({ min: 0, max: 604_800 }),
    default: 10,
    meaning: 'TTL of what the hosts files say: short, because they are read again when they change.',
    annotation: true,
    live: true,
  },
  {
    key: 'annotationsFile',
    kind: path(),
    default: undefined,
    profile: 'pod',
    meaning: "File with the pod's annotations (downwardAPI volume); read again when it changes.",
  },
  {
    key: 'mode',
    kind: choice(['auto', 'marker', 'plain', 'as-is']),
    default: 'auto',
    hostDefault: 'as-is',
    meaning:
      "How search requests are recognised: by the search marker, or every address query is one (`plain`), or none without the marker (`as-is`: clients search themselves). A name under the marker is searched for in every mode. `auto` decides by the containers' resolv.conf: `marker` as long as it names the marker, `plain` without a search list, `as-is` with another one (see `RESOLVER_POD_RESOLV_CONF`).",
    annotation: true,
    live: true,
  },
  {
    key: 'searchMarker',
    kind: domainName(),
    default: sidecar.searchMarker,
    meaning: 'Domain under which a query is a search request; not the root, and without a leading dot.',
  },
  {
    key: 'logLevel',
    kind: choice(logLevels),
    default: 'info',
    meaning: 'The least important level that is logged.',
    annotation: true,
    live: true,
  },
  {
    key: 'queryLog',
    kind: integer({ min: 0, max: 1_000_000, unit: 'lookups' }),
    default: 0,
    meaning:
      'Logs one in so many lookups with its record: candidates, servers, queries, replies and times (log event `lookup`), and what answered it: a search, the hosts files, memory. 0 logs none, 1 all.',
    annotation: true,
    live: true,
  },
  {
    key: 'queryLogRedact',
    kind: flag(),
    default: false,
    meaning:
      'Replaces the labels of names in the query log: the same label by the same text, for as long as the sidecar runs.',
    annotation: true,
    live: true,
  },
  {
    key: 'trace',
    kind: flag(),
    default: true,
    meaning:
      'Answers `POST /trace` on the admin listener with the record of a lookup, for `alpine-resolver explain --in-pod`: for peers on loopback alone, which a port-forward is, one at a time.',
    annotation: true,
    live: true,
  },
  {
    key: 'nameservers',
    kind: serverAddresses(),
    default: undefined,
    meaning:
      'Upstream nameservers instead of those in the original configuration; the first three are used. Without a port, that of `upstream-port`.',
    annotation: true,
    live: true,
    resolvConf: 'nameserver',
    source: 'glibc MAXNS',
  },
  {
    key: 'fwdNdots',
    kind: integer({ min: 0, max: maxDots, unit: 'dots' }),
    default: 0,
    meaning:
      'Names with fewer dots are never sent to a nameserver as they are: they are refused, and a search leaves the name itself out. Names of a stub zone other than `.` are sent.',
    annotation: true,
    live: true,
  },
  {
    key: 'noRec',
    kind: flag(),
    default: false,
    meaning:
      'Nothing is asked for at nameservers: the hosts files alone answer, with the last word, and every other name is refused.',
    annotation: true,
    live: true,
  },
  {
    key: 'filterAaaa',
    kind: flag(),
    default: false,
    meaning:
      'Names have no IPv6 addresses, whoever asks: as with the option `no-aaaa`, which glibc obeys for its own lookups. Addresses in the hosts files stay.',
    annotation: true,
    live: true,
    source: 'glibc RES_NOAAAA',
  },
  {
    key: 'fixedTtlSeconds',
    kind: seconds({ min: 0, max: 604_800 }),
    default: undefined,
    meaning:
      'TTL of all records that nameservers gave, in the replies to clients; how long the sidecar itself remembers them stays. Whole answers are then not remembered. Local names have `hosts-ttl-seconds`.',
    annotation: true,
    live: true,
  },
  {
    key: 'maxTtlSeconds',
    kind: seconds({ min: 0, max: 604_800 }),
    default: undefined,
    meaning: 'The longest TTL in replies to clients; otherwise as `fixed-ttl-seconds`, which goes before it.',
    annotation: true,
    live: true,
  },
  {
    key: 'chaosNames',
    kind: flag(),
    default: false,
    meaning:
      'Answers TXT queries of the class CHAOS: `version.bind` and `version.server` with the version, `hostname.bind` and `id.server` with the host name. Otherwise they are refused.',
    annotation: true,
    live: true,
    source: 'RFC 4892',
  },
  {
    key: 'stubZones',
    kind: stubZoneRules(),
    default: undefined,
    meaning:
      'Names for which other servers are asked, names that a search makes among them: the longest zone counts, `.` is every name, reverse zones (`10.in-addr.arpa`) are zones like any other. At most three servers of a zone count; `timeout`, `attempts` and `rotate` hold for them. With `fall-through` the servers of the configuration are asked where no server of the zone gave a final reply: never after "no such name" or "no data".',
    annotation: true,
    live: true,
  },
  {
    key: 'stubZonesFile',
    kind: path(),
    default: undefined,
    meaning:
      'File with further stub zones, a rule in each line; a line that begins with `#` is a comment. It is followed: a fault in it is logged, and leaves what it said before.',
  },
  {
    key: 'keepPrivateNames',
    kind: flag(),
    default: false,
    hostDefault: true,
    meaning:
      'Names of private addresses (`10.in-addr.arpa` and the like) are never asked for at public servers, unless a stub zone says so: where no other is left there is no such name.',
    annotation: true,
    live: true,
    source: 'RFC 6303',
  },
  {
    key: 'searches',
    kind: domainNames(),
    default: undefined,
    meaning: 'Search domains instead of those in the original configuration; empty for none.',
    annotation: true,
    live: true,
    resolvConf: 'search',
  },
  {
    key: 'ndots',
    kind: integer({ min: minDots, max: maxDots, unit: 'dots' }),
    default: undefined,
    meaning: 'Names with at least this many dots are asked for as they are first.',
    annotation: true,
    live: true,
    resolvConf: 'options ndots',
    source: 'glibc RES_MAXNDOTS',
  },
  {
    key: 'options',
    kind: resolvOptions(),
    default: undefined,
    meaning: 'Options that are added to those in the original configuration; a later one overrides an earlier one.',
    annotation: true,
    live: true,
    resolvConf: 'options',
    source: 'glibc res_setoptions',
  },
  {
    key: 'hostNameFilter',
    kind: flag(),
    default: true,
    hostDefault: false,
    meaning:
      'Answers address queries for names that glibc refuses as host names with NXDOMAIN, without asking upstream.',
    annotation: true,
    live: true,
    source: 'glibc res_hnok',
  },
  {
    key: 'maxTcpRecordsWithoutEdns',
    oldKeys: ['tcpAnswerCapWithoutEdns'],
    kind: integer({ min: 0, max: 65_535, unit: 'records' }),
    default: 63,
    meaning:
      'Most records in an address answer over TCP to a query without EDNS; 0 sends all. With 64 records or more musl 1.2.4 finds no address at all.',
    annotation: true,
    live: true,
    source: 'musl 1.2.4 dns_parse.c',
  },
  {
    key: 'keepSurvivingHalf',
    kind: flag(),
    default: false,
    meaning:
      'Keeps the addresses of one family, over UDP and TCP, when no nameserver answered the query for the other and glibc reports a failure.',
    annotation: true,
    live: true,
  },
  {
    key: 'serverMemory',
    kind: flag(),
    default: true,
    meaning:
      'Remembers across lookups that a nameserver is silent over UDP: it is asked as before, but waited for 300 ms where another one is left, until a reply of it is seen. With `false` every lookup waits for it again, as with glibc.',
    annotation: true,
    live: true,
  },
  {
    key: 'maxCacheBytes',
    kind: integer({ min: 0, max: maxCacheBytes, unit: 'bytes' }),
    default: 1024 * 1024,
    meaning:
      'Most bytes of memory for what is remembered: replies of the nameservers and finished answers together. 0 remembers nothing. What was never used again goes first when it is full.',
    annotation: true,
    live: true,
  },
  {
    key: 'replyCache',
    kind: flag(),
    default: true,
    meaning:
      'Remembers what a nameserver said to a question for as long as its TTL allows, and uses it in place of asking again. The search stays the same.',
    annotation: true,
    live: true,
    source: 'RFC 1035 §3.2.1, RFC 2308',
  },
  {
    key: 'answerCache',
    kind: flag(),
    default: true,
    meaning:
      'Remembers the answer of a whole search for as long as everything that it rests on may be used, so that the next lookup of the name costs neither a search nor a query upstream.',
    annotation: true,
    live: true,
  },
  {
    key: 'maxCacheSeconds',
    kind: seconds({ min: 0, max: 604_800 }),
    default: 3600,
    meaning: 'Records are remembered for their TTL, but no longer than this; 0 remembers none.',
    annotation: true,
    live: true,
    source: 'RFC 2181 §8',
  },
  {
    key: 'maxNegativeCacheSeconds',
    kind: seconds({ min: 0, max: 604_800 }),
    default: 30,
    meaning:
      'That a name or its records do not exist is remembered for as long as the SOA of the reply says, but no longer than this: names appear in a cluster.',
    annotation: true,
    live: true,
    source: 'RFC 2308 §5',
  },
  {
    key: 'maxCacheSecondsWithoutSoa',
    kind: seconds({ min: 0, max: 3600 }),
    default: 5,
    meaning:
      'How long it is remembered that a name has addresses of one family alone, where the server says so without an SOA. 0 follows the RFC to the letter.',
    annotation: true,
    live: true,
    source: 'RFC 2308 §5',
  },
  {
    key: 'answerOrder',
    kind: choice(['rotate', 'fixed']),
    default: 'rotate',
    meaning:
      'Order of several addresses in an answer from memory: `rotate` turns them by one with every reply, as most nameservers do; `fixed` leaves them as they were received.',
    annotation: true,
    live: true,
  },
  {
    key: 'serveStaleSeconds',
    kind: seconds({ min: 0, max: 86_400 }),
    default: 0,
    meaning:
      'Where a search fails, or has nothing after 1.8 s, the addresses that it found before are given once more, for so long beyond their lifetime. 0 gives none; more than 300 is not recommended: addresses of pods are used again by others.',
    annotation: true,
    live: true,
    source: 'RFC 8767',
  },
  {
    key: 'prefetch',
    kind: flag(),
    default: true,
    meaning:
      'Asks anew for an answer that is used, when a lookup takes it from memory in the last fifth of its lifetime: the next ones find it there, too.',
    annotation: true,
    live: true,
  },
  {
    key: 'maxSearchAhead',
    kind: integer({ min: 0, max: 32, unit: 'candidates' }),
    default: 6,
    meaning:
      'Most candidates of a search that are asked before their turn, so that a search takes one round trip; how many is learned from earlier searches for names of the same shape. They are used in their order all the same. 0 asks one after the other.',
    annotation: true,
    live: true,
  },
  {
    key: 'ptrFirstOnly',
    kind: flag(),
    default: false,
    meaning:
      'Passes on only the first of several PTR records to queries without EDNS: musl uses the last, glibc the first.',
    annotation: true,
    live: true,
  },
  {
    key: 'pairWindowMilliseconds',
    kind: integer({ min: 1, max: 50, unit: 'milliseconds' }),
    default: 5,
    meaning: 'How long a query for A waits for the AAAA query of the same lookup, and the other way round.',
    annotation: true,
    live: true,
  },
  {
    key: 'maxSearches',
    oldKeys: ['maxInFlight'],
    kind: integer({ min: 1, max: 10_000, unit: 'searches' }),
    default: 1000,
    meaning:
      'Most searches that run at once. There are fewer where file descriptors are short (a search takes up to two sockets per nameserver), and no further one begins while replies of more than 4 MiB wait for the other half of their pair. Four times as many queries may wait for replies, 64 of them for the same one. A query beyond a bound is dropped (UDP) or its connection is closed (TCP).',
  },
  {
    key: 'socketStock',
    kind: integer({ min: 0, max: 256, unit: 'sockets' }),
    default: 8,
    meaning:
      'UDP sockets per nameserver that are opened in advance, so that a query need not wait for that. Each asks one question and is closed, or is closed after 10 seconds. They are opened as queries take others, and give way where file descriptors are short; 0 opens each when it is needed.',
  },
  {
    key: 'reuseSocketsFrom',
    kind: integer({ min: 1, max: 65_535, unit: 'questions per second' }),
    default: 500,
    meaning:
      'From so many questions to the nameservers in a second on, UDP sockets that were answered ask further ones, each under a new random ID and never for the other address family. With fewer each question has a socket, and so a random port, of its own.',
  },
  {
    key: 'maxQuestionsPerSocket',
    kind: integer({ min: 1, max: 1000, unit: 'questions' }),
    default: 32,
    meaning: 'Most questions that one UDP socket asks; with 1 none is used again.',
  },
  {
    key: 'maxSocketSeconds',
    kind: seconds({ min: 1, max: 60 }),
    default: 2,
    meaning: 'How long one UDP socket asks questions.',
  },
  {
    key: 'maxTcpConnections',
    oldKeys: ['tcpMaxConnections'],
    kind: integer({ min: 1, max: 4096, unit: 'connections' }),
    default: 256,
    meaning: 'Most TCP connections from clients at once.',
  },
  {
    key: 'tcpIdleSeconds',
    kind: seconds({ min: 1, max: 120 }),
    default: 10,
    meaning: 'A TCP connection without a query under way is closed after this time.',
    source: 'RFC 7766 §6.2.3',
  },
  {
    key: 'drainSeconds',
    kind: seconds({ min: 0, max: 60 }),
    default: 0,
    meaning: 'How long queries are still answered after SIGTERM. 0 in a pod: all other containers have ended by then.',
  },
]);

export type SidecarSettings = SettingValues<typeof sidecarSettings>;
