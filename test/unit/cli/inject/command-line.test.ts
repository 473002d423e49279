/** `inject` and `uninject` on the command line: wrong use, and input that cannot be read. */
import { describe, expect, test } from 'vitest';
import { inject } from '../../../../cli/inject/inject.ts';
import {
  injectCommand,
  readInjectOptions,
  readUninjectOptions,
  uninjectCommand,
} from '../../../../cli/inject/options.ts';
import type { Outcome } from '../../../../cli/inject/result.ts';
import { uninject } from '../../../../cli/inject/uninject.ts';
import { commandHelp } from '../../../../cli/terminal/command-help.ts';
import { inFolder } from './files.ts';

const pod = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  containers:\n  - name: web\n    image: alpine\n${more}`;

function options(...args: string[]) {
  const read = readInjectOptions(args);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

function run(files: Readonly<Record<string, string | Uint8Array>>, ...args: string[]): Outcome {
  return inFolder(files, (folder) => inject(options(...args), { folder, columns: 80 }));
}

function undo(files: Readonly<Record<string, string | Uint8Array>>, ...args: string[]): Outcome {
  const read = readUninjectOptions(args);
  if (typeof read === 'string') throw new Error(read);
  return inFolder(files, (folder) => uninject(read, { folder, columns: 80 }));
}

function bytesOf({ result }: Outcome): Buffer {
  return Buffer.concat('bytes' in result ? result.bytes : []);
}

function reportOf({ report }: Outcome): string {
  return report.map(({ line }) => line).join('\n');
}

describe('wrong use says what is accepted', () => {
  test.each([
    [[], 'inject needs -f FILE: a manifest, a folder of them, or - for standard input'],
    [['a.yaml'], 'a.yaml: inject takes no words but options; a file is given with -f a.yaml'],
    [['-f', 'a', '--difff'], 'unknown option --difff, did you mean --diff?'],
    [['-f', 'a', '--nameserver', 'dns'], '--nameserver dns: it must be an IPv4 or IPv6 address, such as 10.96.0.10'],
    [['-f', 'a', '--kubernetes-version', 'new'], '--kubernetes-version new: it must be a release such as 1.33'],
    [['-f', 'a', '--namespace-label', 'x'], '--namespace-label x: it must be a name and a value, as NAME=VALUE'],
    [['-f', 'a', '-n', 'No'], '--namespace No: a namespace is up to 63 of a-z, 0-9 and -, with none of - at its ends'],
    [
      ['-f', 'a', '--setting', 'WEBHOOK_ALPINE_IMAGE=x'],
      '--setting WEBHOOK_ALPINE_IMAGE: the webhook has no such setting, did you mean WEBHOOK_ALPINE_IMAGES?',
    ],
  ])('%j', (args, message) => {
    expect(() => readInjectOptions(args)).toThrow(message);
  });

  test('a setting with a bad value', () => {
    expect(() => readInjectOptions(['-f', 'a', '--setting', 'WEBHOOK_MEMORY_LIMIT=lots'])).toThrow(
      /^--setting WEBHOOK_MEMORY_LIMIT: "lots" is not accepted/,
    );
  });
});

describe('input that cannot be read names its place', () => {
  test.each([
    ['a: [1\n', 'a.yaml:2:1: '],
    ['a: 1\n---\n- b\n', 'a.yaml:3:1: this is no Kubernetes object'],
    ['a: {{ .Values.x }}\n', 'helm template'],
    [`a: 1\nb: x\u001b[31m\n`, 'a.yaml:2:5: U+001B is a control character'],
  ])('%j', (text, message) => {
    expect(() => run({ 'a.yaml': text }, '-f', 'a.yaml')).toThrow(message);
  });

  test('a file that is not there, and an empty folder', () => {
    expect(() => run({}, '-f', 'b.yaml')).toThrow('b.yaml cannot be read: there is no such file');
    expect(() => run({ 'd/x.txt': '' }, '-f', 'd')).toThrow('d has no file that ends in .yaml, .yml or .json');
  });

  test('what cannot be edited is refused with its place, and nothing is printed', () => {
    const shared = pod('web').replace('metadata:', 'metadata: &m').replace('spec:\n', 'spec:\n  nodeSelector: *m\n');
    // The alias would have to be written out in the middle of a line that its own anchor begins.
    const text = `apiVersion: v1\nkind: Pod\n? metadata\n: name: web\nspec: {containers: [{name: a, image: alpine}, {<<: {image: alpine}, name: b}]}\n`;
    expect(() => run({ 'a.yaml': text }, '-f', 'a.yaml')).toThrow(/^a\.yaml:5:\d+: this cannot be changed without/);
    expect(reportOf(run({ 'a.yaml': shared }, '-f', 'a.yaml'))).toContain('*m is written out here');
  });
});

describe('files', () => {
  test('of a folder, the manifests by name; with -R those of its folders', () => {
    const files = { 'd/b.yml': pod('b'), 'd/a.yaml': pod('a'), 'd/c.txt': 'no', 'd/e/f.json': '{"kind": "X"}' };
    const flat = bytesOf(run(files, '-f', 'd')).toString();
    expect([...flat.matchAll(/^ {2}name: (\w)$/gm)].map(([, name]) => name)).toStrictEqual(['a', 'b']);
    expect(flat).toContain('\n---\napiVersion');
    expect(reportOf(run(files, '-f', 'd', '-R'))).toContain('without pods: 1 X');
  });

  test.each([
    ['UTF-8 with a mark', Buffer.from(`\ufeff${pod('a')}`)],
    ['UTF-16, the small end first', Buffer.from(`\ufeff${pod('a')}`, 'utf16le')],
    ['UTF-16, the large end first', Buffer.from(`\ufeff${pod('a')}`, 'utf16le').swap16()],
  ])('%s stays so', (_, bytes) => {
    const injected = bytesOf(run({ 'a.yaml': bytes }, '-f', 'a.yaml'));
    expect(injected.subarray(0, 2)).toStrictEqual(bytes.subarray(0, 2));
    expect(injected.length).toBeGreaterThan(bytes.length);
    expect(bytesOf(undo({ 'a.yaml': injected }, '-f', 'a.yaml'))).toStrictEqual(bytes);
  });

  test('control characters of names do not reach the report', () => {
    const text = reportOf(run({ 'a.yaml': pod('"x\\e[31m"') }, '-f', 'a.yaml'));
    expect(text).toContain('Pod default/x\\u{1b}[31m');
  });
});

describe('what is known of the cluster', () => {
  test('a label of every namespace, unless the file has the namespace', () => {
    const namespace =
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: default\n  labels: {alpine-resolver.io/inject: enabled}\n---\n';
    const label = ['--namespace-label', 'alpine-resolver.io/inject=no'];
    expect(reportOf(run({ 'a.yaml': pod('a') }, '-f', 'a.yaml', ...label))).toContain('namespace-not-opted-in');
    expect(reportOf(run({ 'a.yaml': namespace + pod('a') }, '-f', 'a.yaml', ...label))).toContain('1 injected');
  });

  test('an annotation of every namespace', () => {
    const never = ['--namespace-annotation', 'alpine-resolver.io/inject=never'];
    expect(reportOf(run({ 'a.yaml': pod('a') }, '-f', 'a.yaml', ...never))).toContain('opted-out');
  });

  test('the release of Kubernetes', () => {
    const text = reportOf(run({ 'a.yaml': pod('a') }, '-f', 'a.yaml', '--kubernetes-version', 'v1.28.3'));
    expect(text).toContain('native-sidecar-unsupported');
  });

  test('nameservers, domain, image and settings of the webhook', () => {
    const args = [
      ...['--nameserver', '192.0.2.53', '--nameserver', 'fd00::a', '--cluster-domain', 'corp.example'],
      ...['--sidecar-image', 'images.example/sidecar:1', '--setting', 'WEBHOOK_MEMORY_LIMIT=200Mi', '-n', 'shop'],
    ];
    const outcome = run({ 'a.yaml': pod('a') }, '-f', 'a.yaml', ...args, '--kubernetes-version', '1.33');
    const text = bytesOf(outcome).toString();
    expect(text).toContain(
      '      search shop.svc.corp.example svc.corp.example corp.example\n      nameserver 192.0.2.53\n      nameserver fd00::a\n',
    );
    expect(text).toContain('image: images.example/sidecar:1\n');
    expect(text).toContain('memory: 200Mi\n');
    expect(reportOf(outcome)).not.toContain('Assumed');
  });
});

describe('a pod that has parts of ours', () => {
  test('but no status is left as it is, and that is a no', () => {
    const injected = bytesOf(run({ 'a.yaml': pod('a') }, '-f', 'a.yaml')).toString();
    const without = injected.replace(/^ *alpine-resolver\.io\/status:.*\n/m, '');
    const outcome = undo({ 'a.yaml': without }, '-f', 'a.yaml');
    expect(outcome.exitCode).toBe(1);
    expect(bytesOf(outcome).toString()).toBe(without);
    expect(reportOf(outcome)).toContain('which says what');
  });

  test('with comments of a user between them keeps these', () => {
    const injected = bytesOf(run({ 'a.yaml': pod('a') }, '-f', 'a.yaml')).toString();
    const commented = injected.replace('  dnsPolicy: None\n', '  # mine\n  dnsPolicy: None\n');
    expect(bytesOf(undo({ 'a.yaml': commented }, '-f', 'a.yaml')).toString()).toBe(`${pod('a')}  # mine\n`);
  });
});

test.each([injectCommand, uninjectCommand])('the help of $name fits a terminal and has examples', async (command) => {
  const text = commandHelp(command, 80);
  expect(text.split('\n').filter((line) => line.length > 80)).toStrictEqual([]);
  expect(command.examples.length).toBeGreaterThan(0);
  await expect(text).toMatchFileSnapshot(`help/${command.name}.txt`);
});
