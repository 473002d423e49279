/** What `npm start` gives a newcomer: the built command line, run as one would run it. */
import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs');
const isBuilt = ['cli', 'sidecar', 'webhook'].every((name) => existsSync(CLI.replace('cli.cjs', `${name}.cjs`)));
const temporary = mkdtempSync(join(tmpdir(), 'demo-'));
afterAll(() => rmSync(temporary, { recursive: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** @param onOutput may end the program, or read no further */
function run(
  args: readonly string[],
  onOutput?: (text: string, kill: () => void, leave: () => void) => void,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { PATH: process.env['PATH'], TMPDIR: temporary } });
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      ended.stdout += text;
      onOutput?.(
        ended.stdout,
        () => child.kill('SIGINT'),
        () => child.stdout.destroy(),
      );
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      ended.stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...ended, code }));
  });
}

const leftOver = () => globSync(join(temporary, 'alpine-resolver-*'));

test('the programs are built', ({ skip }) => {
  if (!isBuilt && process.env['CI'] !== 'true') skip('NOT RUN: dist/ is not complete, build it with: npm run build');
  expect(isBuilt).toBe(true);
});

describe.runIf(isBuilt)('the demo', () => {
  test('once: the change, the table, exit code 0, nothing left', async () => {
    const { code, stdout, stderr } = await run(['demo', '--once']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).not.toContain('\x1b');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(stdout).toContain('+     - name: alpine-resolver');
    expect(stdout).toContain('-         value: "2"');
    const marks = stdout.split('\n').filter((line) => line.includes(' ✓ '));
    expect(marks).toHaveLength(9);
    expect(stdout).toContain('Alpine alone resolves 5 of 9 otherwise than Debian.');
    expect(stdout).toContain('Through the sidecar all 9 are as on Debian.');
    expect(leftOver()).toEqual([]);
  });

  test('serves until Ctrl-C, then ends with 0', async () => {
    const { code, stdout } = await run(['demo', 'cart'], (text, kill) => {
      if (text.includes('original-resolv.conf')) kill();
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/dig @127\.0\.0\.1 -p \d+ cart\.glibc\.internal/);
    expect(leftOver()).toEqual([]);
  });

  test('Ctrl-C while names wait for a timeout', async () => {
    const startMs = performance.now();
    const { code } = await run(['demo', 'partner.io'], (text, kill) => {
      if (text.includes('2  What')) kill();
    });
    expect(code).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(4500);
    expect(leftOver()).toEqual([]);
  });

  test('its reader goes away, as `head` does: it ends, and leaves nothing behind', async () => {
    const { code, stderr } = await run(['demo', 'cart'], (_text, _kill, leave) => leave());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(leftOver()).toEqual([]);
  });

  test("a user's manifest: injected, left alone, refused", async () => {
    const file = join(temporary, 'app.yaml');
    const pod = (name: string, image: string, annotations = '') =>
      `kind: Pod\nmetadata: { name: ${name}, namespace: team${annotations} }\nspec: { containers: [{ name: c, image: "${image}" }] }\n`;
    writeFileSync(
      file,
      [
        pod('one', 'node:24-alpine'),
        pod('two', 'debian:13'),
        pod('three', 'alpine', ', annotations: { alpine-resolver.io/ndots: "99" }'),
      ].join('---\n'),
    );
    const { code, stdout } = await run(['demo', '--once', '--pod', file, 'cart']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Pod team\/one {2}injected/);
    expect(stdout).toMatch(/Pod team\/two {2}not injected: not-alpine/);
    expect(stdout).toMatch(/Pod team\/three {2}refused: .*ndots.*99/);
    expect(stdout).toMatch(/cart +10\.96\.14\.7 .* ✓ 10\.96\.14\.7/);
  });

  test('a file without nameserver is refused', async () => {
    const file = join(temporary, 'empty.conf');
    writeFileSync(file, 'search corp.example\n');
    expect(await run(['demo', '--once', '--resolv-conf', file])).toMatchObject({ code: 64, stdout: '' });
  });

  test('nameservers of a file, at a port of its own', async () => {
    let served: Promise<Ended> | undefined;
    const outer = await run(['demo', 'cart'], (text, kill) => {
      const port = /-p (\d+) cart +the cluster DNS/.exec(text)?.[1];
      if (port === undefined || served !== undefined) return;
      const file = join(temporary, 'resolv.conf');
      writeFileSync(file, 'nameserver 127.0.0.1\nsearch corp.example\n');
      served = run(['demo', '--once', '--resolv-conf', file, '--port', port, 'db']).finally(kill);
    });
    expect(outer.code).toBe(0);
    const { code, stdout } = (await served) ?? { code: 1, stdout: '' };
    expect(code).toBe(0);
    expect(stdout).toMatch(/db +10\.20\.0\.5 .* ✓ 10\.20\.0\.5/);
    expect(stdout).toContain('search corp.example');
  });

  test.each([
    [['demo', '--onec'], 'unknown option --onec, did you mean --once?'],
    [['dmeo'], 'unknown command dmeo, did you mean demo?'],
    [['demo', '--pod', '/no/such'], '/no/such cannot be read: there is no such file'],
  ])('%j is refused', async (args, message) => {
    expect(await run(args)).toEqual({ code: 64, stdout: '', stderr: `alpine-resolver: ${message}\n` });
  });

  test('help and version', async () => {
    expect((await run(['--help'])).stdout).toContain('Usage: alpine-resolver COMMAND');
    expect((await run(['demo', '--help'])).stdout).toContain('--resolv-conf FILE');
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
