/** From settings and the texts of files to the configuration in force, and what stays when one of them becomes faulty. */
import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../../shared/settings/read-settings.ts';
import { sidecarSettings } from '../../../../shared/settings/settings.ts';
import { buildConfiguration } from '../../../../sidecar/decide/configuration/configuration.ts';
import type { Configuration, ConfigurationInputs } from '../../../../sidecar/decide/configuration/configuration.ts';
import { emptyHosts } from '../../../../sidecar/decide/hosts/hosts-table.ts';
import { formatStubZones } from '../../../../shared/resolv-conf/stub-zones.ts';
import { usualRouting } from '../../../../sidecar/decide/configuration/routing.ts';
import { nameOf } from '../reply/ends.ts';

interface Given extends Partial<Omit<ConfigurationInputs, 'environment'>> {
  readonly environment?: Record<string, string>;
}

function build({ environment = {}, ...texts }: Given = {}, previous?: Configuration): Configuration {
  const { values, issues } = readEnvironment(sidecarSettings, environment);
  expect(issues).toEqual([]);
  return buildConfiguration({ ...inputsOf(values), ...texts }, previous);
}

function inputsOf(environment: ConfigurationInputs['environment']): ConfigurationInputs {
  return {
    environment,
    annotationsText: undefined,
    resolvConfText: 'nameserver 192.0.2.1\n',
    podResolvConfText: 'search glibc.internal\n',
    hosts: [],
    hostName: 'pod',
    ownAddresses: new Set(),
    upstreamSockets: 6000,
  };
}

const annotation = (name: string, value: string): string => `alpine-resolver.io/${name}="${value}"\n`;
const servers = ({ snapshot }: Configuration): string[] => snapshot.resolvConf.servers.map(({ address }) => address);

