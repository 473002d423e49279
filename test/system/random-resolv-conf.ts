/**
 * Random resolv.conf texts: mostly what people write, mixed with everything that a parser may stumble over.
 *
 * Not `sortlist`: beside having no effect here, glibc never returns from one that holds a carriage return.
 */
import type { Random } from '../support/random.ts';

const blanks = [' ', ' ', ' ', '  ', '\t', ' \t '];

/** White space and control characters that separate nothing, or only for some functions. */
const oddBytes = ['\r', '\v', '\f', '\0', '\u0001', '\u00e4', '\u{1f600}', '\u007f', '\u00a0', '\ufeff'];

const addresses = [
  '192.0.2.1',
  '10.1',
  '10.1.513',
  '3232235777',
  '4294967295',
  '4294967296',
  '0x7f.1',
  '0x7F000001',
  '0x',
  '0x.1',
  '0b101',
  '0b1.2.3.4',
  '0177.0.0.1',
  '08.1.1.1',
  '00.00.00.00',
  '001.002.003.004',
  '256.1.1.1',
  '1.256',
  '1.2.65536',
  '1.2.65535',
  '1.16777215',
  '1.16777216',
  '1.2.3.4.5',
  '1.2.3.',
  '.1.2.3',
  '1..2',
  '-1.2.3.4',
  '+1.2.3.4',
  '1.2.3.4:53',
  '18446744073709551616',
  '99999999999999999999999',
  '2001:db8::1',
  '2001:DB8:0:0:0:0:0:1',
  '::',
  '::1',
  '1::',
  ':::',
  ':1::2',
  '1::2::3',
  '1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7::',
  '::2:3:4:5:6:7:8',
  '1::3:4:5:6:7:8',
  '1:2:3:4::5:6:7:8',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '12345::1',
  '0001::',
  '00001::',
  'g::1',
  '1:',
  '::ffff:192.0.2.1',
  '::192.0.2.1',
  '::ffff:192.0.2.01',
  '::ffff:192.0.2',
  '::192.0.2.1:1',
  '1:2:3:4:5:6:192.0.2.1',
  '1:2:3:4:5:6:7:192.0.2.1',
  'fe80::1',
  'fe80::1%lo',
  'fe80::1%1',
  'fe80::1%0',
  'fe80::1%007',
  'fe80::1%7x',
  'fe80::1%',
  'fe80::1%%lo',
  'fe80::1%lo%2',
  'fe80::1%nodev',
  'fe80::1%4294967295',
  'fe80::1%4294967296',
  'febf::1%lo',
  'fec0::1%lo',
  'ff02::1%lo',
  'ff12::1%lo',
  'ff01::1%lo',
  'ff05::1%lo',
  'ff05::1%3',
  '2001:db8::1%lo',
  '2001:db8::1%5',
  '2001:db8::1%0',
  '2001:db8::1%005',
  '2001:db8::1%x5',
  '2001:db8::1%99999999999999999999',
  '1.2.3.4%lo',
  '%lo',
  'localhost',
  '[2001:db8::1]',
  '0:0:1:0:0:0:1:0',
  '0:0:1:0:0:1:0:0',
  '1:0:0:2:0:0:3:4',
  '::1:0:0:0:0:0',
  '::5:192.0.2.1',
];

const domains = [
  'example.test',
  'default.svc.cluster.local',
  'svc.cluster.local',
  'cluster.local',
  '.',
  '..',
  '.example.test',
  '..example.test',
  'example.test.',
  'a..b',
  '#',
  ';c',
  'x'.repeat(64),
  `${'y'.repeat(63)}.${'z'.repeat(60)}`,
  'UPPER.Test',
  'under_score',
  '-dash',
  'back\\slash',
  'a\\.b',
  'a\\',
  '\\300',
  'b\u00fccher.test',
  '*',
  '"quoted"',
];

