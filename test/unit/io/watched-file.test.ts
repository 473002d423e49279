/** A file whose changes are seen. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchFile } from '../../../sidecar/io/watched-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watched-'));
  path = join(folder, 'file');
});
afterEach(() => rmSync(folder, { recursive: true }));

const watch = (maxBytes = 1000) => watchFile(path, { maxBytes });

test('is read at once', () => {
  writeFileSync(path, 'one');
  expect(watch()).toMatchObject({ text: 'one', problem: undefined });
});

test('a missing file has no text, and gets one when it appears', () => {
  const file = watch();
  expect(file).toMatchObject({ text: undefined, problem: 'ENOENT' });
  expect(file.check()).toBe(false);
  writeFileSync(path, 'one');
  expect(file.check()).toBe(true);
  expect(file).toMatchObject({ text: 'one', problem: undefined });
});

test('a file that goes away has no text any more', () => {
  writeFileSync(path, 'one');
  const file = watch();
  rmSync(path);
  expect(file.check()).toBe(true);
  expect(file).toMatchObject({ text: undefined, problem: 'ENOENT' });
});

describe('a change is seen', () => {
  test('of the text', () => {
    writeFileSync(path, 'one');
    const file = watch();
    expect(file.check()).toBe(false);
    writeFileSync(path, 'two!');
    expect(file.check()).toBe(true);
    expect(file.text).toBe('two!');
  });

  test('of the text alone, size and time as before', () => {
    writeFileSync(path, 'one');
    utimesSync(path, 1, 1);
    const file = watch();
    execFileSync('sleep', ['0.02']);
    writeFileSync(path, 'two');
    utimesSync(path, 1, 1);
    expect(file.check()).toBe(true);
    expect(file.text).toBe('two');
  });

  test('when another file takes its place', () => {
    writeFileSync(path, 'one');
    const file = watch();
    writeFileSync(`${path}.new`, 'two');
    renameSync(`${path}.new`, path);
    expect(file.check()).toBe(true);
    expect(file.text).toBe('two');
  });

  test('when a link above it is changed, as the kubelet does', () => {
    for (const [name, text] of [
      ['v1', 'one'],
      ['v2', 'two'],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'file'), text);
    }
    symlinkSync('v1', join(folder, '..data'));
    symlinkSync('..data/file', path);
    const file = watch();
    expect(file.text).toBe('one');
    symlinkSync('v2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    expect(file.check()).toBe(true);
    expect(file.text).toBe('two');
  });

  test('when it comes too fast for the times of the file: the poll after a change reads once more', () => {
    let identity = 'first';
    writeFileSync(path, 'one');
    const file = watchFile(path, { maxBytes: 1000, identify: () => identity });
    identity = 'second';
    writeFileSync(path, 'two');
    expect(file.poll()).toBe(true);
    writeFileSync(path, 'three');
    expect(file.check()).toBe(false);
    expect(file.poll()).toBe(true);
    expect(file.text).toBe('three');
    writeFileSync(path, 'four');
    expect(file.poll()).toBe(false);
  });
});

test('a new time with the same text is no change', () => {
  writeFileSync(path, 'one');
  const file = watch();
  utimesSync(path, 1, 1);
  expect(file.check()).toBe(false);
});

test('of a large file the whole lines within the limit are read', () => {
  writeFileSync(path, 'first\nsecond\nthird\n');
  expect(watch(15)).toMatchObject({ text: 'first\nsecond\n', problem: 'only the first 15 bytes are read' });
  expect(watch(19)).toMatchObject({ text: 'first\nsecond\nthird\n', problem: undefined });
});

test('a folder and a pipe are not read', () => {
  mkdirSync(path);
  expect(watch()).toMatchObject({ text: undefined, problem: 'not a regular file' });
  rmSync(path, { recursive: true });
  execFileSync('mkfifo', [path]);
  expect(watch()).toMatchObject({ text: undefined, problem: 'not a regular file' });
});
