/** `check` beside its golden outputs: codes, places, exit codes, baselines, documents, names of hosts, wrong use. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test, vi } from 'vitest';
import { check } from '../../../../cli/check/check.ts';
import { hostNamesOf } from '../../../../cli/check/host-names.ts';
import type { OnFile } from '../../../../cli/inject/manifests.ts';
import { UsageError } from '../../../../cli/terminal/usage-error.ts';
import { readCheckOptions } from '../../../../cli/check/options.ts';
import { checkDocument, printCheck } from '../../../../cli/check/print.ts';
import { checkReasons } from '../../../../shared/report/check-reasons.ts';
import { inFolder } from '../inject/files.ts';
import { readOptions } from './read-options.ts';

const given = join(import.meta.dirname, 'given');
const files = readdirSync(given);
const newRelease = ['--kubernetes-version', '1.34'];
const findingsIn = (file: string) => check(readOptions('-f', file, ...newRelease), given).findings;

test('every code is found in a manifest, but for what only another release makes, or a cluster says', () => {
  const found = new Set(files.flatMap((file) => findingsIn(file)).map(({ code }) => code as string));
  expect(Object.keys(checkReasons).filter((code) => !found.has(code))).toStrictEqual([
    'sidecar-older',
    'kubelet-too-old',
    'webhook-port-blocked',
    'webhook-port-policy',
    'webhook-on-overlay',
    'refused-by-server',
  ]);
});

test('a pod that another release injected', () => {
  const status = JSON.stringify({ version: '0.0.1', scope: 'pod', added: [], original: {} });
  const pod = {
    kind: 'Pod',
    metadata: { name: 'a', annotations: { 'alpine-resolver.io/status': status } },
    spec: { containers: [{ name: 'a', image: 'alpine' }] },
  };
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  try {
    writeFileSync(join(folder, 'pod.json'), JSON.stringify(pod));
    const { findings } = check(readOptions('-f', 'pod.json'), folder);
    expect(findings.map(({ code }) => code)).toContain('sidecar-older');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ['plain', 'kind: Namespace'],
  ['with an escape', String.raw`"kind": "N\u0061mespace"`],
  ['with another one', String.raw`"kind": "\x4eamespace"`],
  ['with a line end that is none', '"kind": "Name\\\n  space"'],
])('what another file says of a namespace counts, written %s', (_what, kind) => {
  const manifests = {
    'a.yaml': 'kind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: alpine}]}\n',
    'b.yaml': `${kind}\nmetadata: {name: default}\n`,
  };
  const files: number[] = [];
  const onFile: OnFile = ({ done, total }) => void files.push(done, total);
  const { findings } = inFolder(manifests, (folder) => check(readOptions('-f', '.'), folder, { onFile }));
  expect(findings.map(({ code }) => code)).toContain('not-injected-by-namespace');
  // Of the first file nothing has to be known beforehand.
  expect(files).toEqual([0, 2, 0, 2, 1, 2]);
});

describe('the place of a finding', () => {
  test.each([
    ['dns-config.yaml', 'several-nameservers', 11, 5],
    ['unsearched-name.yaml', 'name-not-searched', 19, 11],
    ['not-opted-in.yaml', 'not-injected-by-namespace', 8, 11],
    ['custom-resource.yaml', 'several-nameservers', 12, 18],
  ])('%s %s', (file, code, line, column) => {
    const finding = findingsIn(file).find((each) => each.code === code);
    expect([finding?.line, finding?.column]).toStrictEqual([line, column]);
  });
});

describe('the exit code', () => {
  const ends = (file: string, ...args: string[]) => {
    const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      const options = readOptions('-f', file, ...args);
      return printCheck(check(options, given), undefined, options);
    } finally {
      stdout.mockRestore();
    }
  };

  test.each([
    ['opted-in.yaml', [], 0],
    ['annotations.yaml', [], 1],
    ['annotations.yaml', ['--fail-on', 'never'], 0],
    ['mesh.yaml', [], 0],
    ['mesh.yaml', ['--fail-on', 'warning'], 1],
    ['opted-in.yaml', ['--fail-on', 'note'], 1],
  ])('%s %j is %d', (file, args, code) => {
    expect(ends(file, ...args)).toBe(code);
  });
});

test('a baseline leaves what it has out, wherever it stands now', () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  try {
    const text = readFileSync(join(given, 'dns-config.yaml'), 'utf8');
    writeFileSync(join(folder, 'pod.yaml'), text);
    const first = check(readOptions('-f', 'pod.yaml', ...newRelease), folder);
    writeFileSync(join(folder, 'known.json'), JSON.stringify(checkDocument(first)));
    writeFileSync(join(folder, 'pod.yaml'), `# a line more\n${text.replace(', {name: rotate}', '')}`);
    const again = check(readOptions('-f', 'pod.yaml', '--baseline', 'known.json', ...newRelease), folder);
    expect(again.findings).toStrictEqual([]);
    expect(again.silenced).toBe(first.findings.length - 1);
    for (const [other, place] of [
      ['', ''],
      ['token: CANARY', ''],
      ['{"token": "CANARY"\n"CANARY": 1}', ' (line 2 column 1)'],
    ]) {
      writeFileSync(join(folder, 'known.json'), other ?? '');
      expect(() => check(readOptions('-f', 'pod.yaml', '--baseline', 'known.json'), folder)).toThrow(
        new UsageError(`--baseline known.json: it is no JSON${place}`),
      );
    }
    writeFileSync(join(folder, 'known.json'), '{}');
    expect(() => check(readOptions('-f', 'pod.yaml', '--baseline', 'known.json'), folder)).toThrow(
      'no document of check',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(files)('the document of %s holds what its schema says', (file) => {
  const schema = JSON.parse(readFileSync('docs/schemas/check-report-v1.schema.json', 'utf8')) as object;
  const validate = new Ajv2020({ allErrors: true }).compile(schema);
  validate(checkDocument(check(readOptions('-f', file), given)));
  expect(validate.errors ?? []).toStrictEqual([]);
});

describe('names of hosts in a pod', () => {
  const named = (env: object[], args: string[] = []) =>
    hostNamesOf({ spec: { containers: [{ name: 'a', env, args }] } } as never).map(({ name }) => name);

  test.each<[string, string, string[]]>([
    ['DB_HOST', 'db.prod', ['db.prod']],
    ['DB_HOST', 'db.prod:5432', ['db.prod']],
    ['HOST', '10.0.0.1', []],
    ['DB_HOST', 'db', []],
    ['PASSWORD', 'db.prod', []],
    ['URL', 'https://user:pass@cart.shop.svc:8080/path?x=a.b', ['cart.shop.svc']],
    ['URLS', 'redis://a.b:1,redis://c.d/0', ['a.b', 'c.d']],
    ['TEXT', 'see file.txt', []],
    ['URL', 'postgres://user:p@ss.word:x@db.prod/x', ['db.prod']],
    ['URL', 'redis://:p@ss.word@db', []],
    ['URL', 'https://u:sec@ret.token/x@host.prod', []],
    ['URL', 'postgres://user.acct:pa/ss@db2.prod/x', []],
    ['URL', 'postgres://user.acct:pa?ss@db2.prod', []],
    ['URL', 'postgres://user.acct:pa#ss@db2.prod', []],
    ['URL', 'postgres://user.acct:pa\\\\ss@db2.prod', []],
    ['URL', 'jdbc:sqlserver://db.prod:1433;user=u;password=a@sec.ret', []],
    ['URL', 'https://a.b?token=a@sec.ret', []],
    ['URL', 'https://a.b:1,token:a@sec.ret', []],
    ['URL', 'a=https://token&a@sec.ret', []],
    ['URL', 'a=https://token=a@sec.ret', []],
    ['URLS', 'redis://u:p@a.b:1,redis://u:p@c.d/0', ['c.d']],
    ['TEXT', 'mail me@a.b, see "https://c.d." or \'x://e.f:1\'', ['c.d', 'e.f']],
    ['TEXT', '://a.b 1://c.d é://e.f', []],
    ['URL', `${'a'.repeat(40)}://c.d`, ['c.d']],
    ['URL', `https://${'a.'.repeat(200)}b/`, []],
    ['DB_HOST', `${'a.'.repeat(200)}b`, []],
  ])('%s=%s', (name, value, found) => {
    expect(named([{ name, value }])).toStrictEqual(found);
  });

  // Work that grew with the square of the length would take minutes.
  test.each(['a', '://', 'a://', 'a.', 'a.b://', 'a@', 'a://@', 'a://a.', '1.-'])('in a megabyte of %s', (part) => {
    const value = part.repeat(1_000_000 / part.length);
    expect(named([{ name: 'DB_HOST', value }], [`${value} x://y.z`]).at(-1)).toBe('y.z');
  });

  test('in arguments, and nothing of a value from elsewhere', () => {
    expect(named([{ name: 'DB_HOST', valueFrom: {} }], ['--url=http://x.y/', 'z.w'])).toStrictEqual(['x.y']);
  });
});

describe('wrong use says what is accepted', () => {
  test.each([
    [[], 'check needs -f FILE'],
    [['a.yaml'], 'a.yaml: check takes no words but options'],
    [['-f', 'a', '--fail-on', 'bad'], '--fail-on bad: it is one of error, warning, note, never'],
    [['-f', 'a', '--ignore', 'low-ndot'], '--ignore low-ndot: there is no such finding, did you mean low-ndots?'],
    [['-f', 'a', '--ignore', 'xyzzy'], '--ignore xyzzy: there is no such finding; alpine-resolver reasons has all'],
    [['-f', 'a', '--nameserver', 'x'], '--nameserver x: it must be an IPv4 or IPv6 address'],
  ])('%j', (args, message) => {
    expect(() => readCheckOptions(args)).toThrow(message);
  });
});
