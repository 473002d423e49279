/** What the failures of nameservers come to: groups of pods, names, and each failure on its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../../../cli/check/check.ts';
import { readCheckOptions } from '../../../../cli/check/options.ts';
import { createPlayedFailures, type PlayedFailures } from '../../../../cli/check/played-failures.ts';
import type { PodFacts } from '../../../../cli/check/pod-facts.ts';
import { checkDocument, documentPieces } from '../../../../cli/check/print.ts';
import { leftOutText } from '../../../../cli/check/what-if-left-out.ts';
import { playLookup, type Resolver } from '../../../../cli/check/what-if-play.ts';
import { stagedLookups, type WhatIfGroup } from '../../../../cli/check/what-if.ts';
import { cellText, whatIfText } from '../../../../cli/check/what-if-text.ts';
import type { LookupResult } from '../../../../cli/models/lookup.ts';
import { formatDocument } from '../../../../cli/report/format-document.ts';
import { inFolder } from '../inject/files.ts';
import { readOptions } from './read-options.ts';

const manifest = `kind: Service
apiVersion: v1
metadata: {name: cart, namespace: shop}
---
kind: Namespace
apiVersion: v1
metadata: {name: shop}
---
kind: Pod
apiVersion: v1
metadata: {name: web, namespace: shop}
spec:
  dnsConfig: {nameservers: [192.0.2.53], options: [{name: ndots, value: '2'}]}
  containers: [{name: web, image: 'alpine:3.21'}]
---
kind: Pod
apiVersion: v1
metadata: {name: other, namespace: shop}
spec:
  dnsConfig: {nameservers: [192.0.2.53], options: [{name: ndots, value: '2'}]}
  containers: [{name: web, image: 'alpine:3.21'}]
---
kind: Pod
apiVersion: v1
metadata: {name: named, namespace: shop}
spec:
  containers: [{name: web, image: 'node:22-alpine3.16', env: [{name: DB_HOST, value: db.example.org}]}]
---
kind: Pod
apiVersion: v1
metadata: {name: node-dns, namespace: shop}
spec: {dnsPolicy: Default, containers: [{name: web, image: 'alpine:3.21'}]}
---
kind: Pod
apiVersion: v1
metadata: {name: debian, namespace: shop}
spec: {containers: [{name: web, image: 'debian:12'}]}
`;

/** Enough to be played; how many there are is what the tests of loss see. */
const fewRuns = 3;

async function played(text: string, ...args: string[]): Promise<readonly WhatIfGroup[]> {
  return playedWith(fewRuns, text, ...args);
}

async function playedWith(lossRuns: number, text: string, ...args: string[]): Promise<readonly WhatIfGroup[]> {
  const { report, document } = await reportOf(text, { lossRuns }, ...args);
  expect(schemaErrorsOf(document)).toStrictEqual([]);
  return report.groups;
}

async function reportOf(text: string, playing: Parameters<PlayedFailures['play']>[1], ...args: string[]) {
  const options = readOptions('-f', 'pods.yaml', '--what-if', ...args);
  const failures = createPlayedFailures(options);
  const result = inFolder({ 'pods.yaml': text }, (folder) => check(options, folder, { onPod: failures.addPod }));
  const report = await failures.play(() => {}, { lossRuns: fewRuns, ...playing });
  if (report === undefined) throw new Error('nothing is played');
  return { result, report, document: checkDocument(result, report) };
}

function schemaErrorsOf(document: object): object[] {
  const schema = JSON.parse(readFileSync('docs/schemas/check-report-v1.schema.json', 'utf8')) as object;
  const validate = new Ajv2020({ allErrors: true }).compile(schema);
  validate(document);
  return validate.errors ?? [];
}

function cellsOf(group: WhatIfGroup | undefined, scenario: string, name: string): string[] {
  const row = group?.rows.find((each) => each.scenario === scenario && each.names.includes(name));
  if (row === undefined) throw new Error(`no row ${scenario}, ${name}`);
  const measure = row.glibc.addresses.length;
  return [[row.glibc], row.musl, row.sidecar].map((lookups) => cellText(lookups, measure));
}

