/** Completion in the real shells, and the man page in the real formatter. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const built = join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs');
const folder = mkdtempSync(join(tmpdir(), 'completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { PATH: `${folder}:${process.env['PATH']}`, HOME: folder, TERM: 'xterm', LANG: 'C.UTF-8' };
const has = (command: string): boolean => spawnSync(command, ['--version']).error === undefined;

function run(command: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

describe.skipIf(!existsSync(built))('completion', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'alpine-resolver'), `#!/bin/sh\nexec ${process.execPath} ${built} "$@"\n`);
    chmodSync(join(folder, 'alpine-resolver'), 0o755);
    writeFileSync(join(folder, 'deployment.yaml'), '');
    for (const shell of ['bash', 'zsh', 'fish'])
      writeFileSync(join(folder, `completion.${shell}`), run('alpine-resolver', 'completion', shell));
  });

  const cases: readonly [string, string[]][] = [
    ['unin', ['uninject']],
    ['inject --cluster', ['--cluster-domain']],
    ['inject --output ', ['table', 'json', 'yaml']],
    ['reasons not-al', ['not-alpine']],
  ];

  test.each(cases)('bash: %s', (line, expected) => {
    const words = ['alpine-resolver', ...line.split(' ')];
    const script = `source completion.bash
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
      _alpine_resolver; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p alpine-resolver`;
    expect(run('bash', '--norc', '-c', script).trim().split('\n')).toStrictEqual([
      ...expected,
      'complete -F _alpine_resolver alpine-resolver',
    ]);
  });

  test.skipIf(!has('fish')).each(cases)('fish: %s', (line, expected) => {
    const found = run('fish', '--no-config', '-c', `source completion.fish; complete -C 'alpine-resolver ${line}'`);
    const words = found
      .trim()
      .split('\n')
      .map((each) => each.split('\t')[0]);
    expect(new Set(words)).toStrictEqual(new Set(expected));
  });

  test.skipIf(!has('fish'))('fish: names of files, where a file is wanted', () => {
    const found = run(
      'fish',
      '--no-config',
      '-c',
      `source completion.fish; complete -C 'alpine-resolver inject -f dep'`,
    );
    expect(found).toContain('deployment.yaml');
  });

  test.skipIf(!has('zsh')).each([
    ['unin', 'uninject '],
    ['inject --cluster', 'inject --cluster-domain '],
    ['reasons not-al', 'reasons not-alpine '],
    ['inject -f dep', 'inject -f deployment.yaml '],
  ])('zsh: %s', async (line, expected) => {
    expect(await completedByZsh(line)).toBe(`alpine-resolver ${expected}`);
  });

  test('bash at a terminal: names of files, where a file is wanted', async () => {
    const shell = terminal('bash --norc --noprofile -i');
    shell.write("PS1='READY'; source completion.bash\n");
    await shell.shows(/READY$/);
    shell.write('alpine-resolver inject -f dep\t');
    expect(await shell.shows(/inject -f deployment\.yaml $/)).toContain('READY');
    await shell.end();
  });

  test('kubectl asks under the name of its plugin', () => {
    symlinkSync(built, join(folder, 'kubectl_complete-alpine_resolver'));
    const asked = spawnSync(process.execPath, [join(folder, 'kubectl_complete-alpine_resolver'), 'unin'], {
      encoding: 'utf8',
    });
    expect(asked.stdout).toBe('uninject\ttakes the sidecar out of manifests again\n:4\n');
  });
});

/** The line as zsh has it after a Tab: its line editor prints it when it is told to. */
async function completedByZsh(line: string): Promise<string> {
  const shell = terminal('zsh -f -i');
  shell.write(
    [
      "PS1='READY'; unsetopt prompt_sp zle_bracketed_paste; autoload -Uz compinit; compinit -u -D",
      'source completion.zsh',
      'show() { print -r -- "<$BUFFER>" > shown; zle kill-whole-line }; zle -N show; bindkey "^X" show',
      'print SET; print UP\n',
    ].join('\n'),
  );
  await shell.shows(/SET\r?\n(?:.*\n)*?UP/);
  shell.write(`alpine-resolver ${line}\t\x18print DO; print NE\n`);
  await shell.shows(/DO\r?\n(?:.*\n)*?NE/);
  await shell.end();
  return /<(.*)>/.exec(readFileSync(join(folder, 'shown'), 'utf8'))?.[1] ?? '';
}

/** A shell on a terminal of its own (util-linux `script`). */
function terminal(command: string) {
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    cwd: folder,
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let text = '';
  let look = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    look();
  });
  const ended = new Promise<void>((resolve) => void child.on('close', () => resolve()));
  return {
    write: (input: string) => void child.stdin.write(input),
    shows: (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        look = () => {
          if (pattern.test(text)) resolve(text);
        };
        void ended.then(() => reject(new Error(`${command} ended: ${text}`)));
        look();
      }),
    async end() {
      child.stdin.end('\x15\x04');
      child.kill();
      await ended;
    },
  };
}

describe.skipIf(!has('mandoc') && spawnSync('mandoc').error !== undefined)('the man page', () => {
  const page = join(import.meta.dirname, '..', '..', 'docs', 'man', 'alpine-resolver.1');

  test('is clean', () => {
    const { stdout, stderr, status } = spawnSync('mandoc', ['-T', 'lint', page], { encoding: 'utf8' });
    expect({ stdout, stderr, status }).toStrictEqual({ stdout: '', stderr: '', status: 0 });
  });

  test('has every command and exit code', () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'ascii', page], { encoding: 'utf8' });
    // Bold is a letter over itself.
    // oxlint-disable-next-line no-control-regex -- that is what is looked for
    const text = stdout.replaceAll(/.\x08/g, '');
    for (const part of ['COMMAND EXPLAIN', '--fail-on-difference', '130', 'NO_COLOR']) expect(text).toContain(part);
  });
});
