/** The built command line, run as one would run it: what is in its streams, and how it ends. */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const built = join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs');
const isBuilt = existsSync(built);
const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
const cli = join(folder, 'cli.cjs');
afterAll(() => rmSync(folder, { recursive: true }));

const pod = 'kind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: web, image: alpine} # here\n';
const refused = pod.replace('{name: web}', '{name: web, annotations: {alpine-resolver.io/log-level: loud}}');

function run(args: readonly string[], { input = '', flags = [] as string[] } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, cli, ...args], {
    cwd: folder,
    input,
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe.skipIf(!isBuilt)('dist/cli.cjs, alone in a folder', () => {
  // It runs without the project, its packages and the other bundles.
  beforeAll(() => copyFileSync(built, cli));

  test('inject and uninject as a pipe', () => {
    const injected = run(['inject', '-f', '-'], { input: pod });
    expect(injected.status).toBe(0);
    expect(injected.stderr).toContain('standard input:1 Pod default/web');
    expect(injected.stdout).toContain('name: web, image: alpine');
    const back = run(['uninject', '-f', '-'], { input: injected.stdout });
    expect(back).toMatchObject({ status: 0, stdout: pod });
  });

  test('explain with a scenario, and its exit code', () => {
    const zone = 'servers: {192.0.2.1: {names: {cart A: 192.0.2.7, cart AAAA: NXDOMAIN}}}\n';
    const args = ['explain', 'cart', '--scenario', '-', '--musl', '3.21'];
    const explained = run(args, { input: zone });
    expect(explained).toMatchObject({ status: 0, stderr: '' });
    expect(explained.stdout).toContain('here it parts from glibc (M3)');
    expect(run([...args, '--fail-on-difference'], { input: zone }).status).toBe(1);
  });

  test('check as a pipe: its exit code is the answer', () => {
    const checked = run(['check', '-f', '-', '--output', 'sarif'], { input: refused });
    expect(checked).toMatchObject({ status: 1, stderr: '' });
    expect(JSON.parse(checked.stdout)).toMatchObject({ runs: [{ results: [{ ruleId: 'refused-by-webhook' }, {}] }] });
    expect(run(['check', '-f', '-', '--fail-on', 'never'], { input: refused }).status).toBe(0);
  });

  test('Ctrl-C ends a lookup that waits, with 130', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    writeFileSync(join(folder, 'silent.conf'), 'nameserver 127.0.0.1\n');
    const args = ['explain', 'a.example', '--resolv-conf', 'silent.conf', '--port', String(silent.address().port)];
    const child = spawn(process.execPath, [cli, ...args], { cwd: folder, stdio: 'ignore' });
    const ended = once(child, 'exit');
    await once(silent, 'message');
    child.kill('SIGINT');
    expect(await ended).toStrictEqual([130, null]);
    silent.close();
  });

  test.each([
    ['', true],
    ['1', false],
  ])('on a terminal with NO_COLOR=%j: colours %s', (noColor, isColoured) => {
    writeFileSync(join(folder, 'zone.yaml'), 'servers: {192.0.2.1: {names: {cart: 192.0.2.7}}}\n');
    const command = `${process.execPath} ${cli} explain cart --scenario zone.yaml --musl 3.21`;
    const env = { PATH: process.env['PATH'], TERM: 'xterm', ...(noColor !== '' && { NO_COLOR: noColor }) };
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: folder, env, encoding: 'utf8' });
    expect(stdout).toContain('takes 1 address');
    expect(stdout.includes('\u001b[')).toBe(isColoured);
  });

  test('a pod that is refused is a no, and the manifest comes out as it was', () => {
    expect(run(['inject', '-f', '-'], { input: refused })).toMatchObject({ status: 1, stdout: refused });
  });

  test.each([
    [['inject'], 'inject needs -f FILE'],
    [['injct', '-f', 'x'], 'unknown command injct, did you mean inject?'],
    [['inject', '-f', 'none.yaml'], 'none.yaml cannot be read: there is no such file'],
    [['uninject', '-f', '.', '--dif'], 'unknown option --dif, did you mean --diff?'],
  ])('%j is wrong use', (args, message) => {
    const { status, stdout, stderr } = run(args);
    expect({ status, stdout }).toStrictEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('the help has a line and an example for each command, and the table of exit codes', () => {
    const { status, stdout, stderr } = run(['--help']);
    expect({ status, stderr }).toStrictEqual({ status: 0, stderr: '' });
    for (const name of ['demo', 'explain', 'check', 'inject', 'uninject']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} +\\w`, 'm'));
      expect(stdout).toContain(`  alpine-resolver ${name} `);
      expect(run([name, '--help'])).toMatchObject({ status: 0, stderr: '' });
    }
    expect(stdout).toMatch(/^ {2}130 +interrupted$/m);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toStrictEqual([]);
  });

  test('an older Node.js gets one sentence', () => {
    const older = join(folder, 'older.cjs');
    const versions = "{ ...process.versions, node: '22.11.0' }";
    writeFileSync(older, `Object.defineProperty(process, 'versions', { value: ${versions} });\n`);
    const { status, stdout, stderr } = run(['inject', '-f', '-'], { flags: ['--require', older] });
    expect({ status, stdout }).toStrictEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^alpine-resolver: Node\.js 24 is needed, this is v[\d.]+; npm start brings its own\n$/);
  });

  test('whoever reads may go away', () => {
    const script = `${process.execPath} ${cli} inject -f - 2>/dev/null | head -c 1; exit "\${PIPESTATUS[0]}"`;
    const input = `${pod}---\n`.repeat(300);
    const { status, stdout } = spawnSync('bash', ['-c', script], { input, encoding: 'utf8', cwd: folder });
    expect({ status, stdout }).toStrictEqual({ status: 0, stdout: 'k' });
  });

  test.each([
    ['--help', 0],
    ['reasons', 0],
    ['reasons -o json', 0],
    ['check -f - --fail-on never', 0],
    ['check -f -', 1],
    ['version --client', 0],
    ['completion bash', 0],
  ])('%s, when nobody reads any more, is no fault', (args, expected) => {
    // The other end is closed before a program of Node.js runs.
    const script = `{ sleep 0.1; exec ${process.execPath} ${cli} ${args}; } 2>said | : ; echo "\${PIPESTATUS[0]}"; cat said`;
    const { stdout } = spawnSync('bash', ['-c', script], { input: refused, encoding: 'utf8', cwd: folder });
    expect(stdout).toBe(`${expected}\n`);
  });
});
