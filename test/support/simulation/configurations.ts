/** Configurations under which queries are handled: each way of a search is taken by one of them at least. */
import { parseHosts } from '../../../sidecar/decide/hosts/hosts-table.ts';
import { parseResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';
import type { ConfigurationSnapshot, Mode, LookupSettings } from '../../../sidecar/decide/configuration/snapshot.ts';
import { usualRouting } from '../../../sidecar/decide/configuration/routing.ts';
import { encodeName, rootName } from '../../../sidecar/wire/name.ts';

const hosts = parseHosts('192.0.2.80 local local.test\n2001:db8::80 local\n192.0.2.1 reverse.test alias\n');

const markerName = encodeName('glibc.internal') ?? rootName;

/** The defaults of the settings that a lookup looks at. */
export const usualSettings: LookupSettings = {
  hostNameFilter: true,
  queryLog: 0,
  queryLogRedacted: false,
  ttls: { fixed: undefined, max: undefined },
  minForwardedDots: 0,
  hostsOnly: false,
  filterAaaa: false,
  chaosTexts: undefined,
  hosts: { authoritative: false, rotates: false, ttlSeconds: 10, forAll: false },
  maxTcpRecordsWithoutEdns: 63,
  keepSurvivingHalf: false,
  findLoops: false,
  serverMemory: true,
  maxLingeringSockets: 32,
  ptrFirstOnly: false,
  pairWindowMs: 5,
  maxSearches: 1000,
  maxSearchAhead: 0,
  maxSearchesAhead: 250,
  maxCacheBytes: 0,
  replyCache: false,
  answerCache: false,
  maxCacheSeconds: 3600,
  maxNegativeCacheSeconds: 30,
  maxCacheSecondsWithoutSoa: 5,
  rotateAnswers: true,
  prefetch: true,
  serveStaleMs: 0,
};

function snapshot(resolvConf: string, mode: Mode, changed: Partial<LookupSettings> = {}): ConfigurationSnapshot {
  return {
    resolvConf: parseResolvConf(resolvConf, { hostName: 'pod.example.test' }),
    upstreamPort: 53,
    routing: usualRouting,
    mode,
    marker: markerName,
    domainsBehindMarker: [],
    hosts,
    trustAdInPodFile: resolvConf.includes('trust-ad'),
    settings: { ...usualSettings, ...changed },
    ownAddresses: new Set(['127.0.0.1:53']),
  };
}

const one = 'nameserver 192.0.2.1\nsearch s1.test s2.test\n';
const three = 'nameserver 192.0.2.1\nnameserver 2001:db8::2\nnameserver 192.0.2.3\nsearch s1.test .\n';

export const snapshots: Readonly<Record<string, ConfigurationSnapshot>> = {
  marker: snapshot(`${one}options ndots:2 timeout:1`, 'marker'),
  plain: snapshot(`${one}options timeout:1`, 'plain', { ptrFirstOnly: true }),
  asIs: snapshot(one, 'as-is', { hostNameFilter: false, maxTcpRecordsWithoutEdns: 3 }),
  three: snapshot(`${three}options timeout:2 attempts:3 rotate`, 'marker', { keepSurvivingHalf: true }),
  tcp: snapshot(`${one}options use-vc edns0 trust-ad`, 'plain'),
  serial: snapshot(`${three}options single-request timeout:1 trust-ad`, 'marker'),
  reopen: snapshot(`${three}options single-request-reopen no-tld-query edns0`, 'plain'),
  strict: snapshot(`${three}options strict-error timeout:1`, 'marker', { pairWindowMs: 1 }),
  noAaaa: snapshot(`${one}options no-aaaa attempts:1`, 'plain'),
  own: snapshot('nameserver 127.0.0.1\nnameserver 192.0.2.1\nsearch s1.test\n', 'marker'),
  full: snapshot(one, 'marker', { maxSearches: 1 }),
};
