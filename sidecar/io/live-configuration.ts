/** Keeps the configuration up to date with its files, and reports each change. */
import type { Log } from '../../shared/report/log.ts';
import type { LogFieldsFor } from '../../shared/report/log-events.ts';
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import { upstreamFaults } from '../../shared/report/reasons.ts';
import type { SidecarSettings } from '../../shared/settings/settings.ts';
import { buildConfiguration, type Configuration } from '../decide/configuration/configuration.ts';
import { formatOptions } from '../../shared/resolv-conf/options.ts';
import { formatServerAddress } from '../../shared/resolv-conf/server-address.ts';
import { formatStubZones } from '../../shared/resolv-conf/stub-zones.ts';
import type { Routing } from '../decide/configuration/routing.ts';
import { upstreamFault } from '../decide/configuration/upstream-fault.ts';
import { openConfigurationFiles, type FileChange } from './configuration-files.ts';

/** The configuration in force, kept up to date with the files that it comes from. */
export interface LiveConfiguration {
  readonly current: Configuration;
  /** Looks at all files. */
  poll(): void;
  /** Looks at the file that the containers see, and nothing else. */
  checkPodResolvConf(): void;
  setOwnAddresses(addresses: ReadonlySet<string>): void;
}

export interface LiveConfigurationOptions {
  /** From the environment, which does not change. */
  readonly settings: SidecarSettings;
  readonly ownAddresses: ReadonlySet<string>;
  readonly upstreamSockets: number;
  /** Of the names that are answered for here. */
  readonly localZone?: string | undefined;
  readonly hostName: () => string;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: Metrics<SidecarMetrics>;
  changed(configuration: Configuration): void;
}

/** Reads everything once before it returns. */
/** The file that the containers see is looked at no more often than this, in milliseconds. */
const podFileCheckMs = 1;

export function createLiveConfiguration(options: LiveConfigurationOptions): LiveConfiguration {
  const { settings, hostName, log, metrics, changed } = options;
  const { files, problems } = openConfigurationFiles(settings, options.now);
  let ownAddresses = options.ownAddresses;

  function build(previous?: Configuration): Configuration {
    const built = buildConfiguration(
      {
        environment: settings,
        annotationsText: files.text('annotations'),
        resolvConfText: files.text('resolv-conf'),
        podResolvConfText: files.text('pod-resolv-conf'),
        stubZonesText: files.text('stub-zones'),
        hosts: files.hosts(),
        localZone: options.localZone,
        hostName: hostName(),
        ownAddresses,
        upstreamSockets: options.upstreamSockets,
      },
      previous,
    );
    report(built, previous, log, metrics);
    return built;
  }

  let podFileCheckedAt = -Infinity;
  let current = build();
  problems.forEach(reportFile);

  function rebuild(): void {
    current = build(current);
    changed(current);
  }

  function reportFile({ file, path, setting, problem }: FileChange): void {
    metrics.inc('alpine_resolver_reloads_total', { file, outcome: problem === undefined ? 'read' : 'failed' });
    if (problem === undefined) log.info('file-changed', { file, path });
    else log.warn('file-problem', { file, path, setting, problem });
  }

  function take(changes: readonly FileChange[]): void {
    changes.forEach(reportFile);
    if (changes.length > 0) rebuild();
  }

  return {
    get current() {
      return current;
    },
    poll: () => take(files.poll()),
    checkPodResolvConf() {
      const at = options.now();
      if (at - podFileCheckedAt < podFileCheckMs) return;
      podFileCheckedAt = at;
      take(files.checkPodResolvConf());
    },
    setOwnAddresses(addresses) {
      ownAddresses = addresses;
      rebuild();
    },
  };
}

