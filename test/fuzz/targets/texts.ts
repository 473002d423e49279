/** The files that others write: resolv.conf, hosts, and the mounted annotations. */
import { maxServers, parseResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';
import { formatResolvConf } from '../../support/machine/resolv-conf-text.ts';
import { buildConfiguration, type Configuration } from '../../../sidecar/decide/configuration/configuration.ts';
import { lookupHostsPointer } from '../../../sidecar/decide/hosts/hosts.ts';
import { hostsBudgetBytes, parseHosts } from '../../../sidecar/decide/hosts/hosts-table.ts';
import { lookupHosts } from '../../support/cases/hosts-answer.ts';
import { hostsPlan, hostsReply } from '../../../sidecar/decide/hosts/hosts-plan.ts';
import { recordsOf } from '../../../sidecar/decide/reply/reply-plan.ts';
import { parseAddressBytes } from '../../../shared/values/address-bytes.ts';
import { startCandidates, stepCandidates } from '../../../sidecar/decide/search/candidates.ts';
import {
  searchConfiguration,
  type SearchConfiguration,
} from '../../../sidecar/decide/configuration/search-configuration.ts';
import { composeReply } from '../../../sidecar/wire/compose.ts';
import { viewQuery } from '../../../sidecar/wire/message-view.ts';
import { encodeName, rootName, type WireName } from '../../../sidecar/wire/name.ts';
import { readEnvironment } from '../../../shared/settings/read-settings.ts';
import { sidecarSettings } from '../../../shared/settings/settings.ts';
import { query } from '../../support/wire/messages.ts';
import { checkReply } from '../check-reply.ts';
import type { Target } from '../target.ts';

const text = (source: string): Uint8Array => new TextEncoder().encode(source);
const texts = (...sources: readonly string[]): Uint8Array[] => sources.map(text);
const decoded = (input: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(input);

/** Larger files are not read (io/live-configuration). */
const maxFileBytes = 1024 * 1024;

/**
 * Processor time for the longest file, in milliseconds: the clients' queries wait meanwhile. With coverage on it takes
 * about five times as long as without.
 */
const limitMs = 1500;

const environment = readEnvironment(sidecarSettings, {}).values;

export const resolvConfTarget: Target = {
  name: 'resolv.conf',
  unit: 'texts',
  seeds: texts(
    'nameserver 192.0.2.1\nnameserver 2001:db8::1%eth0\nsearch a.test b.test\noptions ndots:5 timeout:2 attempts:3\n',
    '# c\n;d\nnameserver 10.1\nnameserver 0x7f.1\r\nnameserver 127.0.0.1:53\ndomain x.test y\nsearch . .a b.\n',
    'search glibc.internal\noptions ndots:15 rotate use-vc edns0 trust-ad no-aaaa -rotate strict-error\nsortlist 1.2.3.4\n',
    'options single-request single-request-reopen no-tld-query no_tld_query no-reload inet6 ndots: timeout:-1 attempts:x\n',
  ),
  tokens: texts(
    ...['nameserver ', 'search ', 'domain ', 'options ', 'sortlist ', '\n', ' ', '\t', '\r', '\0', '.', '..', '%', ':'],
    ...[
      '::',
      '::ffff:1.2.3.4',
      'fe80::1%1',
      '1.2.3',
      '0x',
      '08',
      '256',
      'ndots:',
      'timeout:',
      'attempts:',
      '-',
      '99999',
    ],
    ...['rotate', 'edns0', 'use-vc', 'trust-ad', '\\', '\\000', 'a.test', `${'l'.repeat(64)}.`, 'ü', '\uFEFF'],
  ),
  maxBytes: maxFileBytes,
  limitMs,
  run(input) {
    const source = decoded(input);
    const conf = parseResolvConf(source, { hostName: 'pod.example.test' });
    assert(conf.ignored.length <= 20 && conf.ignored.every(({ text }) => text.length <= 200), 'too much to tell');
    const written = formatResolvConf(conf);
    const again = parseResolvConf(written, { hostName: 'pod.example.test' });
    assert(formatResolvConf(again) === written, 'the canonical form is none');
    configurationOf({ resolvConf: source });
  },
};

export const annotationsTarget: Target = {
  name: 'annotations',
  unit: 'texts',
  seeds: texts(
    'alpine-resolver.io/ndots="3"\nalpine-resolver.io/searches="a.test,b.test"\nother/secret="x"\n',
    'alpine-resolver.io/nameservers="192.0.2.1,2001:db8::1"\nalpine-resolver.io/mode="plain"\n',
    'alpine-resolver.io/resolv-conf="nameserver 1.2.3.4\\nsearch a\\n"\nalpine-resolver.io/options="ndots:2 rotate"\n',
    'alpine-resolver.io/keep-surviving-half=`true`\nalpine-resolver.io/log-level="\\x64ebug"\nalpine-resolver.io/ndts="1"\n',
    'alpine-resolver.io/max-tcp-records-without-edns="\\u0031\\U00000032\\061"\nalpine-resolver.io/max-searches="5"\n',
  ),
  tokens: texts(
    ...['alpine-resolver.io/', 'alpine-resolver.io/ndots="', 'alpine-resolver.io/nameservers="', '"\n', '"', '`', '='],
    ...['\\', '\\n', '\\"', '\\x', '\\u00e4', '\\U0010ffff', '\\777', '\\ud800', '\n', '\r', '\0', ',', ' ', '::1'],
    ...[
      'searches',
      'options',
      'host-name-filter',
      'ptr-first-only',
      'true',
      'false',
      '-1',
      '1e3',
      '999999999',
      'ü',
      '\u{1F600}',
    ],
    ...['__proto__', 'constructor', 'alpine-resolver.io/__proto__="', 'alpine-resolver.io/status="'],
  ),
  maxBytes: maxFileBytes,
  limitMs,
  run(input) {
    const { annotations } = configurationOf({ annotations: decoded(input) });
    for (const { name, message } of annotations.issues) {
      assert(name.startsWith('alpine-resolver.io/'), 'an issue that names what is none of ours');
      assert(message.length < 4500, `an issue of ${message.length} characters`);
    }
    assert(Object.getPrototypeOf(annotations.values) === Object.prototype, 'a prototype from outside');
  },
};

const client = viewQuery(query({ name: 'local.glibc.internal' }));

export const hostsTarget: Target = {
  name: 'hosts',
  unit: 'texts',
  seeds: texts(
    '127.0.0.1 localhost\n::1 localhost ip6-localhost\n192.0.2.1 a.test a b # c\n',
    '::ffff:192.0.2.2\tMapped.Test mapped\n192.0.2.1 a.test again\nfe80::1%lo0 x\n1.2.3 short\n2001:db8::1\ta.test',
    `192.0.2.9 ${'l'.repeat(63)}.${'m'.repeat(63)} ends.with.dot. ümlaut back\\slash esc\\046ape\n`,
  ),
  tokens: texts(
    ...[
      '127.0.0.1 ',
      '::1 ',
      '192.0.2.1\t',
      '::ffff:192.0.2.1 ',
      'localhost',
      'a.test',
      'a',
      '#',
      '\n',
      '\r',
      '\v',
      '\0',
      ' ',
    ],
    ...[
      '.',
      '..',
      '\\',
      'ü',
      'A.TEST',
      'l'.repeat(64),
      `${'l'.repeat(63)}.`.repeat(4),
      '1.2.3.4 1.2.3.4',
      '::',
      '\uFEFF',
    ],
  ),
  maxBytes: maxFileBytes,
  limitMs,
  run(input) {
    const table = parseHosts(decoded(input), { budgetBytes: hostsBudgetBytes });
    configurationOf({ hosts: decoded(input.subarray(0, 4096)) });
    for (const key of [...table.lines.keys()].slice(0, 5)) {
      const name = encodeName(key.replaceAll('\\', '\\\\'));
      if (name !== undefined) lookUp(name, table);
    }
    for (const address of [...table.reverse.keys()].slice(0, 5)) {
      const name = encodeName(reverseName(address)) ?? rootName;
      assert(lookupHostsPointer(table, name) !== undefined, `no name for ${address}`);
      const plan = hostsReply({ questionName: name, name, type: 12 }, table, rules, () => 0);
      const [record] = plan === undefined ? [] : recordsOf(plan).records;
      assert((record?.rdata.length ?? 1) <= 255, 'a pointer to a name that is too long');
    }
  },
};

const rules = { authoritative: false, rotates: false, ttlSeconds: 10, forAll: false };

function lookUp(name: WireName, table: ReturnType<typeof parseHosts>): void {
  for (const question of ['PAIR', 'A', 'AAAA'] as const) {
    const answer = lookupHosts(table, name, question);
    if (answer === undefined || client === undefined) continue;
    for (const half of [0, 1] as const) {
      const plan = hostsPlan(answer, half, { questionName: client.question?.name ?? rootName, name }, 10);
      const type = half === 0 ? 1 : 28;
      const { bytes } = composeReply(
        { ...recordsOf(plan), rcode: 0, query: client, type, edns: false, ad: false },
        512,
        'udp',
      );
      checkReply(bytes, { query: client, limit: 512, by: 'sidecar', onlyType: type });
    }
  }
}

function reverseName(address: string): string {
  const bytes = [...(parseAddressBytes(address) ?? [])];
  if (bytes.length === 4) return `${bytes.toReversed().join('.')}.in-addr.arpa`;
  const nibbles = bytes.flatMap((byte) => [byte >> 4, byte & 15]).toReversed();
  return `${nibbles.map((nibble) => nibble.toString(16)).join('.')}.ip6.arpa`;
}

function assert(holds: boolean, fault: string): void {
  if (!holds) throw new Error(fault);
}

function configurationOf(files: { annotations?: string; resolvConf?: string; hosts?: string }): Configuration {
  const inputs = (source: typeof files): Parameters<typeof buildConfiguration>[0] => ({
    environment,
    annotationsText: source.annotations,
    resolvConfText: source.resolvConf ?? 'nameserver 192.0.2.1\n',
    podResolvConfText: source.resolvConf,
    hosts: source.hosts === undefined ? [] : [{ path: '/etc/hosts', text: source.hosts }],
    hostName: 'pod.example.test',
    ownAddresses: new Set(),
    upstreamSockets: 300,
  });
  const configuration = buildConfiguration(inputs(files), buildConfiguration(inputs({})));
  checkSearch(searchConfiguration(configuration.snapshot.resolvConf, configuration.snapshot.upstreamPort));
  const { maxSearches, pairWindowMs } = configuration.snapshot.settings;
  assert(maxSearches >= 1 && maxSearches <= 300 && pairWindowMs >= 1, 'a setting out of its range');
  return configuration;
}

/** In range, and a search by it ends. */
function checkSearch(conf: SearchConfiguration): void {
  const { servers, ndots, timeoutSeconds, attempts } = conf;
  assert(servers.length >= 1 && servers.length <= maxServers, `${servers.length} servers`);
  assert(Number.isInteger(ndots) && ndots >= 0 && ndots <= 15, `ndots ${ndots}`);
  assert(Number.isInteger(timeoutSeconds) && timeoutSeconds <= 30, `timeout ${timeoutSeconds}`);
  assert(Number.isInteger(attempts) && attempts <= 5, `attempts ${attempts}`);
  assert(
    servers.every(({ address: { family, address } }) => parseAddressBytes(address)?.length === (family === 4 ? 4 : 16)),
    'a server without an address',
  );
  const name = encodeName('a.b') ?? rootName;
  let step = startCandidates({ name, dots: 1, absolute: false }, { ...conf, hostNamesOnly: true });
  for (let asked = 0; step.do === 'ask'; asked++) {
    assert(asked <= conf.search.length + 1, 'a search without end');
    assert(step.candidate.name.length <= 255, 'a candidate that is too long');
    step = stepCandidates(step.state, step.candidate, { code: 'NX', halves: [undefined, undefined], rcode: 3 });
  }
}
