/**
 * Random hosts files, and names and addresses to look up in them.
 *
 * Not a last line that begins with a blank and has no newline: glibc doubles its last bytes (`__nss_readline` moves the
 * text to the front without its NUL), so that its last name is not found.
 */
import type { Random } from '../support/random.ts';

const addresses = [
  '192.0.2.1',
  '192.0.2.2',
  '192.0.2.3',
  '127.0.0.1',
  '127.0.1.1',
  '2001:db8::1',
  '2001:DB8::2',
  '2001:db8:0:0::2',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::ffff:192.0.2.1',
  '::ffff:192.0.2.9',
  '::FFFF:c000:0201',
  '::192.0.2.1',
  'fe80::1',
  'fe80::1%lo',
  'fe80::1%1',
  '10.1',
  '010.0.0.1',
  '0xc0000201',
  '192.0.2.256',
  '192.0.2',
  '2001:db8::1::',
  'localhost',
  '0.0.0.0',
  '::',
];

const writtenNames = [
  'foo',
  'Foo',
  'FOO.bar',
  'foo.bar',
  'bar',
  'bar.',
  'foo_bar.test',
  '-dash',
  'star*',
  'a..b',
  '.lead',
  'b\u00fccher.test',
  'B\u00dcCHER.test',
  'back\\slash',
  'a\\.b',
  '"quoted"',
  'x'.repeat(63),
  'x'.repeat(64),
  `${'long.'.repeat(50)}end`,
  'localhost',
];

const blanks = [' ', '\t', '  ', ' \t', '\v', '\f', ' \r '];

export const hostsNames: readonly string[] = [
  ...['foo', 'FOO', 'foo.bar', 'bar', 'foo_bar.test', '-dash', 'star*', 'a..b', 'b\u00fccher.test', 'back\\slash'],
  ...['a\\.b', '"quoted"', 'x'.repeat(63), `${'long.'.repeat(50)}end`, 'localhost', 'unknown', 'b', 'comment', '.lead'],
];

export const hostsAddresses: readonly string[] = [
  ...['192.0.2.1', '192.0.2.2', '192.0.2.9', '127.0.0.1', '127.0.1.1', '0.0.0.0', '198.51.100.1'],
  ...['2001:db8::1', '2001:db8::2', '::1', 'fe80::1', '::c000:201'],
];

export function randomHosts(random: Random): string {
  const lines = Array.from({ length: random.below(8) }, () => randomLine(random));
  const isWhole = random.chance(0.8) || /^\s/.test(lines.at(-1) ?? '');
  const text = lines.join('\n') + (isWhole ? '\n' : '');
  return random.chance(0.1) ? text.replaceAll('\n', '\r\n') : text;
}

function randomLine(random: Random): string {
  const kind = random.unit();
  if (kind < 0.05) return random.pick(['', '# comment', ' ', '\t#x', '192.0.2.1', '::1 ', 'garbage']);
  const count = random.between(1, random.chance(0.03) ? 300 : 4);
  const names = Array.from({ length: count }, () => random.pick(blanks) + random.pick(writtenNames)).join('');
  const comment = random.chance(0.15) ? random.pick(['# comment', '#comment', ' #', '#b']) : '';
  const line = random.pick(addresses) + names + comment + (random.chance(0.15) ? random.pick(blanks) : '');
  const at = random.below(line.length);
  if (random.chance(0.03)) return line.slice(0, at) + random.pick(['\0', '#', ' ', '\r', '\u00e4']) + line.slice(at);
  return random.chance(0.1) ? random.pick(blanks) + line : line;
}
