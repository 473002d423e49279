/** Arguments of commands: how they are read, and what is said of wrong ones. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseArguments, optionsHelp } from '../../../cli/terminal/arguments.ts';
import { demoHelp, readDemoOptions, type DemoOptions } from '../../../cli/demo/options.ts';
import { UsageError } from '../../../cli/terminal/usage-error.ts';

describe('parseArguments', () => {
  const definitions = [
    { name: 'once', meaning: 'ends' },
    { name: 'pod', short: 'p', value: 'FILE', repeatable: true, meaning: 'a pod' },
  ];

  test('options and positionals may be mixed, the last value counts, all are kept', () => {
    const parsed = parseArguments(['a', '--pod', 'x.yaml', 'b', '--pod=y.yaml', '--once'], definitions);
    expect(parsed.positionals).toEqual(['a', 'b']);
    expect(parsed.value('pod')).toBe('y.yaml');
    expect(parsed.values('pod')).toEqual(['x.yaml', 'y.yaml']);
    expect(parsed.isSet('once')).toBe(true);
    expect(parsed.isSet('help')).toBe(false);
  });

  test('what follows -- is a name, whatever it looks like', () => {
    expect(parseArguments(['--', '--once'], definitions).positionals).toEqual(['--once']);
  });

  test.each([
    [['--onec'], 'unknown option --onec, did you mean --once?'],
    [['--quite-another'], 'unknown option --quite-another'],
    [['--pod'], '--pod needs a value: --pod FILE'],
    [['--pod', '--once'], '--pod needs a value: --pod FILE'],
    [['--pod='], '--pod needs a value: --pod FILE'],
    [['--once=yes'], '--once takes no value'],
  ])('%j: %s', (args, message) => {
    expect(() => parseArguments(args, definitions)).toThrow(new UsageError(message));
  });

  test('the help aligns the meanings, and folds them', () => {
    const text =
      '  --once          ends\n  -p, --pod FILE  a pod\n  -h, --help      this text\n  --version       the version\n';
    expect(optionsHelp(definitions, 80)).toBe(text);
    expect(optionsHelp(definitions, 24)).toContain('  -h, --help      this\n                  text\n');
  });
});

const folder = mkdtempSync(join(tmpdir(), 'arguments-'));
writeFileSync(join(folder, 'app.yaml'), '');
writeFileSync(join(folder, 'plain'), '');
afterAll(() => rmSync(folder, { recursive: true }));

function read(...args: readonly string[]): DemoOptions {
  const options = readDemoOptions(args, folder);
  if (typeof options === 'string') throw new Error(options);
  return options;
}

describe('readDemoOptions', () => {
  test('defaults', () => {
    expect(read()).toMatchObject({
      once: false,
      full: false,
      real: false,
      musl: { version: '1.2.5', generation: { name: 'G4' } },
      resolvConfFile: undefined,
      port: 53,
      podFiles: [],
      namespace: 'default',
      clusterDomain: undefined,
      nameserver: undefined,
      names: [],
    });
  });

  test('help, version', () => {
    expect(readDemoOptions(['--help'], folder)).toBe('help');
    expect(readDemoOptions(['-h'], folder)).toBe('help');
    expect(readDemoOptions(['cart', '--version'], folder)).toBe('version');
    for (const option of ['once', 'file', 'name', 'resolv-conf', 'port', 'musl', 'real', 'full', 'cluster-domain'])
      expect(demoHelp(80)).toContain(`--${option}`);
  });

  test.each([60, 80, 120])('the help in %d columns', (columns) => {
    const options = demoHelp(columns).split('\n').slice(2, -15);
    expect(Math.max(...options.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  test('-f in each spelling', () => {
    const args = ['-f', 'a', '-fb', '--file', 'c', '--filename=d', '--pod', 'e', '-f', '-'];
    expect(read(...args).podFiles).toEqual(['a', 'b', 'c', 'd', 'e', '-']);
  });

  test.each([
    [['--port', '5353'], '--port is the port of the nameservers in --resolv-conf FILE, which is not given'],
    [['--resolv-conf', 'f', '--port', '0'], '--port 0: a port is an integer from 1 to 65535'],
    [['--resolv-conf', 'f', '--port', '53a'], '--port 53a: a port is an integer from 1 to 65535'],
    [['-n', 'team'], '--namespace is that of the objects in -f FILE, which is not given'],
    [
      ['-f', 'x', '-n', 'Team_A'],
      '--namespace Team_A: a namespace is up to 63 of a-z, 0-9 and -, with none of - at its ends',
    ],
    [
      ['--cluster-domain', 'a..b'],
      '--cluster-domain a..b: a domain has labels of a-z, 0-9 and -, such as cluster.local',
    ],
    [['--nameserver', 'dns'], '--nameserver dns: it must be an IPv4 or IPv6 address, such as 10.96.0.10'],
    [
      ['--nameserver', 'fe80::1%eth0'],
      '--nameserver fe80::1%eth0: it must be an IPv4 or IPv6 address, such as 10.96.0.10',
    ],
    [['--resolv-conf', 'f', '--nameserver', '::1'], '--resolv-conf with --nameserver: the file names the nameservers'],
    [['--real', '--musl', '3.16'], '--real with --musl: it runs the musl that this machine has'],
    [['-f', '-', '--resolv-conf', '-'], 'standard input (-) can be read once only'],
    [['--musl', '1.2.5', '--musl', '1.2.3'], '--musl is given twice; it takes one value'],
    [['a b'], '"a b" is no name that can be looked up'],
    [['a\u001b[2Jb'], '"a\\u001b[2Jb" is no name that can be looked up'],
    [['--name', ''], '--name needs a value: --name NAME'],
    [
      ['app.yaml'],
      'app.yaml is a file: -f app.yaml shows what becomes of its pods, --name app.yaml looks it up as a name',
    ],
    [['plain'], 'plain is a file: -f plain shows what becomes of its pods, --name plain looks it up as a name'],
    [['no/x'], 'no/x is no name that can be looked up; a file is given with -f no/x'],
    [
      ['no.yml'],
      `no.yml: there is no such file in ${folder}; a file is given with -f, and --name no.yml looks it up as a name`,
    ],
  ])('%j: %s', (args, message) => {
    expect(() => read(...args)).toThrow(new UsageError(message));
  });

  test('a name that a file has, a folder has, or none may have', () => {
    expect(read('--name', 'app.yaml', 'x'.repeat(300)).names).toEqual(['x'.repeat(300), 'app.yaml']);
    mkdirSync(join(folder, 'cart'));
    expect(read('cart').names).toEqual(['cart']);
  });

  test.each([
    ['1.1.24', '1.1.24', 'G1'],
    ['1.2.2', '1.2.2', 'G2'],
    ['musl-1.2.4', '1.2.4', 'G3'],
    ['1.2.6', '1.2.6', 'G4'],
    ['3.7', '1.1.18', 'G1'],
    ['3.12', '1.1.24', 'G1'],
    ['v3.13', '1.2.2', 'G2'],
    ['3.16', '1.2.3', 'G2'],
    ['3.17.3', '1.2.3', 'G2'],
    ['alpine:3.18', '1.2.4', 'G3'],
    ['alpine3.20', '1.2.5', 'G4'],
    ['3.24', '1.2.6', 'G4'],
  ])('--musl %s: musl %s, generation %s', (text, version, name) => {
    const { musl } = read('--musl', text);
    expect([musl.version, musl.generation.name]).toEqual([version, name]);
  });

  test('Alpine 3.19 stands between two generations', () => {
    const { generation } = read('--musl', '3.19').musl;
    expect(generation).toMatchObject({ name: 'G3', bufferBytes: 4800, maxRecords: 64, maxPointer: Infinity });
  });

  test.each(['1.1.4', 'new', '3.6', '3.99', '1.2', '4.1'])('--musl %s is refused', (text) => {
    expect(() => read('--musl', text)).toThrow(
      `--musl ${text}: there is a model of musl 1.1.17 and later, such as 1.2.5, which are Alpine 3.7 to 3.24`,
    );
  });
});
