/** What a query asks for, by the marker, the mode and the question itself. */
import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../../shared/settings/read-settings.ts';
import { sidecarSettings } from '../../../../shared/settings/settings.ts';
import { buildConfiguration } from '../../../../sidecar/decide/configuration/configuration.ts';
import { clientFlag } from '../../../../sidecar/decide/query/client-flags.ts';
import { readRequest } from '../../../../sidecar/decide/query/request.ts';
import type { ConfigurationSnapshot } from '../../../../sidecar/decide/configuration/snapshot.ts';
import { encodeName, formatName, rootName } from '../../../../sidecar/wire/name.ts';

const types: Readonly<Record<string, number>> = { A: 1, AAAA: 28, PTR: 12, TXT: 16 };

function snapshotOf(
  mode: string,
  podFile: string,
  filter: string,
  profile: string,
  filterAaaa: string,
): ConfigurationSnapshot {
  const environment = {
    RESOLVER_FILTER_AAAA: filterAaaa,
    RESOLVER_MODE: mode,
    RESOLVER_HOST_NAME_FILTER: filter,
    RESOLVER_PROFILE: profile,
  };
  const { values } = readEnvironment(sidecarSettings, environment);
  return buildConfiguration({
    environment: values,
    annotationsText: undefined,
    resolvConfText: 'nameserver 192.0.2.1\n',
    podResolvConfText: podFile,
    hosts: [],
    hostName: '',
    ownAddresses: new Set(),
    upstreamSockets: 6000,
  }).snapshot;
}

/**
 * `search foo, 0 dots, hosts`, `as it is foo`, with `whole` where the reply passes as it came, or `no such name`. Query:
 * type, name, then `ad`, `opt` and `do` where it has them.
 */
function asked(
  query: string,
  mode = 'marker',
  { podFile = '', filter = 'true', profile = 'pod', filterAaaa = 'false' } = {},
): string {
  const [type = '', text = '', ...flags] = query.split(' ');
  const name = text === '.' ? rootName : encodeName(text);
  if (name === undefined) throw new Error(`no such name: ${text}`);
  const flagOf = { ad: clientFlag.ad, do: clientFlag.dnssecOk };
  const reading = {
    name,
    type: types[type] ?? 0,
    edns: flags.includes('opt') || flags.includes('do'),
    flags: Object.entries(flagOf).reduce((sum, [flag, bit]) => (flags.includes(flag) ? sum | bit : sum), 0),
  };
  const request = readRequest(reading, snapshotOf(mode, podFile, filter, profile, filterAaaa));
  if (request.do === 'negative') return 'no such name';
  expect(request.do).toBe('search');
  const { search, marked, usesHosts, whole } = request;
  return [
    `${search.absolute ? 'as it is' : 'search'} ${formatName(search.name)}`,
    `${search.dots} dots`,
    ...(marked ? ['marked'] : []),
    ...(usesHosts ? ['hosts'] : []),
    ...(whole ? ['whole'] : []),
  ].join(', ');
}

describe('marker mode', () => {
  test.each([
    ['A foo.glibc.internal', 'search foo, 0 dots, marked, hosts'],
    ['AAAA a.b.c.GLIBC.Internal', 'search a.b.c, 2 dots, marked, hosts'],
    ['TXT foo.glibc.internal', 'search foo, 0 dots, marked, hosts'],
    ['A foo', 'as it is foo, 0 dots'],
    ['A foo.test', 'as it is foo.test, 1 dots'],
    ['TXT foo', 'as it is foo, 0 dots, whole'],
    ['PTR 1.2.0.192.in-addr.arpa', 'as it is 1.2.0.192.in-addr.arpa, 5 dots, whole'],
    ['A glibc.internal', 'no such name'],
    ['A foo.glibc.internal.glibc.internal', 'no such name'],
    ['A xglibc.internal', 'as it is xglibc.internal, 1 dots'],
    ['A .', 'as it is ., 0 dots'],
    ['A foo do', 'as it is foo, 0 dots, whole'],
    ['A f:o do', 'as it is f:o, 0 dots, whole'],
    ['A foo.glibc.internal do', 'search foo, 0 dots, marked, hosts'],
  ])('%s: %s', (query, request) => {
    expect(asked(query)).toBe(request);
  });
});

test('without IPv6 addresses a validator gets no signed ones either', () => {
  expect(asked('AAAA foo do', 'as-is', { filterAaaa: 'true' })).toBe('as it is foo, 0 dots');
  expect(asked('A foo do', 'as-is', { filterAaaa: 'true' })).toBe('as it is foo, 0 dots, whole');
});

describe('profile host: every query may be for a local name', () => {
  test.each([
    ['A foo', 'as it is foo, 0 dots, hosts'],
    ['TXT foo', 'as it is foo, 0 dots, hosts, whole'],
    ['A foo do', 'as it is foo, 0 dots, hosts, whole'],
    ['PTR 1.2.0.192.in-addr.arpa', 'as it is 1.2.0.192.in-addr.arpa, 5 dots, hosts, whole'],
    ['A foo.glibc.internal', 'search foo, 0 dots, marked, hosts'],
  ])('%s: %s', (query, request) => {
    expect(asked(query, 'as-is', { profile: 'host' })).toBe(request);
    if (!query.includes('glibc')) expect(asked(query, 'as-is')).toBe(request.replace(', hosts', ''));
  });
});

describe('plain mode', () => {
  test.each([
    ['A foo', 'search foo, 0 dots, hosts'],
    ['AAAA foo.test', 'search foo.test, 1 dots, hosts'],
    ['TXT foo', 'as it is foo, 0 dots, whole'],
    ['PTR foo', 'as it is foo, 0 dots, hosts, whole'],
    ['A foo ad', 'as it is foo, 0 dots'],
    ['A foo ad opt', 'search foo, 0 dots, hosts'],
    ['A foo opt', 'search foo, 0 dots, hosts'],
    ['A foo do', 'as it is foo, 0 dots, whole'],
    ['PTR foo do', 'as it is foo, 0 dots, whole'],
    ['A foo.glibc.internal', 'search foo, 0 dots, marked, hosts'],
    ['A .', 'as it is ., 0 dots, hosts'],
  ])('%s: %s', (query, request) => {
    expect(asked(query, 'plain')).toBe(request);
  });

  test('a raw call of musl looks like getaddrinfo of glibc where the file has trust-ad', () => {
    expect(asked('A foo ad', 'plain', { podFile: 'options trust-ad\n' })).toBe('search foo, 0 dots, hosts');
  });
});

describe('names that glibc refuses before it asks', () => {
  test.each([
    ['A f:o.glibc.internal', 'no such name'],
    ['AAAA -foo.glibc.internal', 'no such name'],
    ['A f:o', 'no such name'],
    ['A f:o ad', 'as it is f:o, 0 dots'],
    ['A f:o opt', 'as it is f:o, 0 dots'],
    ['TXT f:o', 'as it is f:o, 0 dots, whole'],
    ['A foo.glibc.internal', 'search foo, 0 dots, marked, hosts'],
  ])('%s: %s', (query, request) => {
    expect(asked(query)).toBe(request);
  });

  test('AD does not tell them apart where the file has trust-ad', () => {
    expect(asked('A f:o ad', 'marker', { podFile: 'options trust-ad\n' })).toBe('no such name');
  });

  test('host-name-filter: false lets them through', () => {
    expect(asked('A f:o', 'marker', { filter: 'false' })).toBe('as it is f:o, 0 dots');
  });
});