const optionTexts = [
  'rotate',
  'edns0',
  'single-request',
  'single-request-reopen',
  'no_tld_query',
  'no-tld-query',
  'no-reload',
  'use-vc',
  'trust-ad',
  'no-aaaa',
  'strict-error',
  'inet6',
  'debug',
  'insecure1',
  'rotat',
  'rotatex',
  'Rotate',
  'edns',
  'edns01',
  'single-request-reope',
  'single-requests',
  'single-request-reopen-now',
  'use-vcx',
  'ndots',
  'timeout',
  'ndots:',
  'Ndots:3',
  'ndots=3',
];

const numbers = [
  '0',
  '1',
  '2',
  '5',
  '6',
  '15',
  '16',
  '30',
  '31',
  '99',
  '-1',
  '-2',
  '-15',
  '-16',
  '-17',
  '+3',
  '++3',
  '+-3',
  '--3',
  '007',
  '0x5',
  '3x',
  'x3',
  '3.7',
  '1e3',
  '',
  '2147483647',
  '2147483648',
  '4294967296',
  '4294967297',
  '4294967301',
  '-2147483648',
  '-2147483649',
  '-4294967295',
  '9223372036854775807',
  '9223372036854775808',
  '99999999999999999999',
  '-9223372036854775808',
  '-99999999999999999999',
  ' 5',
  '\t4',
  '  -1',
  '\r3',
  '\v2',
];

export function randomResolvConf(random: Random): string {
  const count = random.below(9);
  const lines = Array.from({ length: count }, () => randomLine(random));
  const text = lines.join('\n') + (random.chance(0.7) ? '\n' : '');
  return random.chance(0.1) ? text.replaceAll('\n', '\r\n') : text;
}

export function randomHostName(random: Random): string {
  return random.pick(['pod', 'pod.h.test', 'pod.ns.svc.cluster.local', 'a.b', 'POD.H.Test']);
}

function randomLine(random: Random): string {
  const line = randomPlainLine(random);
  const at = random.below(line.length + 1);
  if (random.chance(0.06)) return line.slice(0, at) + random.pick(oddBytes) + line.slice(at);
  if (random.chance(0.02)) return line.slice(0, at) + line.slice(at + 1);
  return random.chance(0.04) ? random.pick([' ', '\t', '#', ';']) + line : line;
}

function randomPlainLine(random: Random): string {
  const blank = (): string => random.pick(blanks);
  const several = (items: () => string, most: number): string =>
    Array.from({ length: random.below(most + 1) }, items).join(blank());
  const end = random.chance(0.15) ? blank() : '';
  const kind = random.unit();
  if (kind < 0.35) {
    const rest = random.chance(0.1) ? `${blank()}${random.pick(addresses)}` : '';
    return `nameserver${blank()}${random.chance(0.3) ? randomAddress(random) : random.pick(addresses)}${rest}${end}`;
  }
  if (kind < 0.5) return `search${blank()}${several(() => random.pick(domains), random.chance(0.1) ? 30 : 5)}${end}`;
  if (kind < 0.58) return `domain${blank()}${several(() => random.pick(domains), 2)}${end}`;
  if (kind < 0.9) return `options${blank()}${several(() => randomOption(random), 4)}${end}`;
  return random.pick([
    '',
    '# comment',
    '; comment',
    'nameserver',
    'nameserver:1.2.3.4',
    'nameservers 1.2.3.4',
    'NAMESERVER 1.2.3.4',
    'search',
    'searchx y',
    'options',
    'options:rotate',
    'optionsrotate',
    'lookup file bind',
    'family inet4',
    ' nameserver 192.0.2.9',
    '\tsearch blank.test',
    '\0nameserver 192.0.2.8',
  ]);
}

function randomOption(random: Random): string {
  const sign = random.chance(0.1) ? random.pick(['-', '--', '- ']) : '';
  if (random.chance(0.5)) return sign + random.pick(optionTexts);
  return `${sign}${random.pick(['ndots', 'timeout', 'attempts'])}:${random.pick(numbers)}`;
}

/** Characters of addresses in any order: mostly nonsense, sometimes an address. */
function randomAddress(random: Random): string {
  const alphabet = random.pick(['0123456789.', '01:.', '0123456789abcdefx.:', '0x1f.', '012.', 'f:0']);
  return Array.from({ length: random.between(1, 16) }, () => random.pick(alphabet.split(''))).join('');
}