describe('pods of a manifest', () => {
  let groups: readonly WhatIfGroup[] = [];
  beforeAll(async () => {
    groups = await played(manifest);
  });

  const cells = (scenario: string, name: string): string[] => cellsOf(groups[0], scenario, name);

  test('are one group where configuration, musl and names are equal', () => {
    expect(groups.map(({ workloads }) => workloads)).toStrictEqual([
      ['Pod shop/web', 'Pod shop/other'],
      ['Pod shop/named'],
    ]);
  });

  test('ask for names of their own, else for a Service and some usual ones', () => {
    const namesOf = (group: WhatIfGroup | undefined) => [...new Set(group?.rows.flatMap(({ names }) => names))];
    expect(namesOf(groups[0])).toStrictEqual([
      'cart',
      'cart.shop',
      'cart.shop.svc.cluster.local',
      'example.com',
      'a.b.c.example.com',
      'no-such-name',
    ]);
    expect(namesOf(groups[1])).toStrictEqual(['db.example.org', 'cart']);
  });

  test.each([
    ['all is well', 'cart', ['ok', 'ok', 'ok']],
    ['all is well', 'no-such-name', ['not found', 'not found', 'not found']],
    ['the first nameserver is silent', 'cart', ['ok 5.0s', 'ok', 'ok 5.0s']],
    ['the first nameserver refuses', 'cart', ['ok', 'ok', 'ok']],
    ['the first nameserver knows nothing', 'example.com', ['not found', 'not found', 'not found']],
    ['the servers of the last search domain fail', 'example.com', ['ok', 'fails 5.0s', 'ok']],
    ['AAAA gets SERVFAIL', 'cart', ['ok', 'fails 5.0s', 'ok']],
    ['AAAA gets NXDOMAIN', 'cart', ['ok', 'not found', 'ok']],
    ['a long answer, over TCP', 'cart', ['ok', 'ok', 'ok']],
    ['a long answer, and no TCP', 'cart', ['fails', 'fails', 'fails 10.0s']],
    ['cluster DNS is away for a minute, no stale answers', 'cart', ['not found 35.0s', 'fails 5.0s', 'fails 10.0s']],
    ['cluster DNS is away for a minute, with stale answers', 'cart', ['not found 35.0s', 'fails 5.0s', 'ok 1.8s']],
    ['cluster DNS is away for a minute, with stale answers', 'example.com', ['ok 35.0s', 'fails 5.0s', 'ok 1.8s']],
  ])('%s: %s', (scenario, name, expected) => {
    expect(cells(scenario, name)).toStrictEqual(expected);
  });

  test('where AAAA gets no reply, musl drops the address that A brought', () => {
    const [glibc, musl, sidecar] = cells('AAAA gets no reply', 'cart');
    expect([glibc?.slice(0, 2), musl?.slice(0, 5), sidecar?.slice(0, 2)]).toStrictEqual(['ok', 'fails', 'ok']);
  });

  test('are told at 80 columns', () => {
    for (const isAll of [false, true]) {
      const lines = whatIfText(groups, isAll, 80);
      expect(lines.filter((line) => line.length > 80)).toStrictEqual([]);
      expect(lines).toContain('Pod shop/web and 1 like it: musl 1.2.5 (Alpine 3.21), without the sidecar');
      expect(lines.includes('  all is well')).toBe(isAll);
    }
    expect(whatIfText(groups, false, 80)).toContain(
      '    cart +4             ok              not found               ok',
    );
  });
});

