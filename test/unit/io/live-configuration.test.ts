/** The configuration follows its files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatStubZones } from '../../../shared/resolv-conf/stub-zones.ts';
import { createLog } from '../../../shared/report/log.ts';
import { sidecarMetrics } from '../../../shared/report/metric-table.ts';
import { createMetrics } from '../../../shared/report/metrics.ts';
import { readEnvironment } from '../../../shared/settings/read-settings.ts';
import { sidecarSettings } from '../../../shared/settings/settings.ts';
import type { Configuration } from '../../../sidecar/decide/configuration/configuration.ts';
import { createLiveConfiguration } from '../../../sidecar/io/live-configuration.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'live-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

function setUp(environment: Record<string, string> = {}) {
  const { values, issues } = readEnvironment(sidecarSettings, {
    RESOLVER_RESOLV_CONF: join(folder, 'resolv.conf'),
    RESOLVER_POD_RESOLV_CONF: join(folder, 'pod-resolv.conf'),
    RESOLVER_HOSTS_FILE: join(folder, 'hosts'),
    RESOLVER_ANNOTATIONS_FILE: join(folder, 'annotations'),
    ...environment,
  });
  expect(issues).toEqual([]);
  const lines: Record<string, unknown>[] = [];
  const changes: Configuration[] = [];
  const metrics = createMetrics(sidecarMetrics);
  const clock = { now: 0 };
  const live = createLiveConfiguration({
    settings: values,
    ownAddresses: new Set(['127.0.0.1:53', '0.0.0.0:53']),
    upstreamSockets: 6000,
    hostName: () => 'pod.sub.example.test',
    now: () => clock.now,
    log: createLog({
      level: 'info',
      write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
      now: () => 0,
    }),
    metrics,
    changed: (configuration) => changes.push(configuration),
  });
  const servers = () => live.current.snapshot.resolvConf.servers.map(({ address }) => address);
  const events = (name: string) => lines.filter(({ event }) => event === name);
  return { live, changes, servers, events, metrics, clock };
}

describe('the original configuration', () => {
  test('is that of the file', () => {
    write('resolv.conf', 'nameserver 192.0.2.1\nsearch a.test\n');
    const { servers, live } = setUp({ RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 192.0.2.9' });
    expect(servers()).toEqual(['192.0.2.1']);
    expect(live.current.snapshot.resolvConf.search).toEqual(['a.test']);
  });

  test('is logged in one line that has bounds, however long its search line is', () => {
    const domains = [`${'long.'.repeat(1000)}test`, ...Array.from({ length: 60_000 }, (_, index) => `n${index}.test`)];
    write('resolv.conf', `nameserver 192.0.2.1\nsearch ${domains.join(' ')}\n`);
    const { events, live } = setUp();
    expect(live.current.snapshot.resolvConf.search).toHaveLength(60_001);
    const [line = {}] = events('configured');
    expect(line).toMatchObject({ searchDomains: 60_001 });
    expect(line['search']).toHaveLength(32);
    expect(JSON.stringify(line).length).toBeLessThan(1000);
  });

  test.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['names no server', 'search a.test\n'],
  ])('is the text of the environment while the file %s', (_what, text) => {
    if (text !== undefined) write('resolv.conf', text);
    const { servers } = setUp({ RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 192.0.2.9' });
    expect(servers()).toEqual(['192.0.2.9']);
  });

  test('is logged with where it comes from', () => {
    expect(setUp().events('configured')).toMatchObject([{ source: 'none', nameservers: ['127.0.0.1'] }]);
    write('resolv.conf', 'nameserver 192.0.2.1\n');
    expect(setUp().events('configured')).toMatchObject([{ source: 'file', nameservers: ['192.0.2.1'] }]);
  });

  test('has its faults told once, not again when the mode changes', () => {
    write('resolv.conf', 'nameserver 192.0.2.1\nserach a.test\n');
    const { live, events } = setUp();
    write('pod-resolv.conf', 'search glibc.internal\n');
    live.poll();
    expect(events('configured').map(({ mode }) => mode)).toEqual(['plain', 'marker']);
    expect(events('resolv-conf-ignored')).toMatchObject([{ line: 2, why: 'unknown keyword' }]);
  });

  test("is glibc's 127.0.0.1 when neither names a server, with the file's search list", () => {
    write('resolv.conf', 'search a.test\n');
    const { servers, live } = setUp();
    expect(servers()).toEqual(['127.0.0.1']);
    expect(live.current.snapshot.resolvConf.search).toEqual(['a.test']);
  });

  test.each([
    ['names no server', 'search a.test\n', 'no-nameserver'],
    ['is empty', '', 'no-nameserver'],
    ['names itself alone', 'nameserver 127.0.0.1\nnameserver 0.0.0.0\n', 'own-nameserver'],
  ])('which %s is warned of once, with the cause and what to do', (_what, text, reason) => {
    write('resolv.conf', text);
    const { live, events, metrics } = setUp();
    live.poll();
    live.setOwnAddresses(new Set(['127.0.0.1:53', '0.0.0.0:53', '192.0.2.7:53']));
    expect(events('no-upstream')).toMatchObject([
      { level: 'warn', reason, message: expect.stringContaining('RESOLVER_RESOLV_CONF') as unknown },
    ]);
    expect(metrics.exposition()).toContain(`alpine_resolver_upstream_fault_info{reason="${reason}"} 1`);
    write('resolv.conf', 'nameserver 192.0.2.1\nnameserver 127.0.0.1\n');
    live.poll();
    expect(metrics.exposition()).not.toContain('alpine_resolver_upstream_fault_info{');
    expect(events('no-upstream')).toHaveLength(1);
    write('resolv.conf', 'nameserver 127.0.0.1\n');
    live.poll();
    expect(events('no-upstream')).toHaveLength(2);
  });

  test('without search line comes from the host name', () => {
    write('resolv.conf', 'nameserver 192.0.2.1\n');
    expect(setUp().live.current.snapshot.resolvConf.search).toEqual(['sub.example.test']);
  });

  test('follows the file', () => {
    write('resolv.conf', 'nameserver 192.0.2.1\n');
    const { live, servers, changes, events } = setUp();
    live.poll();
    live.poll();
    expect(changes).toEqual([]);
    write('resolv.conf', 'nameserver 192.0.2.22\n');
    live.poll();
    expect(servers()).toEqual(['192.0.2.22']);
    expect(changes).toHaveLength(1);
    expect(events('configured')).toHaveLength(2);
  });

  test.each(['', ' \n'])('stays when the file becomes %j', (text) => {
    write('resolv.conf', 'nameserver 192.0.2.1\n');
    const { live, servers } = setUp({ RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 192.0.2.9' });
    write('resolv.conf', text);
    live.poll();
    expect(servers()).toEqual(['192.0.2.1']);
  });

  test('stays when the file goes away, and follows it when it is back', () => {
    write('resolv.conf', 'nameserver 192.0.2.1\n');
    const { live, servers, events } = setUp();
    rmSync(join(folder, 'resolv.conf'));
    live.poll();
    live.poll();
    expect(servers()).toEqual(['192.0.2.1']);
    expect(events('file-problem').filter(({ file }) => file === 'resolv-conf')).toMatchObject([
      { problem: 'ENOENT', setting: 'RESOLVER_RESOLV_CONF' },
    ]);
    write('resolv.conf', 'nameserver 192.0.2.2\n');
    live.poll();
    expect(servers()).toEqual(['192.0.2.2']);
  });
});

describe('annotations', () => {
  const annotation = (key: string, value: string) => `alpine-resolver.io/${key}=${JSON.stringify(value)}\n`;

  test('override the environment and the file, live', () => {
    write('resolv.conf', 'nameserver 192.0.2.1\noptions ndots:5\n');
    write('annotations', annotation('ndots', '2') + 'secret="x"\n');
    const { live, servers } = setUp({ RESOLVER_NDOTS: '3' });
    expect(live.current.snapshot.resolvConf.ndots).toBe(2);
    write('annotations', annotation('nameservers', '192.0.2.5, 2001:db8::5') + annotation('log-level', 'error'));
    live.poll();
    expect(servers()).toEqual(['192.0.2.5', '2001:db8::5']);
    expect(live.current.snapshot.resolvConf.ndots).toBe(3);
    expect(live.current.settings.logLevel).toBe('error');
  });

  test("with a fault leave the environment's value in force, or the last good one", () => {
    write('annotations', annotation('ndots', 'many'));
    const { live, events } = setUp({ RESOLVER_NDOTS: '3' });
    expect(live.current.snapshot.resolvConf.ndots).toBe(3);
    expect(events('annotation-fault')).toMatchObject([{ annotation: 'alpine-resolver.io/ndots' }]);
    write('annotations', annotation('ndots', '4'));
    live.poll();
    expect(live.current.snapshot.resolvConf.ndots).toBe(4);
    write('annotations', annotation('ndots', 'few') + annotation('host-name-filter', 'false'));
    live.poll();
    expect(live.current.snapshot.resolvConf.ndots).toBe(4);
    expect(live.current.snapshot.settings.hostNameFilter).toBe(false);
    write('annotations', 'alpine-resolver.io/ndots=5\n');
    live.poll();
    expect(live.current.snapshot.resolvConf.ndots).toBe(4);
    expect(live.current.snapshot.settings.hostNameFilter).toBe(true);
  });

  test('that are deleted fall back to the environment; a file that cannot be read changes nothing', () => {
    write('annotations', annotation('ndots', '4'));
    const { live } = setUp({ RESOLVER_NDOTS: '3' });
    rmSync(join(folder, 'annotations'));
    live.poll();
    expect(live.current.snapshot.resolvConf.ndots).toBe(4);
    write('annotations', '');
    live.poll();
    expect(live.current.snapshot.resolvConf.ndots).toBe(3);
  });

  test('that are unknown are logged once, with the name that was meant', () => {
    write('annotations', annotation('ndot', '4'));
    const { live, events, metrics } = setUp();
    expect(events('annotation-fault')).toMatchObject([
      { message: expect.stringContaining('did you mean alpine-resolver.io/ndots?') as string },
    ]);
    expect(metrics.exposition()).toContain('alpine_resolver_setting_issues 1\n');
    write('annotations', annotation('ndot', '4') + annotation('mode', 'plain'));
    live.poll();
    expect(events('annotation-fault')).toHaveLength(1);
  });
});

describe('the mode', () => {
  test('follows the file that the containers see, without waiting for the poll, once a millisecond', () => {
    write('pod-resolv.conf', 'nameserver 127.0.0.1\nsearch glibc.internal\n');
    const { live, changes, clock } = setUp();
    expect(live.current.snapshot.mode).toBe('marker');
    live.checkPodResolvConf();
    expect(changes).toEqual([]);
    write('pod-resolv.conf', 'nameserver 127.0.0.1\n');
    clock.now += 0.9;
    live.checkPodResolvConf();
    expect(changes).toEqual([]);
    clock.now += 0.1;
    live.checkPodResolvConf();
    expect(changes.map(({ snapshot }) => snapshot.mode)).toEqual(['plain']);
    write('pod-resolv.conf', 'nameserver 127.0.0.1\nsearch glibc.internal\noptions trust-ad\n');
    clock.now += 1;
    live.checkPodResolvConf();
    expect(live.current.snapshot).toMatchObject({ mode: 'marker', trustAdInPodFile: true });
  });

  test('looking at that file reads no other', () => {
    write('resolv.conf', 'nameserver 192.0.2.1\n');
    const { live, servers } = setUp();
    write('resolv.conf', 'nameserver 192.0.2.22\n');
    write('pod-resolv.conf', 'nameserver 127.0.0.1\n');
    live.checkPodResolvConf();
    expect(servers()).toEqual(['192.0.2.1']);
  });
});

describe('the hosts file', () => {
  const has = (live: ReturnType<typeof setUp>['live']) => live.current.snapshot.hosts.reverse.has('192.0.2.3');

  test('is read and followed; when it cannot be read the last one stays', () => {
    const { live } = setUp();
    expect(has(live)).toBe(false);
    write('hosts', '192.0.2.3 three\n');
    live.poll();
    expect(has(live)).toBe(true);
    rmSync(join(folder, 'hosts'));
    live.poll();
    expect(has(live)).toBe(true);
    write('hosts', '');
    live.poll();
    expect(has(live)).toBe(false);
  });

  test('is not read again when another file changes', () => {
    write('hosts', '192.0.2.3 three\n');
    const { live } = setUp();
    const before = live.current.snapshot.hosts;
    write('resolv.conf', 'nameserver 192.0.2.1\n');
    live.poll();
    expect(live.current.snapshot.hosts).toBe(before);
  });
});

test('a change elsewhere leaves the resolv.conf object as it is, so that the pipeline keeps what it made of it', () => {
  write('resolv.conf', 'nameserver 192.0.2.1\n');
  const { live, changes } = setUp();
  const before = live.current.snapshot.resolvConf;
  live.setOwnAddresses(new Set(['127.0.0.1:53']));
  expect(changes).toHaveLength(1);
  expect(live.current.snapshot.resolvConf).toBe(before);
  expect([...live.current.snapshot.ownAddresses]).toEqual(['127.0.0.1:53']);
});

describe('several hosts files', () => {
  const names = (live: ReturnType<typeof setUp>['live']) => [...live.current.snapshot.hosts.lines.keys()];

  test('are read in their order, and each that cannot be is logged', () => {
    write('one', '192.0.2.1 one\n');
    const { live, events } = setUp({ RESOLVER_HOSTS_FILE: `${join(folder, 'one')},${join(folder, 'two')}` });
    expect(names(live)).toEqual(['one']);
    expect(events('file-problem')).toContainEqual(
      expect.objectContaining({ path: join(folder, 'two'), setting: 'RESOLVER_HOSTS_FILE', problem: 'ENOENT' }),
    );
    write('two', '192.0.2.2 two\n');
    live.poll();
    expect(names(live)).toEqual(['one', 'two']);
  });

  test('entries without effect are logged once, with file and line', () => {
    write('hosts', '192.0.2.1 one\n10.1 two\n');
    const { live, events } = setUp();
    live.poll();
    expect(events('hosts-ignored')).toEqual([
      expect.objectContaining({ path: join(folder, 'hosts'), line: 2, text: '10.1 two' }),
    ]);
  });
});

describe('the folder of hosts files', () => {
  const names = (live: ReturnType<typeof setUp>['live']) => [...live.current.snapshot.hosts.lines.keys()];

  function setUpFolder(files: Record<string, string>) {
    mkdirSync(join(folder, 'hosts.d'));
    for (const [name, text] of Object.entries(files)) write(`hosts.d/${name}`, text);
    return setUp({ RESOLVER_HOSTS_FOLDER: join(folder, 'hosts.d') });
  }

  test('is read behind the file, in the order of names, without what editors leave', () => {
    write('hosts', '192.0.2.1 x first\n');
    const { live } = setUpFolder({ b: '192.0.2.3 x', a: '192.0.2.2 x', '.c': '192.0.2.4 x', 'a~': '192.0.2.5 x' });
    const lines = live.current.snapshot.hosts.lines.get('x');
    expect(lines?.map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  });

  test('is followed: what comes and goes counts when it has been still', () => {
    const { live, events, clock } = setUpFolder({ a: '192.0.2.1 one' });
    write('hosts.d/b', '192.0.2.2 two');
    live.poll();
    expect(names(live)).toEqual(['one']);
    clock.now = 600;
    live.poll();
    expect(names(live)).toEqual(['one', 'two']);
    rmSync(join(folder, 'hosts.d/a'));
    live.poll();
    clock.now = 1200;
    live.poll();
    expect(names(live)).toEqual(['two']);
    const changed = events('file-changed').map(({ path }) => path);
    expect(changed).toEqual([join(folder, 'hosts.d/b'), join(folder, 'hosts.d/a')]);
  });

  test('that goes away leaves what it said, and says so', () => {
    const { live, events, clock } = setUpFolder({ a: '192.0.2.1 one' });
    rmSync(join(folder, 'hosts.d'), { recursive: true });
    for (clock.now of [1000, 2000]) live.poll();
    expect(names(live)).toEqual(['one']);
    expect(events('file-problem')).toContainEqual(
      expect.objectContaining({ path: join(folder, 'hosts.d'), setting: 'RESOLVER_HOSTS_FOLDER', problem: 'ENOENT' }),
    );
  });

  test('what cannot be read in it is logged, and the rest is read', () => {
    mkdirSync(join(folder, 'hosts.d'));
    mkdirSync(join(folder, 'hosts.d/b'));
    write('hosts.d/a', '192.0.2.1 one');
    const { live, events } = setUp({ RESOLVER_HOSTS_FOLDER: join(folder, 'hosts.d') });
    expect(names(live)).toEqual(['one']);
    expect(events('file-problem')).toContainEqual(expect.objectContaining({ problem: 'not a regular file' }));
  });

  test('its files have a bound together', () => {
    const line = (last: number): string => `192.0.2.${last} ${'x'.repeat(200)}${last}\n`;
    const { live, events } = setUpFolder({ a: line(1).repeat(3000), b: line(2).repeat(3000), c: line(3) });
    expect([...live.current.snapshot.hosts.reverse.keys()]).toEqual(['192.0.2.1', '192.0.2.2']);
    const told = events('file-problem').map(({ path, problem }) => [path, problem]);
    expect(told).toContainEqual([
      join(folder, 'hosts.d/b'),
      expect.stringMatching(/^only the first \d+ bytes are read$/),
    ]);
  });

  test('more files than are read are logged', () => {
    const many = Object.fromEntries(
      Array.from({ length: 257 }, (_, index) => [`f${index + 1000}`, `192.0.2.1 n${index}`]),
    );
    const { live, events } = setUpFolder(many);
    expect(names(live)).toHaveLength(256);
    expect(events('file-problem')).toContainEqual(
      expect.objectContaining({ problem: 'only the first 256 files are read' }),
    );
  });
});

describe('the file of stub zones', () => {
  const setUpZones = (text: string) => {
    write('zones', text);
    return setUp({ RESOLVER_STUB_ZONES_FILE: join(folder, 'zones'), RESOLVER_STUB_ZONES: 'set.test=192.0.2.9' });
  };
  const zones = ({ live }: ReturnType<typeof setUp>) => formatStubZones(live.current.snapshot.routing.stubZones);

  test('is followed, and told in the log', () => {
    const world = setUpZones('a.test=192.0.2.1\n');
    expect(zones(world)).toBe('set.test=192.0.2.9;a.test=192.0.2.1');
    write('zones', 'b.test=192.0.2.22 fall-through\n');
    world.live.poll();
    expect(zones(world)).toBe('set.test=192.0.2.9;b.test=192.0.2.22 fall-through');
    expect(world.events('configured').map(({ stubZones }) => stubZones)).toEqual([
      ['set.test=192.0.2.9', 'a.test=192.0.2.1'],
      ['set.test=192.0.2.9', 'b.test=192.0.2.22 fall-through'],
    ]);
  });

  test('with a fault leaves what it said, and the fault is logged once', () => {
    const world = setUpZones('a.test=192.0.2.1\n');
    write('zones', 'a.test=192.0.2.1\nno server\n');
    world.live.poll();
    world.live.poll();
    expect(zones(world)).toBe('set.test=192.0.2.9;a.test=192.0.2.1');
    expect(world.events('stub-zones-fault')).toMatchObject([{ message: '"no server": no = in it' }]);
  });
});
