/** The options of resolv.conf, as glibc reads them. */
import { expect, test } from 'vitest';
import { defaultOptions, flagOptions, type ResolvOptions } from '../../../../shared/resolv-conf/option-table.ts';
import { applyOptionsLine } from '../../../../shared/resolv-conf/options.ts';

function read(...lines: string[]): { changed: Partial<ResolvOptions>; unknown: string[] } {
  const options = { ...defaultOptions };
  const unknown = lines.flatMap((line) => applyOptionsLine(options, line));
  const entries = Object.entries(options).filter(
    ([key, value]) => defaultOptions[key as keyof ResolvOptions] !== value,
  );
  return { changed: Object.fromEntries(entries), unknown };
}

test.each([
  ['ndots:5', { ndots: 5 }],
  ['ndots:15', { ndots: 15 }],
  ['ndots:16', { ndots: 15 }],
  ['ndots:', { ndots: 0 }],
  ['ndots:x', { ndots: 0 }],
  ['ndots:-1', { ndots: 15 }],
  ['ndots:-14', { ndots: 2 }],
  ['ndots:-16', { ndots: 0 }],
  ['ndots:3x', { ndots: 3 }],
  ['ndots:0x5', { ndots: 0 }],
  ['ndots:+3', { ndots: 3 }],
  ['ndots:+-3', { ndots: 0 }],
  ['ndots:\v3', { ndots: 3 }],
  // The largest long, whose low 32 bits are -1, which 4 bits hold as 15.
  ['ndots:9223372036854775808', { ndots: 15 }],
  ['ndots:4294967298', { ndots: 2 }],
  ['ndots:99999999999999999999', { ndots: 15 }],
  ['ndots:18446744073709551618', { ndots: 15 }],
  ['ndots:-18446744073709551615', { ndots: 0 }],
  ['timeout:0', { timeoutSeconds: 1 }],
  ['timeout:-5', { timeoutSeconds: 1 }],
  ['timeout:30', { timeoutSeconds: 30 }],
  ['timeout:31', { timeoutSeconds: 30 }],
  ['attempts:0', { attempts: 0 }],
  ['attempts:-1', { attempts: 0 }],
  ['attempts:5', { attempts: 5 }],
  ['attempts:6', { attempts: 5 }],
  ['rotate use-vc', { rotate: true, useVc: true }],
  ['rotate-something', { rotate: true }],
  ['single-request', { singleRequest: true }],
  ['single-request-reopen', { singleRequestReopen: true }],
  ['single-request-reope', { singleRequest: true }],
  ['no_tld_query', { noTldQuery: true }],
  ['no-tld-query\n', { noTldQuery: true }],
  ['strict-error\r', { strictError: true }],
  ['edns0 trust-ad no-aaaa no-reload', { edns0: true, trustAd: true, noAaaa: true, noReload: true }],
])('%o', (line, changed) => {
  expect(read(line)).toEqual({ changed, unknown: [] });
});

test('atoi skips white space, so a number may stand apart from its colon', () => {
  expect(read('ndots: 4')).toEqual({ changed: { ndots: 4 }, unknown: ['4'] });
});

test('lines add up and later values override', () => {
  expect(read('ndots:5 rotate', 'timeout:2', 'ndots:3 timeout:7').changed).toEqual({
    ndots: 3,
    rotate: true,
    timeoutSeconds: 7,
  });
});

test('a leading dash clears a flag, and flags alone', () => {
  const line = 'rotate edns0 single-request single-request-reopen -rotate -single-request-reopen --edns0 -ndots:3';
  expect(read(line)).toEqual({ changed: { edns0: true, singleRequest: true }, unknown: ['--edns0', '-ndots:3'] });
});

test.each(['inet6', 'debug', 'Rotate', 'rotat', 'ndots', 'ndots=3', 'xrotate'])('%o is not known', (word) => {
  expect(read(word)).toEqual({ changed: {}, unknown: [word] });
});

test('no flag stands behind a prefix of itself, which would be read in its place', () => {
  const names = flagOptions.map(([name]) => name);
  const hidden = names.filter((name, index) => names.slice(0, index).some((earlier) => name.startsWith(earlier)));
  expect(hidden).toEqual([]);
});
