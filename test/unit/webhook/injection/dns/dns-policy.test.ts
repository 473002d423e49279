/** What the kubelet would write for each dnsPolicy, by the kubelet's own cases. */
import { describe, expect, test } from 'vitest';
import {
  formatResolverConfiguration,
  resolverConfigurationOf,
} from '../../../../../webhook/injection/dns/dns-policy.ts';
import type { Json, JsonObject } from '../../../../../webhook/kubernetes/json.ts';

const cluster = {
  nameservers: ['10.0.0.10'],
  clusterDomain: 'kubernetes.io',
  nodeSearches: ['host.domain'],
};

const server = { major: 1, minor: 34 };
const surroundings = { namespace: 'ns', cluster, server };

function podWith(dnsPolicy: string | undefined, dnsConfig?: Json): JsonObject {
  return { spec: { ...(dnsPolicy !== undefined && { dnsPolicy }), ...(dnsConfig !== undefined && { dnsConfig }) } };
}

function configurationOf(pod: JsonObject, from = cluster) {
  const original = resolverConfigurationOf(pod, { namespace: 'testns', cluster: from, server });
  if (!original.known) throw new Error(`not known: ${original.why}`);
  return original.configuration;
}

/** kubernetes pkg/kubelet/network/dns/dns_test.go, TestGetPodDNSCustom and TestMergeDNSOptions. */
describe("the kubelet's own cases", () => {
  const dnsConfig = {
    nameservers: ['10.0.0.11'],
    searches: ['my.domain'],
    options: [{ name: 'ndots', value: '3' }, { name: 'debug' }],
  };

  test('None with dnsConfig', () => {
    const own = { ...dnsConfig, nameservers: ['203.0.113.1'], searches: ['my.domain', 'second.domain'] };
    expect(configurationOf(podWith('None', own))).toEqual({
      nameservers: ['203.0.113.1'],
      searches: ['my.domain', 'second.domain'],
      options: ['ndots:3', 'debug'],
    });
  });

  test.each(['ClusterFirst', 'ClusterFirstWithHostNet', '', undefined])('%j with dnsConfig', (policy) => {
    expect(configurationOf(podWith(policy, dnsConfig))).toEqual({
      nameservers: ['10.0.0.10', '10.0.0.11'],
      searches: ['testns.svc.kubernetes.io', 'svc.kubernetes.io', 'kubernetes.io', 'host.domain', 'my.domain'],
      options: ['ndots:3', 'debug'],
    });
  });

  test('options: none, new and repeated ones', () => {
    const optionsOf = (options: Json): readonly string[] =>
      configurationOf(podWith('ClusterFirst', { options })).options;
    expect(optionsOf([])).toEqual(['ndots:5']);
    expect(optionsOf([{ name: 'single-request' }, { name: 'attempts', value: '3' }])).toEqual([
      'ndots:5',
      'single-request',
      'attempts:3',
    ]);
    expect(
      optionsOf([
        { name: 'attempts', value: '3' },
        { name: 'ndots', value: '3' },
      ]),
    ).toEqual(['ndots:3', 'attempts:3']);
    expect(optionsOf([{ name: 'ndots' }])).toEqual(['ndots']);
  });
});