test('cells stand apart, however long they are', async () => {
  const dns = `{nameservers: [192.0.2.1, 192.0.2.2, 192.0.2.3], searches: [a.test, b.test], options: [{name: ndots, value: '5'}]}`;
  const pod = `kind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: None, dnsConfig: ${dns}, containers: [{name: a, image: 'node:alpine'}]}\n`;
  const groups = await played(pod, '--name', 'db.example.org', '--name', 'no-such-name');
  const text = (columns: number) => `${whatIfText(groups, false, columns).join('\n')}\n`;
  for (const columns of [60, 80, 120]) {
    const lines = text(columns).split('\n');
    expect(lines.filter((line) => line.length > columns)).toStrictEqual([]);
    // Each end begins a cell, or follows another one.
    expect(lines.filter((line) => /\ds(?! |$)|\S(?:ok|fails|not found)\b/.test(line))).toStrictEqual([]);
  }
  const slow = groups.map((group) => ({
    ...group,
    rows: group.rows.map((row) => ({ ...row, glibc: { ...row.glibc, elapsedMs: 150_000 } })),
  }));
  const lines = whatIfText(slow, false, 80);
  expect(lines.slice(lines.findIndex((line) => line.startsWith('    no-such-name'))).slice(0, 2)).toStrictEqual([
    '    no-such-name        not found       not found               not found 5.6s',
    '                        150.0s',
  ]);
  await expect(text(80)).toMatchFileSnapshot('expected/what-if.txt');
  await expect(text(60)).toMatchFileSnapshot('expected/what-if-narrow.txt');
}, 20_000);

describe('what the manifests say of names', () => {
  const around = `kind: Service
apiVersion: v1
metadata: {name: queue, namespace: shop}
spec: {type: ExternalName, externalName: mq.example.net.}
---
kind: Service
apiVersion: v1
metadata: {name: cart, namespace: shop}
---
kind: Service
apiVersion: v1
metadata: {name: other, namespace: elsewhere}
spec: {type: ExternalName, externalName: other.example.net}
---
kind: Ingress
apiVersion: networking.k8s.io/v1
metadata: {name: web, namespace: shop}
spec:
  rules: [{host: shop.example.com}, {host: '*.example.com'}, {http: {paths: []}}]
  tls: [{hosts: [shop.example.com, www.example.com]}]
---
kind: Pod
apiVersion: v1
metadata: {name: web, namespace: shop}
spec:
  containers: [{name: web, image: 'alpine:3.21', env: [{name: DB_HOST, value: db.example.org}]}]
---
kind: Pod
apiVersion: v1
metadata: {name: far, namespace: elsewhere}
spec:
  containers: [{name: web, image: 'alpine:3.21'}]
`;
  let groups: readonly WhatIfGroup[] = [];
  beforeAll(async () => {
    groups = await played(around);
  });

  test('are names of the pods of a namespace: its own, hosts of ExternalName and Ingress, Services', () => {
    const namesOf = (group: WhatIfGroup | undefined) => [...new Set(group?.rows.flatMap(({ names }) => names))];
    expect(groups.map(namesOf)).toStrictEqual([
      ['db.example.org', 'mq.example.net', 'shop.example.com', 'www.example.com', 'queue', 'cart'],
      ['other.example.net', 'other'],
    ]);
  });

  test.each([
    ['all is well', 'queue', ['ok', 'ok', 'ok']],
    ['AAAA gets NXDOMAIN', 'queue', ['ok', 'not found', 'ok']],
    ['all is well', 'mq.example.net', ['ok', 'ok', 'ok']],
    ['all is well', 'shop.example.com', ['ok', 'ok', 'ok']],
  ])('%s: %s', (scenario, name, expected) => {
    expect(cellsOf(groups[0], scenario, name)).toStrictEqual(expected);
  });

  test('a Service of type ExternalName is an alias, with the addresses of the world outside', () => {
    const row = groups[0]?.rows.find(({ scenario, names }) => scenario === 'all is well' && names.includes('queue'));
    expect(row?.glibc.addresses).toStrictEqual(['192.0.2.80', '2001:db8::80']);
  });
});

