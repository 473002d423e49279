/** What the failures of nameservers come to: groups of pods, names, and each failure on its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../../../cli/check/check.ts';
import { readCheckOptions } from '../../../../cli/check/options.ts';
import { playedFailures } from '../../../../cli/check/played-failures.ts';
import { checkDocument } from '../../../../cli/check/print.ts';
import type { WhatIfGroup } from '../../../../cli/check/what-if.ts';
import { cellText, whatIfText } from '../../../../cli/check/what-if-text.ts';
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

async function played(text: string, ...args: string[]): Promise<readonly WhatIfGroup[]> {
  const folder = mkdtempSync(join(tmpdir(), 'what-if-'));
  try {
    writeFileSync(join(folder, 'pods.yaml'), text);
    const options = readOptions('-f', 'pods.yaml', '--what-if', ...args);
    const result = check(options, folder);
    const groups = (await playedFailures(result, options, () => {})) ?? [];
    const schema = JSON.parse(readFileSync('docs/schemas/check-report-v1.schema.json', 'utf8')) as object;
    const validate = new Ajv2020({ allErrors: true }).compile(schema);
    validate(checkDocument(result, groups));
    expect(validate.errors ?? []).toStrictEqual([]);
    return groups;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('pods of a manifest', () => {
  let groups: readonly WhatIfGroup[] = [];
  beforeAll(async () => {
    groups = await played(manifest);
  });

  const cells = (scenario: string, name: string): string[] => {
    const row = groups[0]?.rows.find((each) => each.scenario === scenario && each.name === name);
    if (row === undefined) throw new Error(`no row ${scenario}, ${name}`);
    const measure = row.glibc.addresses.length;
    return [[row.glibc], row.musl, row.sidecar].map((lookups) => cellText(lookups, measure));
  };

  test('are one group where configuration, musl and names are equal', () => {
    expect(groups.map(({ workloads }) => workloads)).toStrictEqual([
      ['Pod shop/web', 'Pod shop/other'],
      ['Pod shop/named'],
    ]);
  });

  test('ask for names of their own, else for a Service and some usual ones', () => {
    const namesOf = (group: WhatIfGroup | undefined) => [...new Set(group?.rows.map(({ name }) => name))];
    expect(namesOf(groups[0])).toStrictEqual([
      'cart',
      'cart.shop',
      'cart.shop.svc.cluster.local',
      'example.com',
      'a.b.c.example.com',
      'no-such-name',
    ]);
    expect(namesOf(groups[1])).toStrictEqual(['db.example.org']);
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
      '    cart +4             ok            not found                 ok',
    );
  });
});

test('names of the command line take the place of those of pods', async () => {
  const groups = await played(manifest, '--name', 'www.example.net');
  expect(new Set(groups.flatMap(({ rows }) => rows.map(({ name }) => name)))).toStrictEqual(
    new Set(['www.example.net']),
  );
});

test('as in its pod, the sidecar waits for a silent nameserver once for all candidates', async () => {
  const dns = `{nameservers: [192.0.2.1, 192.0.2.2, 192.0.2.3], searches: [a.test, b.test, c.test], options: [{name: ndots, value: '5'}, {name: timeout, value: '1'}]}`;
  const pod = `kind: Pod\nmetadata: {name: a}\nspec: {dnsPolicy: None, dnsConfig: ${dns}, containers: [{name: a, image: alpine:3.21}]}\n`;
  const [group] = await played(pod, '--name', 'example.com');
  const row = group?.rows.find(({ scenario }) => scenario === 'the first nameserver is silent');
  expect([row?.glibc, row?.sidecar[0]].map((lookup) => lookup?.elapsedMs)).toStrictEqual([4000, 1000]);
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

test('without --what-if nothing is played', async () => {
  const options = readOptions('-f', 'opted-in.yaml');
  const result = check(options, join(import.meta.dirname, 'given'));
  expect(await playedFailures(result, options, () => {})).toBeUndefined();
});

test.each([
  [['-f', 'a', '--name', 'b'], '--name is looked up by --what-if, which is not given'],
  [['-f', 'a', '--what-if', '--name', 'b c'], '--name "b c": that is no name that can be looked up'],
])('wrong use: %j', (args, message) => {
  expect(() => readCheckOptions(args)).toThrow(message);
});