describe('settings', () => {
  test('an annotation goes before the environment', () => {
    const environment = { RESOLVER_PAIR_WINDOW_MILLISECONDS: '7' };
    expect(build({ environment }).snapshot.settings.pairWindowMs).toBe(7);
    const annotationsText = annotation('pair-window-milliseconds', '9');
    expect(build({ environment, annotationsText }).snapshot.settings.pairWindowMs).toBe(9);
  });

  test('a faulty annotation is reported, and leaves the last good value, else that of the environment', () => {
    const environment = { RESOLVER_NDOTS: '3' };
    const good = build({ environment, annotationsText: annotation('ndots', '2') });
    const annotationsText = annotation('ndots', 'many');
    expect(build({ environment, annotationsText }, good).settings.ndots).toBe(2);
    const faulty = build({ environment, annotationsText });
    expect(faulty.settings.ndots).toBe(3);
    expect(faulty.annotations.issues.map(({ name }) => name)).toEqual(['alpine-resolver.io/ndots']);
  });

  test('one that is gone leaves that of the environment', () => {
    const good = build({ annotationsText: annotation('ndots', '2') });
    expect(build({ annotationsText: '' }, good).settings.ndots).toBeUndefined();
  });

  test('one that is well stays what it is beside a faulty one', () => {
    const good = build({ annotationsText: annotation('ndots', '2') + annotation('keep-surviving-half', 'true') });
    const annotationsText = annotation('ndots', '4') + annotation('keep-surviving-half', 'perhaps');
    const { settings, snapshot } = build({ annotationsText }, good);
    expect(settings.ndots).toBe(4);
    expect(snapshot.settings.keepSurvivingHalf).toBe(true);
  });

  test('a file that cannot be read leaves all of it', () => {
    const good = build({ annotationsText: annotation('ndots', '2') });
    expect(build({ annotationsText: undefined }, good).annotations).toBe(good.annotations);
    expect(build({ annotationsText: undefined }).annotations).toEqual({ values: {}, issues: [] });
  });

  test('lines that cannot be read are reported', () => {
    expect(build({ annotationsText: 'alpine-resolver.io/ndots=2\n' }).annotations.issues).toHaveLength(1);
  });

  test('no more searches at once than there are sockets for', () => {
    expect(build({ upstreamSockets: 6000 }).snapshot.settings).toMatchObject({
      maxSearches: 1000,
      maxSearchesAhead: 250,
    });
    // Seven stay open for silent servers; A and AAAA need one each.
    expect(build({ upstreamSockets: 60 }).snapshot.settings).toMatchObject({ maxLingeringSockets: 7, maxSearches: 26 });
  });

  test('what is not sent to nameservers', () => {
    const environment = { RESOLVER_NO_REC: 'true', RESOLVER_FWD_NDOTS: '2', RESOLVER_FILTER_AAAA: 'true' };
    const { snapshot } = build({ environment, resolvConfText: 'nameserver 192.0.2.1\noptions rotate\n' });
    expect(snapshot.settings).toMatchObject({ hostsOnly: true, minForwardedDots: 2, filterAaaa: true });
    expect(snapshot.settings.hosts.authoritative).toBe(true);
    expect(snapshot.resolvConf).toMatchObject({ noAaaa: true, rotate: true });
    expect(build().snapshot.resolvConf).toMatchObject({ noAaaa: false, ignored: [] });
  });

  test('other TTLs for clients, with which no whole answers are kept', () => {
    const of = (environment: Record<string, string>) => build({ environment }).snapshot.settings;
    expect(of({})).toMatchObject({ ttls: { fixed: undefined, max: undefined }, answerCache: true });
    expect(of({ RESOLVER_FIXED_TTL_SECONDS: '5' })).toMatchObject({ ttls: { fixed: 5 }, answerCache: false });
    expect(of({ RESOLVER_MAX_TTL_SECONDS: '7' })).toMatchObject({ ttls: { max: 7 }, answerCache: false });
  });

  test('what is told in the class CHAOS', () => {
    expect(build().snapshot.settings.chaosTexts).toBeUndefined();
    const { chaosTexts } = build({ environment: { RESOLVER_CHAOS_NAMES: 'true' } }).snapshot.settings;
    expect(chaosTexts).toEqual({ version: '0.0.0-test', hostName: 'pod' });
  });

  test('what the data path looks at', () => {
    const environment = {
      RESOLVER_HOST_NAME_FILTER: 'false',
      RESOLVER_PTR_FIRST_ONLY: 'true',
      RESOLVER_KEEP_SURVIVING_HALF: 'true',
      RESOLVER_UPSTREAM_PORT: '5353',
    };
    expect(build({ environment }).snapshot).toMatchObject({
      upstreamPort: 5353,
      settings: { hostNameFilter: false, ptrFirstOnly: true, keepSurvivingHalf: true },
    });
  });
});

describe('the caches', () => {
  const caches = (environment: Record<string, string>) => build({ environment }).snapshot.settings;

  test('have the bounds that are set', () => {
    expect(caches({})).toMatchObject({
      replyCache: true,
      answerCache: true,
      rotateAnswers: true,
      prefetch: true,
      serveStaleMs: 0,
    });
    const environment = {
      RESOLVER_MAX_CACHE_BYTES: '4096',
      RESOLVER_MAX_CACHE_SECONDS: '60',
      RESOLVER_MAX_NEGATIVE_CACHE_SECONDS: '7',
      RESOLVER_MAX_CACHE_SECONDS_WITHOUT_SOA: '0',
      RESOLVER_ANSWER_ORDER: 'fixed',
      RESOLVER_PREFETCH: 'false',
      RESOLVER_SERVE_STALE_SECONDS: '60',
    };
    expect(caches(environment)).toMatchObject({
      maxCacheBytes: 4096,
      maxCacheSeconds: 60,
      maxNegativeCacheSeconds: 7,
      maxCacheSecondsWithoutSoa: 0,
      rotateAnswers: false,
      prefetch: false,
      serveStaleMs: 60_000,
    });
  });

  test.each<[environment: Record<string, string>, replyCache: boolean, answerCache: boolean]>([
    [{ RESOLVER_REPLY_CACHE: 'false' }, false, true],
    [{ RESOLVER_ANSWER_CACHE: 'false' }, true, false],
    [{ RESOLVER_MAX_CACHE_BYTES: '1' }, true, true],
    [{ RESOLVER_MAX_CACHE_BYTES: '0' }, false, false],
  ])('%o: of replies %s, of answers %s', (environment, replyCache, answerCache) => {
    expect(caches(environment)).toMatchObject({ replyCache, answerCache });
  });
});