function report(
  built: Configuration,
  previous: Configuration | undefined,
  log: Log,
  metrics: Metrics<SidecarMetrics>,
): void {
  const { snapshot, annotations, settings } = built;
  log.setLevel(settings.logLevel);
  metrics.set('alpine_resolver_setting_issues', annotations.issues.length);
  metrics.clear('alpine_resolver_mode_info');
  metrics.set('alpine_resolver_mode_info', 1, { mode: snapshot.mode });
  reportIssues(built, previous, log);
  reportUpstream(built, previous, log, metrics);
  reportResolvConf(built, previous, log);
}

/** Each is reported once: the configuration before had reported its own. */
function reportIssues(
  { snapshot, annotations, stubZoneFaults }: Configuration,
  previous: Configuration | undefined,
  log: Log,
): void {
  const known = new Set(previous?.annotations.issues.map((issue) => issue.message));
  for (const issue of annotations.issues) {
    if (!known.has(issue.message)) log.warn('annotation-fault', { annotation: issue.name, message: issue.message });
  }
  const knownFaults = new Set(previous?.stubZoneFaults);
  for (const message of stubZoneFaults) if (!knownFaults.has(message)) log.warn('stub-zones-fault', { message });
  if (previous?.snapshot.hosts === snapshot.hosts) return;
  for (const ignored of snapshot.hosts.ignored) log.warn('hosts-ignored', { ...ignored });
  for (const issue of snapshot.hosts.issues) log.warn('hosts-fault', { message: issue });
}

function reportResolvConf(
  { snapshot, source: { source } }: Configuration,
  previous: Configuration | undefined,
  log: Log,
): void {
  const { resolvConf, mode, routing } = snapshot;
  const isSame = previous?.snapshot.resolvConf === resolvConf;
  if (isSame && previous.snapshot.mode === mode && previous.snapshot.routing === routing) return;
  if (!isSame) for (const ignored of resolvConf.ignored) log.warn('resolv-conf-ignored', { ...ignored, source });
  log.info('configured', {
    mode,
    source,
    nameservers: resolvConf.servers.map(formatServerAddress),
    ...loggedSearch(resolvConf.search),
    options: formatOptions(resolvConf),
    ...loggedZones(routing),
  });
}

/** Once per configuration; and again where another fault has taken its place. */
function reportUpstream(
  { snapshot, source }: Configuration,
  previous: Configuration | undefined,
  log: Log,
  metrics: Metrics<SidecarMetrics>,
): void {
  const { resolvConf } = snapshot;
  const reason = upstreamFault(resolvConf, snapshot);
  metrics.clear('alpine_resolver_upstream_fault_info');
  if (reason === undefined) return;
  metrics.set('alpine_resolver_upstream_fault_info', 1, { reason });
  const isTold =
    previous?.snapshot.resolvConf === resolvConf &&
    upstreamFault(previous.snapshot.resolvConf, previous.snapshot) === reason;
  if (isTold) return;
  const nameservers = resolvConf.servers.map(formatServerAddress);
  log.warn('no-upstream', { reason, source: source.source, nameservers, message: upstreamFaults[reason] });
}

/** As many as a pod may have (Kubernetes validation MaxDNSSearchPaths). A file of a whole MiB makes no line like it. */
const maxLoggedDomains = 32;

/** No name that is longer is ever asked for (RFC 1035 §2.3.4). */
const maxLoggedCharacters = 255;

function loggedZones({ stubZones }: Routing): Pick<LogFieldsFor<'configured'>, 'stubZones'> {
  const rules = stubZones.slice(0, maxLoggedDomains).map((rule) => formatStubZones([rule]));
  return rules.length === 0 ? {} : { stubZones: rules };
}

function loggedSearch(search: readonly string[]): Pick<LogFieldsFor<'configured'>, 'search' | 'searchDomains'> {
  const domains = search.slice(0, maxLoggedDomains).map((domain) => domain.slice(0, maxLoggedCharacters));
  return search.length > maxLoggedDomains ? { search: domains, searchDomains: search.length } : { search: domains };
}