describe('5 % loss', () => {
  const pod = `kind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: None, dnsConfig: {nameservers: [192.0.2.1], searches: [a.test]}, containers: [{name: a, image: alpine:3.21}]}\n`;

  test('is the share of a thousand runs that succeeds, and the 99th percentile', async () => {
    const [group] = await playedWith(1000, pod, '--name', 'db.example.org', '--name', 'x');
    const rows = group?.losses.map(({ names: [name], glibc, musl, sidecar }) => [
      name,
      ...[[glibc], musl, sidecar].map((ends) => cellText(ends, 0)),
    ]);
    expect(rows).toStrictEqual([
      ['db.example.org', '99.9% 10.0s', '98.4% 5.0s', '100% 5.3s'],
      ['x', '100% 15.0s', '98.4% 5.0s', '100% 5.6s'],
    ]);
    // Both questions are answered at once, but for the chance that one is lost, twice.
    const expected = (1 - 0.0975 ** 2) ** 2;
    expect(group?.losses[0]?.musl[0]?.share).toBeCloseTo(expected, 2);
    expect(group?.losses[0]?.glibc.playedRuns).toBeLessThan(30);
    expect(group?.losses[0]?.isDifferent).toBe(true);
  });

  test('stands in the table below what it measures', async () => {
    const groups = await playedWith(1000, pod, '--name', 'db.example.org');
    const lines = whatIfText(groups, false, 80);
    expect(lines.slice(-2)).toStrictEqual([
      '  5 % loss: share that succeeds, and 99th percentile',
      '    db.example.org      99.9% 10.0s     98.4% 5.0s              100% 5.3s',
    ]);
  });

  test('is shared by lookups that are alike, and is what each of them comes to alone', async () => {
    const dns = `{nameservers: [192.0.2.1, 192.0.2.2], searches: [a.test, bb.example], options: [{name: ndots, value: '2'}]}`;
    const one = `kind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: None, dnsConfig: ${dns}, containers: [{name: a, image: alpine:3.21}]}\n`;
    const names = ['x', 'longer-than-x', 'db.example.org', 'd.a.org', 'a.b.example.net', 'e.ff.g.org', 'x.', 'yy.'];
    const lossesOf = async (...words: string[]) => {
      const [group] = await playedWith(200, one, ...words.flatMap((name) => ['--name', name]));
      return (group?.losses ?? []).flatMap(({ names: alike, glibc, musl, sidecar }) =>
        alike.map((name) => ({ name, glibc, musl, sidecar })),
      );
    };
    const shared = await lossesOf(...names);
    expect(new Set(shared.map(({ glibc }) => glibc)).size).toBeLessThan(names.length);
    const alone: unknown[] = [];
    for (const { name } of shared) alone.push(...(await lossesOf(name)));
    expect(shared).toHaveLength(names.length);
    expect(alone).toStrictEqual(shared);
  });

  test('does not hang on what things are called', async () => {
    const lossesOf = async (...names: string[]) => {
      const [group] = await playedWith(100, pod, ...names.flatMap((name) => ['--name', name]));
      return group?.losses.flatMap(({ names: alike, glibc, musl, sidecar }) =>
        alike.map(() => ({ glibc, musl, sidecar })),
      );
    };
    const [first, second] = (await lossesOf('db.example.org', 'cache-of-theirs.example.net')) ?? [];
    expect(second).toStrictEqual(first);
    expect(await lossesOf('cache-of-theirs.example.net')).toStrictEqual([first]);
  });
});

