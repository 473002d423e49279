/** The pod's annotations, as the kubelet writes them into a file. */
import { describe, expect, test } from 'vitest';
import { parseAnnotationsFile } from '../../../../sidecar/decide/configuration/annotations-file.ts';
import { unquoteGo } from '../../../../sidecar/decide/configuration/go-quoted.ts';

const prefix = 'alpine-resolver.io/';

test('lines under the prefix are kept, others leave no trace', () => {
  const text = `secret.io/token="hunter2"
alpine-resolver.io/ndots="3"
alpine-resolver.io/resolv-conf="nameserver 10.96.0.10\\nsearch a.test\\n"
kubernetes.io/config.source=broken "value
x.alpine-resolver.io/ndots="4"
alpine-resolver.io/empty=""`;
  expect(parseAnnotationsFile(text, prefix)).toEqual({
    values: {
      'alpine-resolver.io/ndots': '3',
      'alpine-resolver.io/resolv-conf': 'nameserver 10.96.0.10\nsearch a.test\n',
      'alpine-resolver.io/empty': '',
    },
    issues: [],
  });
});

test('a value that is not quoted as Go does is an issue and has no value', () => {
  const text = 'alpine-resolver.io/ndots=3\nalpine-resolver.io/mode\nalpine-resolver.io/searches="a\\q"\n';
  expect(parseAnnotationsFile(text, prefix)).toEqual({
    values: {},
    issues: ['ndots', 'mode', 'searches'].map((key) => ({
      name: `alpine-resolver.io/${key}`,
      message: 'the value is not a quoted Go string',
    })),
  });
});

test('names that objects inherit are ordinary names', () => {
  const text = '__proto__="x"\nconstructor="y"\n';
  const { values } = parseAnnotationsFile(text, '');
  expect(Object.entries(values)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  expect(parseAnnotationsFile('', '').values).toEqual({});
});

describe('Go strings', () => {
  test.each([
    ['""', ''],
    ['"a b=c"', 'a b=c'],
    [String.raw`"\a\b\f\n\r\t\v\\\""`, '\x07\b\f\n\r\t\v\\"'],
    [String.raw`"\x41\101\u0041\U00000041"`, 'AAAA'],
    [String.raw`"\u00e9\U0001F600"`, '\u00e9\u{1f600}'],
    [String.raw`"\xc3\xa9 \303\251"`, '\u00e9 \u00e9'],
    [String.raw`"\xff"`, '\ufffd'],
    [String.raw`"\377"`, '\ufffd'],
    [String.raw`"\ud7ff\ue000"`, '\ud7ff\ue000'],
    [String.raw`"\U0010ffff"`, '\u{10ffff}'],
    ['"\u00e9\u{1f600}"', '\u00e9\u{1f600}'],
    [String.raw`"\ufeffx\x20"`, '\ufeffx '],
    ['"it\'s"', "it's"],
    ['`raw \\n "text"`', 'raw \\n "text"'],
    ['`a\rb\nc`', 'ab\nc'],
  ])('%s', (text, value) => {
    expect(unquoteGo(text)).toBe(value);
  });

  test.each([
    ...['', '"', 'a', '"a', 'a"', '"a"b', '"a"b"', '""x', '" "" "', '`a`b`', '`a', "'a'"],
    ...[
      '"\\"',
      '"\\q"',
      '"\\\'"',
      '"\\x4"',
      '"\\x4g"',
      '"\\400"',
      '"\\18"',
      '"\\8"',
      '"\\u12"',
      '"\\U0011FFFF"',
      '"\\ud800"',
      '"\\udfff"',
      '"\n"',
    ],
  ])('%o is not one', (text) => {
    expect(unquoteGo(text)).toBeUndefined();
  });
});