/** TestFormDNSSearchFitsLimits, TestFormDNSNameserversFitsLimits; the node's search list brings the excess. */
describe('limits', () => {
  const searchesOf = (nodeSearches: string[]): readonly string[] =>
    configurationOf(podWith('ClusterFirst'), { ...cluster, nodeSearches }).searches.slice(3);
  const numbers = Array.from({ length: 40 }, (_, index) => `n${index}`);

  test('32 entries', () => {
    expect(searchesOf(numbers)).toEqual(numbers.slice(0, 29));
  });

  test('an entry of more than 253 characters is dropped after counting', () => {
    expect(searchesOf(['a', 'b'.repeat(254), 'c'.repeat(253), 'd'])).toEqual(['a', 'c'.repeat(253), 'd']);
    expect(searchesOf(['b'.repeat(254), ...numbers])).toEqual(numbers.slice(0, 28));
  });

  test('2048 characters, blanks included', () => {
    const own = 'testns.svc.kubernetes.io svc.kubernetes.io kubernetes.io '.length;
    const long = Array.from({ length: 10 }, (_, index) => `${index}`.padEnd(200, 'x'));
    const line = `${long.slice(0, 9).join(' ')} `;
    const last = 'y'.repeat(2048 - own - line.length);
    expect(searchesOf([...long.slice(0, 9), last])).toEqual([...long.slice(0, 9), last]);
    expect(searchesOf([...long.slice(0, 9), `${last}y`, 'z'])).toEqual(long.slice(0, 9));
  });

  test('three nameservers, repeated ones once', () => {
    const own = { nameservers: ['10.0.0.10', '192.0.2.1', '192.0.2.2'] };
    expect(configurationOf(podWith('ClusterFirst', own)).nameservers).toEqual(['10.0.0.10', '192.0.2.1', '192.0.2.2']);
    const two = { ...cluster, nameservers: ['10.0.0.10', '10.0.0.11'] };
    expect(configurationOf(podWith('ClusterFirst', own), two).nameservers).toEqual([
      '10.0.0.10',
      '10.0.0.11',
      '192.0.2.1',
    ]);
  });

  test('a search domain of the pod that the cluster has too stands once', () => {
    const own = { searches: ['svc.kubernetes.io', 'host.domain', 'x.example'] };
    expect(configurationOf(podWith('ClusterFirst', own)).searches.slice(3)).toEqual(['host.domain', 'x.example']);
  });
});

describe('not known', () => {
  test('Default: only the node knows', () => {
    expect(resolverConfigurationOf(podWith('Default'), surroundings)).toEqual({ known: false, why: 'node' });
  });

  test('ClusterFirst without cluster DNS; None does not need it', () => {
    expect(resolverConfigurationOf(podWith('ClusterFirst'), { ...surroundings, cluster: undefined })).toEqual({
      known: false,
      why: 'cluster',
    });
    const own = podWith('None', { nameservers: ['192.0.2.1'] });
    expect(resolverConfigurationOf(own, { ...surroundings, cluster: undefined }).known).toBe(true);
  });

  test('DNS fields that the API server refuses or may refuse: known no more, unless the pod keeps them', () => {
    const bad = { nameservers: ['dns.example'] };
    const legacy = { nameservers: ['010.0.0.10'] };
    const whyOf = (policy: string, dnsConfig: Json, minor: number): unknown => {
      const original = resolverConfigurationOf(podWith(policy, dnsConfig), {
        ...surroundings,
        server: { major: 1, minor },
      });
      return original.known ? original.configuration.nameservers : original.why;
    };
    expect(whyOf('ClusterFirst', bad, 34)).toBe('invalid');
    expect(whyOf('Default', bad, 34)).toBe('invalid');
    expect(whyOf('ClusterFirst', legacy, 34)).toEqual(['10.0.0.10', '010.0.0.10']);
    expect(whyOf('ClusterFirst', legacy, 37)).toBe('unsure');
    expect(whyOf('Default', legacy, 37)).toBe('node');
  });
});

test('text: search before nameservers before options, no empty line', () => {
  const configuration = {
    nameservers: ['192.0.2.1', '2001:db8::1'],
    searches: ['a', 'b'],
    options: ['ndots:2', 'rotate'],
  };
  expect(formatResolverConfiguration(configuration)).toBe(
    'search a b\nnameserver 192.0.2.1\nnameserver 2001:db8::1\noptions ndots:2 rotate\n',
  );
  expect(formatResolverConfiguration({ nameservers: ['192.0.2.1'], searches: [], options: [] })).toBe(
    'nameserver 192.0.2.1\n',
  );
});
