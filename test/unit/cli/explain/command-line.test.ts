/** `explain` on the command line: wrong use, and input that is not there. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explainExitCode } from '../../../../cli/explain/exit-code.ts';
import { explain } from '../../../../cli/explain/explain.ts';
import { explainCommand, readExplainOptions } from '../../../../cli/explain/options.ts';
import { isDifferent, type Explanation } from '../../../../cli/report/explanation.ts';
import { commandHelp } from '../../../../cli/terminal/command-help.ts';
import { explainScenario, readOptions } from './explain-scenario.ts';

const here = import.meta.dirname;

describe('wrong use says what is accepted', () => {
  test.each([
    [[], 'explain needs a NAME'],
    [['a', 'b'], 'explain takes one name; b is a second one'],
    [['a b'], '"a b" is no name that can be looked up'],
    [['pods/web.yaml'], 'a file is given with -f'],
    [['pod/web-0', 'a', '--in-pod', 'pod/web-1'], 'pod/web-0 with --in-pod: it is one pod'],
    [['a', '--in-pod', 'deployment/web'], '--in-pod deployment/web: it must be a pod, such as pod/web-0'],
    [['pod/Web', 'a'], 'pod/Web: that is no name of a pod'],
    [['a', '--in-pod', 'web-0', '--musl', '3.20'], '--musl with --in-pod: the cluster says it'],
    [['pod/web-0', 'a', '-f', 'x'], '--filename with pod/POD: the cluster says it'],
    [['a', '--as', 'eve'], '--as is about the cluster of pod/POD, which is not given'],
    [['a', '--musl', '1.0'], '--musl 1.0: there is a model of musl 1.1.17 and later'],
    [['a', '--port', '0'], '--port 0: a port is an integer from 1 to 65535'],
    [['a', '--nameserver', 'dns'], '--nameserver dns: it must be an IPv4 or IPv6 address'],
    [['a', '--workload', 'web'], '--workload is about the manifests of -f FILE, which is not given'],
    [['a', '--real', '--scenario', 'x'], '--real with --scenario: real libraries cannot be asked in simulated time'],
    [['a', '-f', '-', '--scenario', '-'], 'standard input (-) can be read once only'],
    [['a', '--scenaro', 'x'], 'unknown option --scenaro, did you mean --scenario?'],
  ])('%j', (args, message) => {
    expect(() => readExplainOptions(args)).toThrow(message);
  });

  test('a workload that is not there', async () => {
    const args = ['a', '-f', 'manifests/deployment.yaml', '--workload', 'deployment/shop'];
    await expect(explainScenario(args, 'scenarios/dots.yaml', here)).rejects.toThrow(
      '--workload deployment/shop: there are deployment/web, job/report',
    );
  });

  test('a pod that has the configuration of its node, which is not given', async () => {
    const pod = 'kind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: Default, containers: [{name: a, image: alpine}]}\n';
    const folder = mkdtempSync(join(tmpdir(), 'explain-'));
    try {
      writeFileSync(join(folder, 'pod.yaml'), pod);
      writeFileSync(join(folder, 'node.conf'), 'nameserver 192.0.2.1\n');
      writeFileSync(join(folder, 'zone.yaml'), 'names: {a.example: 192.0.2.7}\n');
      const run = (...args: string[]) => explainScenario(['a.example', '-f', 'pod.yaml', ...args], 'zone.yaml', folder);
      await expect(run()).rejects.toThrow('dnsPolicy Default, which is the file of its node: --resolv-conf FILE');
      const { source, glibc } = await run('--resolv-conf', 'node.conf');
      expect(source.resolvConf).toBe('nameserver 192.0.2.1\n');
      expect(glibc.addresses).toStrictEqual(['192.0.2.7']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a scenario without anybody to ask', async () => {
    await expect(explainScenario(['cart'], 'scenarios/pod.yaml', here)).rejects.toThrow(
      'scenarios/pod.yaml has no resolvConf and names no servers; --resolv-conf or --nameserver says whom to ask',
    );
  });
});

describe('the exit code', () => {
  const ends = async (file: string, ...args: string[]) => {
    const options = readOptions('cart', ...args);
    return explainExitCode(await explainScenario(['cart', ...args], `scenarios/${file}.yaml`, here), options);
  };

  test('is 0 where resolvers differ, and 1 where that was asked about', async () => {
    expect(await ends('aaaa-denied')).toBe(0);
    expect(await ends('aaaa-denied', '--fail-on-difference')).toBe(1);
    expect(await ends('aaaa-denied', '--fail-on-difference', '--musl', '3.10')).toBe(0);
  });

  test('is 3 where no nameserver answered, but for a scenario', async () => {
    const silent = await explainScenario(['example.com'], 'scenarios/silent.yaml', here);
    const real: Explanation = { ...silent, isSimulated: false };
    expect(explainExitCode(silent, { failsOnDifference: true })).toBe(0);
    expect(explainExitCode(real, { failsOnDifference: true })).toBe(3);
  });
});

test('--nameserver takes the place of those of the configuration', async () => {
  const { source } = await explainScenario(['cart', '--nameserver', '192.0.2.9'], 'scenarios/dots.yaml', here);
  expect(source.resolvConf).toMatch(/^nameserver 192\.0\.2\.9\nsearch shop/);
  expect(source.resolvConf).not.toContain('10.96.0.10');
});

test('real nameservers are asked over real sockets', async () => {
  const server = createSocket('udp4', (query, from) => {
    const reply = Buffer.from(query);
    // QR, RA, NXDOMAIN.
    reply[2] = (reply[2] ?? 0) | 0x80;
    reply[3] = 0x83;
    server.send(reply, from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'explain-'));
  try {
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\nsearch corp.example\n');
    const done: number[] = [];
    const port = String(server.address().port);
    const options = readOptions('a.example', '--resolv-conf', 'resolv.conf', '--port', port, '--musl', '3.21');
    const explanation = await explain(options, { folder, onDone: (count, total) => done.push(count, total) });
    expect(explanation).toMatchObject({
      isSimulated: false,
      isAnswered: true,
      glibc: { outcome: 'NONAME', queries: 4 },
    });
    expect(explanation.sidecar.lookup.timeline?.candidates.map(({ name }) => name)).toStrictEqual([
      'a.example',
      'a.example.corp.example',
    ]);
    expect(done).toStrictEqual([1, 3, 2, 3, 3, 3]);
    expect(isDifferent(explanation)).toBe(false);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

test('the help fits a terminal and has examples', async () => {
  const text = commandHelp(explainCommand, 80);
  expect(text.split('\n').filter((line) => line.length > 80)).toStrictEqual([]);
  await expect(text).toMatchFileSnapshot('help/explain.txt');
});
