/** Where and how output is written: colour, width, terminals. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sidecarNews } from '../../../cli/demo/sidecar-news.ts';
import { mayMoveCursor, outputColumns, printable, wrapped } from '../../../cli/terminal/output.ts';
import { userFolder } from '../../../cli/terminal/user-folder.ts';

const terminal = { isTTY: process.stdout.isTTY, columns: process.stdout.columns };
afterEach(() => {
  Object.assign(process.stdout, terminal);
  vi.unstubAllEnvs();
});

function setTerminal(isTTY: boolean, columns: number): void {
  Object.assign(process.stdout, { isTTY, columns });
}

test.each([
  [false, 200, 80],
  [true, 0, 80],
  [true, 40, 60],
  [true, 93, 93],
  [true, 300, 120],
])('terminal %s of %d columns: lines of %d', (isTTY, columns, expected) => {
  setTerminal(isTTY, columns);
  expect(outputColumns()).toBe(expected);
});

test.each([
  [true, '', 'xterm', true],
  [true, '1', 'xterm', false],
  [true, '', 'dumb', false],
  [false, '', 'xterm', false],
])('terminal %s, NO_COLOR=%s, TERM=%s: cursor codes %s', (isTTY, noColor, term, allowed) => {
  setTerminal(isTTY, 80);
  vi.stubEnv('NO_COLOR', noColor);
  vi.stubEnv('TERM', term);
  expect(mayMoveCursor()).toBe(allowed);
});

test.each([
  ['plain ✓ é 漢字', 'plain ✓ é 漢字'],
  ['a\x1b[2Jb\r\n\tc\x7f', 'a\\u{1b}[2Jb\\u{d}\\u{a} c\\u{7f}'],
  ['\x9b31m', '\\u{9b}31m'],
  ['\u202eevil\u2066\u200b\u2028\ufeff', '\\u{202e}evil\\u{2066}\\u{200b}\\u{2028}\\u{feff}'],
  ['half \ud800', 'half \ufffd'],
])('%j is printed as %j', (text, expected) => {
  expect(printable(text)).toBe(expected);
});

test.each([
  ['one two three', 9, ['> one two', '> three']],
  ['one', 3, ['> o', '  n', '  e']],
  ['abcdefgh x', 6, ['> abcd', '  efgh', '  x']],
  ['a abcdefgh', 6, ['> a', '  abcd', '  efgh']],
  ['', 6, ['> ']],
])('%j in %d columns', (text, columns, lines) => {
  const [first = ''] = lines;
  const rest = first.startsWith('> ') && lines[1]?.startsWith('> ') ? '> ' : '  ';
  expect(wrapped(text, columns, '> ', rest)).toEqual(lines);
});

describe('the folder of the user', () => {
  test.each([
    ['alpine-resolver', `${process.cwd()}/package.json`, '/home/user', '/home/user'],
    ['alpine-resolver', '/elsewhere/package.json', '/home/user', process.cwd()],
    ['another', `${process.cwd()}/package.json`, '/home/user', process.cwd()],
    ['alpine-resolver', `${process.cwd()}/package.json`, '', process.cwd()],
  ])('npm script of %s at %s, called in %j', (name, file, called, folder) => {
    vi.stubEnv('npm_package_name', name);
    vi.stubEnv('npm_package_json', file);
    vi.stubEnv('INIT_CWD', called);
    expect(userFolder()).toBe(folder);
  });
});

test.each([
  [
    {
      event: 'configured',
      level: 'info',
      nameservers: ['10.0.0.1'],
      search: ['a.b'],
      options: 'ndots:2',
      mode: 'marker',
    },
    'the sidecar follows: nameserver 10.0.0.1; search a.b; options ndots:2; mode marker',
  ],
  [
    { event: 'resolv-conf-ignored', level: 'warn', time: 'x', line: 2, text: 'bad\x1b' },
    'the sidecar says: resolv-conf-ignored (line 2, text bad\\u{1b})',
  ],
  [{ event: 'file-changed', level: 'info' }, undefined],
])('news: %j', (line, text) => {
  expect(sidecarNews(line)).toBe(text);
});
