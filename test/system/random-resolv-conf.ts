/**
 * Random resolv.conf texts: mostly what people write, mixed with everything that a parser may stumble over.
 *
 * Not `sortlist`: beside having no effect here, glibc never returns from one that holds a carriage return.
 */

export type Random = () => number;

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
  const count = Math.floor(random() * 9);
  const lines = Array.from({ length: count }, () => randomLine(random));
  const text = lines.join('\n') + (random() < 0.7 ? '\n' : '');
  return random() < 0.1 ? text.replaceAll('\n', '\r\n') : text;
}

export function randomHostName(random: Random): string {
  return pick(random, ['pod', 'pod.h.test', 'pod.ns.svc.cluster.local', 'a.b', 'POD.H.Test']);
}

function randomLine(random: Random): string {
  const line = randomPlainLine(random);
  const at = Math.floor(random() * (line.length + 1));
  if (random() < 0.06) return line.slice(0, at) + pick(random, oddBytes) + line.slice(at);
  if (random() < 0.02) return line.slice(0, at) + line.slice(at + 1);
  return random() < 0.04 ? pick(random, [' ', '\t', '#', ';']) + line : line;
}

function randomPlainLine(random: Random): string {
  const blank = (): string => pick(random, blanks);
  const several = (items: () => string, most: number): string =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, items).join(blank());
  const end = random() < 0.15 ? blank() : '';
  const kind = random();
  if (kind < 0.35) {
    const rest = random() < 0.1 ? `${blank()}${pick(random, addresses)}` : '';
    return `nameserver${blank()}${random() < 0.3 ? randomAddress(random) : pick(random, addresses)}${rest}${end}`;
  }
  if (kind < 0.5) return `search${blank()}${several(() => pick(random, domains), random() < 0.1 ? 30 : 5)}${end}`;
  if (kind < 0.58) return `domain${blank()}${several(() => pick(random, domains), 2)}${end}`;
  if (kind < 0.9) return `options${blank()}${several(() => randomOption(random), 4)}${end}`;
  return pick(random, [
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
  const sign = random() < 0.1 ? pick(random, ['-', '--', '- ']) : '';
  if (random() < 0.5) return sign + pick(random, optionTexts);
  return `${sign}${pick(random, ['ndots', 'timeout', 'attempts'])}:${pick(random, numbers)}`;
}

/** Characters of addresses in any order: mostly nonsense, sometimes an address. */
function randomAddress(random: Random): string {
  const alphabet = pick(random, ['0123456789.', '01:.', '0123456789abcdefx.:', '0x1f.', '012.', 'f:0']);
  return Array.from({ length: 1 + Math.floor(random() * 16) }, () => pick(random, alphabet.split(''))).join('');
}

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
}
