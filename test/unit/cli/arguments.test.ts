import { describe, expect, test } from 'vitest';
import { parseArguments, optionsHelp } from '../../../cli/arguments.ts';
import { demoHelp, readDemoOptions } from '../../../cli/demo/options.ts';
import { UsageError } from '../../../cli/usage-error.ts';

describe('parseArguments', () => {
  const definitions = [
    { name: 'once', meaning: 'ends' },
    { name: 'pod', value: 'FILE', meaning: 'a pod' },
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

  test('the help aligns the meanings', () => {
    expect(optionsHelp(definitions)).toBe('  --once      ends\n  --pod FILE  a pod\n');
  });
});

describe('readDemoOptions', () => {
  test('defaults', () => {
    expect(readDemoOptions([])).toMatchObject({
      once: false,
      full: false,
      real: false,
      muslVersion: '1.2.5',
      generation: { name: 'G4' },
      resolvConfFile: undefined,
      port: 53,
      podFiles: [],
      names: [],
    });
  });

  test('help', () => {
    expect(readDemoOptions(['--help'])).toBeUndefined();
    expect(readDemoOptions(['-h'])).toBeUndefined();
    for (const option of ['once', 'pod', 'resolv-conf', 'port', 'musl', 'real', 'full'])
      expect(demoHelp).toContain(`--${option}`);
    expect(Math.max(...demoHelp.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test.each([
    [['--port', '5353'], '--port is the port of the nameservers in --resolv-conf FILE, which is not given'],
    [['--resolv-conf', 'f', '--port', '0'], '--port 0: a port is an integer from 1 to 65535'],
    [['--resolv-conf', 'f', '--port', '53a'], '--port 53a: a port is an integer from 1 to 65535'],
    [['--musl', '1.1.4'], '--musl 1.1.4: there is a model of musl 1.1.17 and later, such as 1.2.5'],
    [['--musl', 'new'], '--musl new: there is a model of musl 1.1.17 and later, such as 1.2.5'],
    [['a b'], '"a b" is no name that can be looked up'],
  ])('%j: %s', (args, message) => {
    expect(() => readDemoOptions(args)).toThrow(new UsageError(message));
  });

  test.each([
    ['1.1.24', 'G1'],
    ['1.2.2', 'G2'],
    ['1.2.4', 'G3'],
    ['1.2.6', 'G4'],
  ])('musl %s is of generation %s', (version, name) => {
    expect(readDemoOptions(['--musl', version])?.generation.name).toBe(name);
  });
});
