/**
 * From settings and the texts of files to what the pipeline works with. Pure: `io/live-configuration.ts` reads the files
 * and calls this at each change.
 */
import { namePrefix } from '../../../shared/values/names.ts';
import { readAnnotations, type SettingIssue } from '../../../shared/settings/read-settings.ts';
import {
  annotationName,
  injectionSettings,
  sidecarSettings,
  type SidecarSettings,
} from '../../../shared/settings/settings.ts';
import { parseAnnotationsFile } from './annotations-file.ts';
import { searchesAheadThatFit, searchesThatFit, shareUpstreamSockets } from './descriptor-budget.ts';
import { emptyHosts, parseHosts, type HostsSource, type HostsTable } from '../hosts/hosts-table.ts';
import { ttlRule, type TtlRules } from '../reply/reply-ttl.ts';
import { domainsBehindMarker } from './kept-searches.ts';
import { chooseMode } from './mode.ts';
import { parseOverridden, type ResolvConfOverrides } from '../../../shared/resolv-conf/overrides.ts';
import { usualRouting, type Routing } from './routing.ts';
import { mergeStubZones, readStubZonesFile, type StubZonesFile } from './stub-zones.ts';
import { chooseResolvConfText, type ChosenText } from './resolv-conf-source.ts';
import { maxServers, parseResolvConf, type ResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';
import type { ConfigurationSnapshot } from './snapshot.ts';
import { version } from '../../../shared/values/version.ts';
import { encodeName } from '../../wire/name.ts';

/** What the outside says. A text is undefined where its file cannot be read. */
export interface ConfigurationInputs {
  readonly environment: SidecarSettings;
  readonly annotationsText: string | undefined;
  readonly resolvConfText: string | undefined;
  readonly podResolvConfText: string | undefined;
  readonly stubZonesText?: string | undefined;
  readonly hosts: readonly HostsFile[];
  /** See `routing`. */
  readonly localZone?: string | undefined;
  readonly hostName: string;
  readonly ownAddresses: ReadonlySet<string>;
  /** Upstream sockets that may be open at once. */
  readonly upstreamSockets: number;
}

/** One hosts file; without text it cannot be read. */
export interface HostsFile {
  readonly path: string;
  readonly text: string | undefined;
}

export interface Configuration {
  readonly snapshot: ConfigurationSnapshot;
  readonly settings: SidecarSettings;
  /** The text that names the upstream nameservers. */
  readonly source: ChosenText;
  readonly annotations: ReadAnnotations;
  readonly hosts: readonly HostsSource[];
  readonly stubZonesFile: StubZonesFile;
  /** Of the file, and of file and setting together. */
  readonly stubZoneFaults: readonly string[];
  /** The text of `snapshot.resolvConf`. */
  readonly resolvConfKey: string;
}

export interface ReadAnnotations {
  readonly values: Partial<SidecarSettings>;
  readonly issues: readonly Pick<SettingIssue, 'name' | 'message'>[];
}

/** `previous` gives what stays when a file has become unreadable, empty or faulty. */
export function buildConfiguration(inputs: ConfigurationInputs, previous?: Configuration): Configuration {
  const annotations = mergeAnnotations(inputs.annotationsText, previous?.annotations);
  const settings: SidecarSettings = { ...inputs.environment, ...annotations.values };
  const source = chooseResolvConfText({
    file: inputs.resolvConfText,
    original: settings.originalResolvConf,
    previous: previous?.source,
  });
  const { resolvConf, resolvConfKey } = readResolvConf(source.text, settings, inputs.hostName, previous);
  const hosts = readableHosts(inputs.hosts, previous?.hosts);
  const stubZonesFile = readStubZonesFile(inputs.stubZonesText, previous?.stubZonesFile);
  const { routing, faults: stubZoneFaults } = readRouting(
    { ...settings, localZone: inputs.localZone },
    stubZonesFile,
    previous?.snapshot.routing,
  );
  const { lingeringSockets, searchSockets } = shareUpstreamSockets(inputs.upstreamSockets);
  const { maxSearchAhead } = settings;
  const servers = mostServers(resolvConf, routing);
  const maxSearches = Math.min(settings.maxSearches, searchesThatFit(searchSockets, servers));
  const podResolvConf = parseResolvConf(inputs.podResolvConfText ?? '');
  return {
    settings,
    source,
    annotations,
    hosts,
    stubZonesFile,
    stubZoneFaults,
    resolvConfKey,
    snapshot: {
      resolvConf,
      upstreamPort: settings.upstreamPort,
      routing,
      mode: chooseMode(settings.mode, inputs.podResolvConfText, settings.searchMarker),
      marker: requireMarker(settings.searchMarker),
      domainsBehindMarker: domainsBehindMarker(podResolvConf.search, settings.searchMarker),
      hosts: hostsTable(hosts, settings, previous),
      trustAdInPodFile: podResolvConf.trustAd,
      ownAddresses: inputs.ownAddresses,
      settings: {
        hostNameFilter: settings.hostNameFilter,
        hosts: {
          // Where nobody else may be asked, nobody else can say more.
          authoritative: settings.hostsAuthoritative || settings.noRec,
          rotates: settings.hostsOrder === 'rotate',
          ttlSeconds: settings.hostsTtlSeconds,
          forAll: settings.profile === 'host',
        },
        maxTcpRecordsWithoutEdns: settings.maxTcpRecordsWithoutEdns,
        keepSurvivingHalf: settings.keepSurvivingHalf,
        queryLog: settings.queryLog,
        queryLogRedacted: settings.queryLogRedact,
        ttls: ttlsOf(settings),
        minForwardedDots: settings.fwdNdots,
        hostsOnly: settings.noRec,
        filterAaaa: settings.filterAaaa,
        chaosTexts: settings.chaosNames ? { version, hostName: inputs.hostName } : undefined,
        findLoops: settings.profile === 'host',
        serverMemory: settings.serverMemory,
        maxLingeringSockets: lingeringSockets,
        ptrFirstOnly: settings.ptrFirstOnly,
        ...cacheSettings(settings),
        pairWindowMs: settings.pairWindowMilliseconds,
        maxSearches,
        maxSearchAhead,
        maxSearchesAhead: searchesAheadThatFit(searchSockets, { servers, maxSearches, maxSearchAhead }),
      },
    },
  };
}

function ttlsOf({ fixedTtlSeconds: fixed, maxTtlSeconds: max }: SidecarSettings): TtlRules {
  return { fixed, max };
}

function readRouting(
  { stubZones = [], keepPrivateNames, localZone }: SidecarSettings & Pick<Routing, 'localZone'>,
  file: StubZonesFile,
  previous: Routing = usualRouting,
): { routing: Routing; faults: readonly string[] } {
  const { rules, faults } = mergeStubZones(stubZones, file.rules);
  const routing: Routing = {
    stubZones: rules,
    keepsPrivateNames: keepPrivateNames,
    localZone,
  };
  const isSame = JSON.stringify(routing) === JSON.stringify(previous);
  return { routing: isSame ? previous : routing, faults: [...file.faults, ...faults] };
}

/** That one candidate may be asked at. */
function mostServers({ servers }: ResolvConf, { stubZones }: Routing): number {
  return Math.max(servers.length, ...stubZones.map((rule) => Math.min(maxServers, rule.servers.length)));
}

/** A file that cannot be read leaves what it said. */
function readableHosts(files: readonly HostsFile[], previous: readonly HostsSource[] | undefined): HostsSource[] {
  return files.flatMap(({ path, text }) => {
    const known = text ?? previous?.find((source) => source.path === path)?.text;
    return known === undefined ? [] : [{ path, text: known }];
  });
}

function hostsTable(sources: readonly HostsSource[], settings: SidecarSettings, previous?: Configuration): HostsTable {
  const { hostsWildcards: wildcards } = settings;
  const isSame =
    previous?.hosts.length === sources.length &&
    previous.settings.hostsWildcards === wildcards &&
    sources.every(
      ({ path, text }, index) => previous.hosts[index]?.path === path && previous.hosts[index].text === text,
    );
  if (isSame) return previous.snapshot.hosts;
  return sources.length === 0 ? emptyHosts : parseHosts(sources, { wildcards });
}

function cacheSettings(settings: SidecarSettings) {
  const { maxCacheBytes, maxCacheSeconds, maxNegativeCacheSeconds, maxCacheSecondsWithoutSoa } = settings;
  return {
    maxCacheBytes,
    replyCache: settings.replyCache && maxCacheBytes > 0,
    // Whole answers are kept with the TTLs of the nameservers, which count down.
    answerCache: settings.answerCache && maxCacheBytes > 0 && ttlRule(ttlsOf(settings)) === undefined,
    maxCacheSeconds,
    maxNegativeCacheSeconds,
    maxCacheSecondsWithoutSoa,
    prefetch: settings.prefetch,
    serveStaleMs: settings.serveStaleSeconds * 1000,
    rotateAnswers: settings.answerOrder === 'rotate',
  };
}

function readResolvConf(
  text: string,
  settings: SidecarSettings,
  hostName: string,
  previous: Configuration | undefined,
): { resolvConf: ResolvConf; resolvConfKey: string } {
  const { nameservers, searches, ndots, options: set = [], filterAaaa } = settings;
  const options = filterAaaa ? [...set, 'no-aaaa'] : set;
  const overrides: ResolvConfOverrides = { nameservers, searches, ndots, options };
  const resolvConfKey = JSON.stringify([text, overrides, hostName]);
  // The same object as before says to the pipeline that nothing changed.
  if (previous?.resolvConfKey === resolvConfKey) return { resolvConf: previous.snapshot.resolvConf, resolvConfKey };
  return { resolvConf: parseOverridden(text, overrides, { hostName }), resolvConfKey };
}

/** A faulty value leaves the last good one in force, or else the environment's; a deleted annotation the environment's. */
function mergeAnnotations(text: string | undefined, previous: ReadAnnotations | undefined): ReadAnnotations {
  if (text === undefined) return previous ?? { values: {}, issues: [] };
  const file = parseAnnotationsFile(text, namePrefix);
  const read = readAnnotations(sidecarSettings, file.values, injectionSettings);
  const issues = [...file.issues, ...read.issues];
  const faulty = new Set(issues.map((issue) => issue.name));
  const kept = Object.entries(previous?.values ?? {}).filter(([key]) => faulty.has(annotationName(key)));
  return { values: { ...Object.fromEntries(kept), ...read.values }, issues };
}

function requireMarker(name: string): ConfigurationSnapshot['marker'] {
  const marker = encodeName(name);
  if (marker === undefined) throw new Error(`the search marker ${name} cannot be encoded`);
  return marker;
}