test('names that are alike are played once, and come to what each of them would', async () => {
  const names = [
    ...['cart', 'Cart', 'no-such-name', 'other-name', 'db.example.org', 'database.example.org', 'db.example.org.'],
    ...[
      'under_score',
      'x.glibc.internal',
      'é.example',
      `${'a'.repeat(70)}.example`,
      Array(35).fill('longer').join('.'),
    ],
  ];
  const options = readOptions('-f', 'pods.yaml', '--what-if', ...names.flatMap((name) => ['--name', name]));
  const failures = createPlayedFailures(options);
  const pods: PodFacts[] = [];
  inFolder({ 'pods.yaml': manifest }, (folder) =>
    check(options, folder, {
      onPod(facts) {
        if (pods.push(facts) === 1) failures.addPod(facts);
      },
    }),
  );
  const [group] = (await failures.play(() => {}, { lossRuns: fewRuns }))?.groups ?? [];
  const [pod] = pods;
  const [musl] = pod?.musl.members ?? [];
  if (group === undefined || pod === undefined || musl === undefined) throw new Error('nothing is played');
  const { generation } = musl;
  const ends = (lookups: readonly LookupResult[]) =>
    lookups.map(({ outcome, addresses, elapsedMs }) => `${outcome} ${addresses.join(' ')} ${elapsedMs}`);
  const expected: unknown[] = [];
  for (const staged of stagedLookups(pod, { names, clusterDomain: 'cluster.local' })) {
    const resolvers: Resolver[] = [{ is: 'glibc' }, { is: 'musl', generation }, { is: 'sidecar', generation }];
    const alone: LookupResult[] = [];
    for (const resolver of resolvers) alone.push(await playLookup(resolver, staged));
    expected.push([staged.scenario.title, staged.name, ...ends(alone)]);
  }
  const shared = group.rows.flatMap(({ scenario, names: alike, glibc, musl: others, sidecar }) =>
    alike.map((name) => [scenario, name, ...ends([glibc, ...others, ...sidecar])]),
  );
  const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted();
  expect(sorted(shared)).toStrictEqual(sorted(expected));
});

describe('many pods', () => {
  const pairs = (namespace: string, count: number) =>
    Array.from(
      { length: count },
      (_, i) => `kind: Service
apiVersion: v1
metadata: {name: s${i}, namespace: ${namespace}}
---
kind: Pod
apiVersion: v1
metadata: {name: w${i}, namespace: ${namespace}}
spec: {containers: [{name: web, image: 'alpine:3.21', env: [{name: DB_HOST, value: db${i}.example.com}]}]}
---
`,
    ).join('');

  test('of one namespace are one group with the names of all, and a row stands for those that are alike', async () => {
    const [few, many] = [await played(pairs('shop', 9)), await played(pairs('shop', 90))];
    // `db10` is longer than `db1`, which counts where answers are long.
    expect([few, many].map((groups) => groups.map(({ workloads }) => workloads.length))).toStrictEqual([[9], [90]]);
    expect(many[0]?.rows.length).toBeLessThan(2.5 * (few[0]?.rows.length ?? 0));
    const names = many[0]?.rows.filter(({ scenario }) => scenario === 'all is well').flatMap((row) => row.names);
    expect(new Set(names).size).toBe(180);
    expect(names).toHaveLength(180);
  });

  test('a signal ends the playing in the middle of a group, and those that are done are told', async () => {
    const controller = new AbortController();
    const text = ['a', 'b', 'c'].map((namespace) => pairs(namespace, 1)).join('');
    setImmediate(() => controller.abort());
    const { result, report } = await reportOf(text, { lossRuns: 1000, signal: controller.signal });
    expect(report.total).toBe(3);
    expect(report.groups.length).toBeLessThan(3);
    expect(checkDocument(result, report)).toMatchObject({ isComplete: false });
    expect(checkDocument(result, { ...report, total: report.groups.length })).not.toHaveProperty('isComplete');
  });

  test('names that are like no other are played up to a bound, and the rest is counted', async () => {
    const names = ['a_1.example', 'plain.example', 'a_2.example', 'other.example', 'a_3.example', 'a_4.example'];
    const args = names.flatMap((name) => ['--name', name]);
    const { result, report } = await reportOf(pairs('shop', 1), { maxUnlike: 3 }, ...args);
    const [group] = report.groups;
    expect(group?.losses.map((row) => row.names)).toStrictEqual([
      ['a_1.example'],
      ['plain.example', 'other.example'],
      ['a_2.example'],
    ]);
    expect(checkDocument(result, report)).toMatchObject({ whatIf: [{ unplayedNames: 2 }] });
    expect(whatIfText(report.groups, false, 80)).toContain('  Not played: 2 names more, none of them like these.');
  });
});

