/** What `npm start` gives a newcomer: the built command line, run as one would run it. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';

const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs');
const isBuilt = ['cli', 'sidecar', 'webhook'].every((name) => existsSync(cli.replace('cli.cjs', `${name}.cjs`)));
const temporary = mkdtempSync(join(tmpdir(), 'demo-'));
afterAll(() => rmSync(temporary, { recursive: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

type ReadableChild = ChildProcessByStdio<Writable | null, Readable, Readable>;

interface RunOptions {
  /** Standard input. */
  readonly input?: string;
  readonly cwd?: string;
  readonly signal?: NodeJS.Signals;
}

/** @param onOutput may end the program, or read no further */
function run(
  args: readonly string[],
  onOutput?: (text: string, kill: () => void, leave: () => void) => void,
  { input = '', cwd = temporary, signal = 'SIGINT' }: RunOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { PATH: process.env['PATH'], TMPDIR: temporary },
    cwd,
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return outputOf(child, (text) =>
    onOutput?.(
      text,
      () => child.kill(signal),
      () => child.stdout.destroy(),
    ),
  );
}

/** @param onOutput gets all that was printed so far */
function outputOf(child: ReadableChild, onOutput?: (text: string) => void): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      ended.stdout += text;
      onOutput?.(ended.stdout);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      ended.stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...ended, code }));
  });
}