test('whether servers lead back is looked for on a host alone, where names are local to every query', () => {
  const of = (environment: Record<string, string>) => build({ environment }).snapshot.settings;
  expect(of({})).toMatchObject({ findLoops: false, hosts: { forAll: false } });
  expect(of({ RESOLVER_PROFILE: 'host' })).toMatchObject({ findLoops: true, hosts: { forAll: true } });
});

describe('the original configuration', () => {
  test('is that of the file, else that of the environment', () => {
    const environment = { RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 192.0.2.9' };
    expect(servers(build({ environment }))).toEqual(['192.0.2.1']);
    expect(servers(build({ environment, resolvConfText: undefined }))).toEqual(['192.0.2.9']);
  });

  test('a file without nameservers leaves the one before', () => {
    const before = build();
    const after = build({ resolvConfText: '' }, before);
    expect(servers(after)).toEqual(['192.0.2.1']);
    expect(after.source).toBe(before.source);
  });

  test('none at all', () => {
    expect(build({ resolvConfText: undefined }).source).toEqual({ source: 'none', text: '' });
  });

  test('annotations go before its lines', () => {
    const annotationsText = annotation('nameservers', '192.0.2.7') + annotation('searches', 'x.test');
    const { snapshot } = build({ resolvConfText: 'nameserver 192.0.2.1\nsearch a.test\n', annotationsText });
    expect(snapshot.resolvConf.servers.map(({ address }) => address)).toEqual(['192.0.2.7']);
    expect(snapshot.resolvConf.search).toEqual(['x.test']);
  });

  test('without a search line, the domain of the host name', () => {
    expect(build({ hostName: 'pod.sub.test' }).snapshot.resolvConf.search).toEqual(['sub.test']);
  });

  test('what did not change is the same object', () => {
    const before = build();
    expect(build({}, before).snapshot.resolvConf).toBe(before.snapshot.resolvConf);
    expect(build({ hostName: 'pod.sub.test' }, before).snapshot.resolvConf).not.toBe(before.snapshot.resolvConf);
    const annotationsText = annotation('ndots', '2');
    expect(build({ annotationsText }, before).snapshot.resolvConf.ndots).toBe(2);
  });
});

describe('the hosts file', () => {
  const file = (text: string | undefined, path = '/etc/hosts') => ({ path, text });
  const hosts = [file('192.0.2.1 db\n')];

  test('is read, and not again while it stays', () => {
    const before = build({ hosts });
    expect(before.snapshot.hosts.lines.size).toBe(1);
    expect(build({ hosts: [file('192.0.2.1 db\n')] }, before).snapshot.hosts).toBe(before.snapshot.hosts);
    expect(build({ hosts: [file('')] }, before).snapshot.hosts.lines.size).toBe(0);
  });

  test('that cannot be read leaves what it said', () => {
    const before = build({ hosts });
    expect(build({ hosts: [file(undefined)] }, before).snapshot.hosts).toBe(before.snapshot.hosts);
    expect(build().snapshot.hosts).toBe(emptyHosts);
    expect(build({ hosts: [file(undefined)] }).snapshot.hosts).toBe(emptyHosts);
  });

  test('of several, each counts, and the lines of the first come first', () => {
    const two = [...hosts, file('192.0.2.2 db two\n', '/etc/more')];
    const before = build({ hosts: two });
    expect(before.snapshot.hosts.lines.get('db')?.map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2']);
    expect([...build({ hosts }, before).snapshot.hosts.lines.keys()]).toEqual(['db']);
    // The same text at another path is another file: what it said is not kept under the new name.
    const moved = build({ hosts: [...hosts, file('192.0.2.2 db two\n', '/etc/moved')] }, before);
    expect(moved.snapshot.hosts).not.toBe(before.snapshot.hosts);
    expect(build({ hosts: [file(undefined), file(undefined, '/etc/else')] }, moved).hosts).toEqual(hosts);
  });

  test('is read anew where a star begins to mean something', () => {
    const stars = [file('192.0.2.1 *.db\n')];
    const before = build({ hosts: stars });
    expect(before.snapshot.hosts.wildcards.size).toBe(0);
    const annotationsText = annotation('hosts-wildcards', 'true');
    expect(build({ hosts: stars, annotationsText }, before).snapshot.hosts.wildcards.size).toBe(1);
  });

  test('the settings for its answers', () => {
    const environment = {
      RESOLVER_HOSTS_AUTHORITATIVE: 'true',
      RESOLVER_HOSTS_ORDER: 'rotate',
      RESOLVER_HOSTS_TTL_SECONDS: '60',
    };
    const rules = { authoritative: true, rotates: true, ttlSeconds: 60, forAll: false };
    expect(build({ environment }).snapshot.settings.hosts).toEqual(rules);
    const usual = { authoritative: false, rotates: false, ttlSeconds: 10, forAll: false };
    expect(build().snapshot.settings.hosts).toEqual(usual);
  });
});

describe("the pod's file", () => {
  test.each([
    ['search glibc.internal\n', 'marker'],
    ['nameserver 127.0.0.1\n', 'plain'],
    ['search a.test\n', 'as-is'],
  ])('%o: mode %s', (podResolvConfText, mode) => {
    expect(build({ podResolvConfText }).snapshot.mode).toBe(mode);
  });

  test('trust-ad of it', () => {
    expect(build({ podResolvConfText: 'options trust-ad\n' }).snapshot.trustAdInPodFile).toBe(true);
    expect(build({ podResolvConfText: undefined }).snapshot.trustAdInPodFile).toBe(false);
  });

  test('a marker that no query can hold is no marker', () => {
    const { values } = readEnvironment(sidecarSettings, {});
    const searchMarker = `${'x'.repeat(64)}.internal`;
    expect(() => buildConfiguration(inputsOf({ ...values, searchMarker }))).toThrow(
      `the search marker ${searchMarker} cannot be encoded`,
    );
  });

  test('the marker is a setting', () => {
    const environment = { RESOLVER_SEARCH_MARKER: 'x.internal' };
    expect(build({ environment }).snapshot.marker).toEqual(nameOf('x.internal'));
  });
});

describe('stub zones', () => {
  const zonesOf = ({ snapshot }: Configuration): string => formatStubZones(snapshot.routing.stubZones);

  test('of setting, annotation and file', () => {
    const environment = { RESOLVER_STUB_ZONES: 'a.test=192.0.2.1' };
    const stubZonesText = 'b.test=192.0.2.2\na.test=192.0.2.3\n';
    const both = build({ environment, stubZonesText });
    expect(zonesOf(both)).toBe('a.test=192.0.2.1;b.test=192.0.2.2');
    expect(both.stubZoneFaults).toHaveLength(1);
    const annotationsText = annotation('stub-zones', 'c.test=192.0.2.4');
    expect(zonesOf(build({ environment, annotationsText }))).toBe('c.test=192.0.2.4');
    expect(zonesOf(build({ stubZonesText: 'x' }, both))).toBe('b.test=192.0.2.2;a.test=192.0.2.3');
  });

  test('that did not change are the same object', () => {
    const environment = { RESOLVER_STUB_ZONES: 'a.test=192.0.2.1' };
    const before = build({ environment });
    expect(build({ environment }, before).snapshot.routing).toBe(before.snapshot.routing);
    expect(build({}, before).snapshot.routing).not.toBe(before.snapshot.routing);
    expect(build().snapshot.routing).toBe(usualRouting);
    const host = { RESOLVER_PROFILE: 'host' };
    expect(build({ environment: host }).snapshot.routing).toEqual({ stubZones: [], keepsPrivateNames: true });
  });

  test('with more servers than the configuration leave fewer searches', () => {
    const of = (RESOLVER_STUB_ZONES: string) =>
      build({ upstreamSockets: 60, environment: { RESOLVER_STUB_ZONES } }).snapshot.settings.maxSearches;
    expect(of('a=192.0.2.1,192.0.2.2')).toBe(13);
    expect(of('a=192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4')).toBe(8);
    expect(of('a=192.0.2.1')).toBe(26);
  });
});