test('a long document is written in pieces, and is the same', async () => {
  const options = readOptions('-f', 'opted-in.yaml');
  const result = check(options, join(import.meta.dirname, 'given'));
  const two = await played(manifest, '--name', 'a');
  for (const groups of [[], two.slice(0, 1), two]) {
    const report = { groups, total: two.length, leftOut: [] };
    expect([...documentPieces(result, report, { output: 'json', failOn: undefined })].join('')).toBe(
      formatDocument(checkDocument(result, report), 'json'),
    );
  }
});

test('names of the command line take the place of those of pods', async () => {
  const groups = await played(manifest, '--name', 'www.example.net');
  expect(new Set(groups.flatMap(({ rows }) => rows.flatMap(({ names }) => names)))).toStrictEqual(
    new Set(['www.example.net']),
  );
});

test('as in its pod, the sidecar waits for a silent nameserver once for all candidates', async () => {
  const dns = `{nameservers: [192.0.2.1, 192.0.2.2, 192.0.2.3], searches: [a.test, b.test, c.test], options: [{name: ndots, value: '5'}, {name: timeout, value: '1'}]}`;
  const pod = `kind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: None, dnsConfig: ${dns}, containers: [{name: a, image: alpine:3.21}]}\n`;
  const [group] = await played(pod, '--name', 'example.com');
  const row = group?.rows.find(({ scenario }) => scenario === 'the first nameserver is silent');
  expect([row?.glibc, row?.sidecar[0]].map((lookup) => lookup?.elapsedMs)).toStrictEqual([4000, 1001]);
});

test('a failure that cannot be is left out', async () => {
  const pod =
    'kind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: None, dnsConfig: {nameservers: [192.0.2.1]}, containers: [{name: a, image: alpine:3.21}]}\n';
  const [group] = await played(pod, '--name', 'example.com');
  const scenarios = new Set(group?.rows.map(({ scenario }) => scenario));
  expect(scenarios).not.toContain('the first nameserver is silent');
  expect(scenarios).not.toContain('the servers of the last search domain fail');
  expect(scenarios).toContain('no nameserver replies');
});

test('pods on Alpine whose configuration is not known are named, with why', async () => {
  const one = (name: string, spec: string) =>
    `kind: Pod\nmetadata: {name: ${name}}\nspec: {${spec}, containers: [{name: a, image: alpine:3.21}]}\n---\n`;
  const invalid = `dnsPolicy: None, dnsConfig: {nameservers: [not-an-address]}`;
  const text = [one('a', 'dnsPolicy: Default'), one('b', 'dnsPolicy: Default'), one('c', invalid)].join('');
  const { report, document } = await reportOf(text, {});
  const lines = leftOutText(report, 80);
  expect(lines.slice(0, 4)).toStrictEqual([
    'Nothing to play: there is no pod on Alpine whose DNS configuration is known.',
    'Not played, 2 pods: Pod default/a, Pod default/b: its dnsPolicy is Default: only',
    '  its node knows its configuration.',
    'Not played, 1 pod: Pod default/c: the API server refuses its DNS configuration:',
  ]);
  expect(leftOutText({ ...report, leftOut: [], total: 1 }, 80)).toStrictEqual([
    'Interrupted: 0 of 1 groups of pods were played.',
  ]);
  expect(schemaErrorsOf(document)).toStrictEqual([]);
  expect(document).toMatchObject({ whatIfLeftOut: [{}, {}, { workload: 'Pod default/c' }], whatIf: [] });
});

test('without --what-if nothing is played', async () => {
  const options = readOptions('-f', 'opted-in.yaml');
  const failures = createPlayedFailures(options);
  check(options, join(import.meta.dirname, 'given'), { onPod: failures.addPod });
  expect(await failures.play(() => {})).toBeUndefined();
});

test.each([
  [['-f', 'a', '--name', 'b'], '--name is looked up by --what-if, which is not given'],
  [['-f', 'a', '--what-if', '--name', 'b c'], '--name "b c": that is no name that can be looked up'],
])('wrong use: %j', (args, message) => {
  expect(() => readCheckOptions(args)).toThrow(message);
});