/** Programs that were started from this demo's folder: each has it in its environment. */
function runningPrograms(): string[] {
  return globSync('/proc/[0-9]*/environ').filter((path) => {
    try {
      return readFileSync(path, 'utf8').includes(temporary) && !path.includes(`/${process.pid}/`);
    } catch {
      return false;
    }
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
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).toContain('+     - name: alpine-resolver');
    expect(stdout).toContain('-         value: "2"');
    const marks = stdout.split('\n').filter((line) => / ✓ \d/.test(line));
    expect(marks).toHaveLength(8);
    expect(stdout).toMatch(/\n {2}crat\.shop\.svc\n +not found .* not found .* = not found/);
    // The words are derived from what the models did.
    const text = stdout.replaceAll(/\s+/g, ' ');
    for (const words of [
      'A and AAAA cart.shop.svc: NXDOMAIN. musl stops there: with 2 dots (ndots:2) it does not search; glibc goes on and finds cart.shop.svc.cluster.local.',
      'A and AAAA db.shop.svc.cluster.local: no records. musl stops there without an address; glibc remembers that, goes on and finds db.corp.example.',
      'ledger.corp.example: A 1 address, AAAA NXDOMAIN. musl drops the address that A brought',
      'A and AAAA partner.io.lab.example: SERVFAIL. musl asks again until its 5 s are over, and gives up; glibc goes on and finds partner.io.',
    ])
      expect(text).toContain(words);
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

  const pod = (name: string, image: string, annotations = '') =>
    `kind: Pod\nmetadata: { name: ${name}, namespace: team${annotations} }\nspec: { containers: [{ name: c, image: "${image}" }] }\n`;

  test("a user's manifest shows the change and ends: injected, left alone, refused", async () => {
    const documents = [
      pod('one', 'node:24-alpine'),
      pod('two', 'debian:13'),
      pod('three', 'alpine', ', annotations: { alpine-resolver.io/ndots: "99" }'),
      pod('four', 'alpine', ', annotations: { alpine-resolver.io/ndots: 2 }'),
      'kind: Service\n',
    ];
    writeFileSync(join(temporary, 'app.yaml'), documents.join('---\n'));
    const { code, stdout } = await run(['demo', '-f', 'app.yaml']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/Pod team\/one {2}injected/);
    expect(stdout).toMatch(/Pod team\/two\s+not injected: not-alpine/);
    expect(stdout).toMatch(/Pod team\/three\s+refused: .*ndots[^]*99/);
    expect(stdout).toMatch(
      /Pod team\/four\s+refused by the API server:\s+metadata\.annotations\["alpine-resolver\.io\/ndots"\]\s+is the number\s+2/,
    );
    expect(stdout).toContain('Beside them, without a pod: 1 Service.');
    expect(stdout).not.toContain('What its programs then resolve');
    expect(leftOver()).toEqual([]);
  });

  test('from standard input, with what is assumed of the cluster; 0 for a pod that is left alone', async () => {
    const options = ['--cluster-domain', 'k8s.corp', '--nameserver', 'fd00::a'];
    const injected = await run(['demo', '-f', '-', ...options], undefined, { input: pod('one', 'alpine') });
    expect(injected.code).toBe(0);
    expect(injected.stdout).toContain('search team.svc.k8s.corp svc.k8s.corp k8s.corp\n');
    expect(injected.stdout).toContain('nameserver fd00::a\n');
    expect((await run(['demo', '-f', '-'], undefined, { input: pod('one', 'debian:13') })).code).toBe(0);
  });

  test('a manifest and names: looked up as in its pod', async () => {
    const { code, stdout } = await run(['demo', '--once', '--pod', '-', 'cart'], undefined, {
      input: pod('one', 'alpine'),
    });
    expect(code).toBe(0);
    expect(stdout).toContain('search team.svc.cluster.local');
    expect(stdout).toMatch(/cart +10\.96\.14\.7 .* ✓ 10\.96\.14\.7/);
  });

  test('control characters of a manifest do not reach the terminal', async () => {
    const name = JSON.stringify('a\u001b[2J\u009b31m\u202e');
    const text = `kind: Pod
metadata: { name: ${name}, namespace: ${name}, annotations: { x: ${name}, alpine-resolver.io/ndots: ${name} } }
spec: { containers: [{ name: ${name}, image: alpine, args: [${name}] }] }
---
kind: ${name}
`;
    const { stdout, stderr } = await run(['demo', '-f', '-'], undefined, { input: text });
    const also = await run(['demo', '-f', '-'], undefined, { input: text.replace(/alpine-resolver.*\}/, '} }') });
    for (const output of [stdout, stderr, also.stdout, also.stderr])
      expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(also.stdout).toContain('injected in');
  });

  test('SIGKILL leaves no program running', async () => {
    let running = 0;
    await run(
      ['demo', 'cart'],
      (text, kill) => {
        if (!text.includes('Still serving') || running > 0) return;
        running = runningPrograms().length;
        kill();
      },
      { signal: 'SIGKILL' },
    );
    expect(running).toBe(3);
    await expect.poll(runningPrograms, { timeout: 5000 }).toEqual([]);
    for (const folder of leftOver()) rmSync(folder, { recursive: true });
  });

  test('npm start: from the folder of the user; SIGKILL of npm leaves no program running', async () => {
    writeFileSync(join(temporary, 'pod.yaml'), pod('one', 'alpine'));
    const root = join(cli, '..', '..');
    const npm = spawn('npm', ['--silent', '--prefix', root, 'start', '--', '-f', 'pod.yaml', 'cart'], {
      cwd: temporary,
      env: { ...process.env, TMPDIR: temporary, INIT_CWD: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = await outputOf(npm, (text) => {
      if (text.includes('Still serving')) npm.kill('SIGKILL');
    });
    expect(ended.stderr).toBe('');
    expect(ended.stdout).toMatch(/^alpine-resolver \d/);
    expect(ended.stdout).toMatch(/Pod team\/one {2}injected/);
    expect(ended.code).toBe(null);
    await expect.poll(runningPrograms, { timeout: 5000 }).toEqual([]);
    expect(leftOver()).toEqual([]);
  });

  test('what the sidecar says while it serves is shown', async () => {
    let edits = 0;
    const { stdout } = await run(['demo', 'cart'], (text, kill) => {
      const file = /\$EDITOR (\S+)\s/.exec(text)?.[1];
      if (file === undefined) return;
      if (edits === 0) writeFileSync(file, 'nameserver 127.0.0.1\nsearch other.example\nnonsense\n');
      edits++;
      if (text.includes('other.example') && text.includes('nonsense')) kill();
    });
    expect(stdout).toMatch(/the sidecar follows: nameserver 127\.0\.0\.1:?\d*;? search other\.example/);
    expect(stdout).toMatch(/the sidecar says: resolv-conf-ignored \(.*nonsense/);
  });

  test("a user's names go to a cluster whose parts all work, and the world outside is pointed at", async () => {
    const { stdout } = await run(['demo', '--once', 'example.com', 'nowhere.io']);
    expect(stdout).toMatch(/example\.com +192\.0\.2\.80 \+1 .* ✓ 192\.0\.2\.80 \+1/);
    expect(stdout).toMatch(/nowhere\.io +not found .* = not found/);
    expect(stdout).toContain('Alpine alone resolves both as Debian does.');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('--resolv-conf /etc/resolv.conf asks your own nameservers');
  });

  test('no nameserver answers: that is said', async () => {
    const file = join(temporary, 'dead.conf');
    // Nothing listens there.
    writeFileSync(file, 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
    const { stdout } = await run(['demo', '--once', '--resolv-conf', file, '--port', '1', 'foo']);
    expect(stdout).toContain('No nameserver answered: 127.0.0.1:1 (connection refused).');
    expect(stdout).toContain('No nameserver answered: there is nothing to compare.');
    expect(stdout).not.toContain('✓');
  });

  test('a file without nameserver is refused', async () => {
    const file = join(temporary, 'empty.conf');
    writeFileSync(file, 'search corp.example\n');
    expect(await run(['demo', '--once', '--resolv-conf', file])).toMatchObject({ code: 2, stdout: '' });
  });

  test('nameservers of a file, at a port of its own', async () => {
    let served: Promise<Ended> | undefined;
    const outer = await run(['demo', 'cart'], (text, kill) => {
      const port = /# the cluster DNS itself\n.*-p (\d+) cart/.exec(text)?.[1];
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
    [['demo', '-f', '.'], '. cannot be read: it is a folder'],
    [['demo', '-f', '-'], 'standard input: no Pod and nothing with a pod template is in there; it has nothing'],
    [
      ['demo', 'x.yaml'],
      `x.yaml: there is no such file in ${temporary}; a file is given with -f, and --name x.yaml looks it up as a name`,
    ],
    [['demo', '--pod', '/no/such'], '/no/such cannot be read: there is no such file'],
  ])('%j is refused', async (args, message) => {
    expect(await run(args)).toEqual({ code: 2, stdout: '', stderr: `alpine-resolver: ${message}\n` });
  });

  test('help and version', async () => {
    expect((await run(['--help'])).stdout).toContain('Usage: alpine-resolver COMMAND');
    expect((await run(['demo', '--help'])).stdout).toContain('--resolv-conf FILE');
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
