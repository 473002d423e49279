/** Completion in the real shells, and the man page in the real formatter. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRecordedApi, type RecordedApi } from '../support/kubernetes/recorded-api.ts';

const built = join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs');
const folder = mkdtempSync(join(tmpdir(), 'completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kubeconfig = join(folder, 'kubeconfig');
const env = {
  ...{ PATH: `${folder}:${process.env['PATH']}`, HOME: folder, TERM: 'xterm', LANG: 'C.UTF-8' },
  KUBECONFIG: kubeconfig,
};
const has = (command: string): boolean => spawnSync(command, ['--version']).error === undefined;

/** Not blocking: the API server is in this process. */
async function run(command: string, ...args: string[]): Promise<string> {
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

const named = (...names: string[]): object => ({ items: names.map((name) => ({ metadata: { name } })) });
const objects = {
  '/api/v1/namespaces': named('shop', 'shutters', 'sh\u001b[31m', 'sh;reboot'),
  '/api/v1/namespaces/shop/pods': named('web-0', 'web-0;reboot', 'cart-1'),
  '/api/v1/namespaces/shutters/pods': named('blind-0'),
};
/** As clouds and kubeadm name them: bash splits words at their colons and their `@`. */
const eks = 'arn:aws:eks:eu-1:1234:cluster/a';
const kubeadm = 'kubernetes-admin@kubernetes';
let api: RecordedApi | undefined;
afterAll(() => api?.close());

describe.skipIf(!existsSync(built))('completion', () => {
  beforeAll(async () => {
    // Of context `other` nothing listens, of context `mute` nothing is ever answered.
    api = await startRecordedApi({ objects, silentAt: /^\/mute\// });
    const mute = `- {name: mute, cluster: {server: "${/server: (\S+)\}/.exec(api.kubeconfig)?.[1]}/mute"}}\nusers:`;
    const more = ['mute', `"${eks}"`, kubeadm, '"$(reboot)"', '"e\\e[31m"']
      .map(
        (name) =>
          `- {name: ${name}, context: {cluster: ${name === 'mute' ? name : 'test'}, user: test, namespace: shop}}\n`,
      )
      .join('');
    writeFileSync(kubeconfig, api.kubeconfig.replace('clusters:', `${more}clusters:`).replace('users:', mute));
    writeFileSync(join(folder, 'alpine-resolver'), `#!/bin/sh\nexec ${process.execPath} ${built} "$@"\n`);
    chmodSync(join(folder, 'alpine-resolver'), 0o755);
    writeFileSync(join(folder, 'deployment.yaml'), '');
    for (const shell of ['bash', 'zsh', 'fish'])
      writeFileSync(join(folder, `completion.${shell}`), await run('alpine-resolver', 'completion', shell));
  });

  const cases: readonly [string, string[]][] = [
    ['unin', ['uninject']],
    ['inject --cluster', ['--cluster-domain']],
    ['inject --output ', ['table', 'json', 'yaml']],
    ['reasons not-al', ['not-alpine']],
    ['status -n sh', ['shop', 'shutters']],
    ['status pod/', ['pod/cart-1', 'pod/web-0']],
    ['explain -n shutters --in-pod ', ['blind-0']],
    ['status --context ', [eks, kubeadm, 'mute', 'other', 'test']],
    ['status --context other -n ', []],
    ['status --context mute -n ', []],
  ];

  test.each(cases)('bash: %s', async (line, expected) => {
    const words = ['alpine-resolver', ...line.split(' ')];
    const script = `source completion.bash
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
      _alpine_resolver; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p alpine-resolver`;
    expect((await run('bash', '--norc', '-c', script)).trim().split('\n')).toStrictEqual([
      ...expected,
      'complete -F _alpine_resolver alpine-resolver',
    ]);
  });

  test.skipIf(!has('fish')).each(cases)('fish: %s', async (line, expected) => {
    const found = await run(
      'fish',
      '--no-config',
      '-c',
      `source completion.fish; complete -C 'alpine-resolver ${line}'`,
    );
    const words = found
      .trim()
      .split('\n')
      .map((each) => each.split('\t')[0])
      .filter((word) => word !== '');
    expect(new Set(words)).toStrictEqual(new Set(expected));
  });

  test.skipIf(!has('fish'))('fish: names of files, where a file is wanted', async () => {
    const found = await run(
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
    ['status po', 'status pod/'],
    ['status pod/w', 'status pod/web-0 '],
    ['status --context arn:', `status --context ${eks} `],
  ])('zsh: %s', async (line, expected) => {
    expect(await completedByZsh(line)).toBe(`alpine-resolver ${expected}`);
  });

  test.each([
    ['names of files, where a file is wanted', 'inject -f dep', 'inject -f deployment.yaml '],
    ['what something has to follow', 'status po', 'status pod/'],
    ['a name with colons behind =', 'status --context=arn:', `status --context=${eks} `],
    ['a name with @', 'status --context kubernetes-admin@k', `status --context ${kubeadm} `],
    ['what stands behind it', `status --context ${kubeadm} pod/w`, `status --context ${kubeadm} pod/web-0 `],
  ])('bash at a terminal: %s', async (_what, line, expected) => {
    const shell = terminal('bash --norc --noprofile -i');
    shell.write("PS1='READY'; source completion.bash\n");
    await shell.shows(/READY$/);
    // What is typed behind it shows that the completion is over.
    shell.write(`alpine-resolver ${line}\t#`);
    const shown = await shell.shows(/#$/);
    expect(shown.slice(shown.lastIndexOf('READY'))).toBe(`READYalpine-resolver ${expected}#`);
    await shell.end();
  });

  test('kubectl asks under the name of its plugin', () => {
    symlinkSync(built, join(folder, 'kubectl_complete-alpine_resolver'));
    const asked = (...words: string[]): Promise<string> =>
      run(process.execPath, join(folder, 'kubectl_complete-alpine_resolver'), ...words);
    return expect(
      Promise.all([
        asked('unin'),
        asked('status', 'pod/w'),
        asked('status', '-n', 's'),
        asked('status', '--context', 'm'),
      ]),
    ).resolves.toStrictEqual([
      'uninject\ttakes the sidecar out of manifests again\n:4\n',
      'pod/web-0\n:4\n',
      'shop\nshutters\n:4\n',
      'mute\n:4\n',
    ]);
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
