/** The script of continuous integration with an npm that only notes how it was called. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const script = readFileSync(join(root, '.ci/run'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-run-'));
  mkdirSync(join(folder, '.ci'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(npm: string, text = script): { code: number | null; output: string; calls: string[] } {
  const notes = join(folder, 'calls');
  for (const [name, content] of [
    ['.ci/run', text],
    ['npm', `#!/bin/sh\necho "$CI $*" >> '${notes}'\n${npm}\n`],
  ] as const) {
    writeFileSync(join(folder, name), content);
    chmodSync(join(folder, name), 0o755);
  }
  const { status, stdout } = spawnSync(join(folder, '.ci/run'), {
    env: { PATH: `${folder}:${process.env['PATH']}` },
    encoding: 'utf8',
  });
  return { code: status, output: stdout, calls: readFileSync(notes, 'utf8').trim().split('\n') };
}

test('every step runs, in order, with CI set; each has its line, and all stand in the table', () => {
  const { code, output, calls } = run('true');
  expect(code).toBe(0);
  const steps = calls.map((call) => call.replace(/^true /, 'npm '));
  expect(steps.slice(0, 2)).toEqual(['npm ci', 'npm test']);
  expect(steps.at(-1)).toBe('npm run test:cluster');
  const table = output.slice(output.indexOf('Seconds per step'));
  for (const step of steps) expect(table).toMatch(new RegExp(`^ *\\d+ s {2}${step}: passed$`, 'm'));
  expect(table).toMatch(/^ *\d+ s {2}in all, of 4500$/m);
  expect(output.match(/passed$/gm)).toHaveLength(2 * steps.length);
});

test('no test command of the package is left out', () => {
  const { calls } = run('true');
  const ran = calls.map((call) => /^true run (\S+)/.exec(call)?.[1]).filter((name) => name !== undefined);
  // `npm test` runs these, and `npm run test:golden` a part of them.
  const within = ['test:golden', 'test:unit', 'test:replays', 'test:system'];
  const commands = Object.keys(scripts).filter((name) => name.startsWith('test:') && !within.includes(name));
  expect([...new Set(ran)].toSorted()).toEqual(commands.toSorted());
});

test('no step stands there twice', () => {
  const { calls } = run('true');
  expect(calls).toEqual([...new Set(calls)]);
});

test('test:admission gets no seed: each run has the fixed one and a random one of its own', () => {
  const { calls } = run('true');
  expect(calls.filter((call) => call.includes('test:admission'))).toEqual(['true run test:admission']);
});

test('a step that fails ends the run with its code, and the table says so', () => {
  const { code, output, calls } = run('case "$*" in *rows*) exit 3;; esac');
  expect({ code, last: calls.at(-1) }).toEqual({ code: 3, last: 'true run test:rows' });
  expect(output.slice(output.indexOf('Seconds per step'))).toMatch(/npm run test:rows: FAILED with 3$/m);
});

test('a run beyond the limit fails', () => {
  const { code, output } = run(
    'case "$*" in ci) sleep 2;; esac',
    script.replace('limit_seconds=$((75 * 60))', 'limit_seconds=1'),
  );
  expect(code).toBe(1);
  expect(output).toMatch(/FAILED: it took \d+ s, and 1 are allowed\n$/);
});
