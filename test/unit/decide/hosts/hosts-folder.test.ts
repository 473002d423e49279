/** Which files of a folder of hosts files are read, and when. */
import { describe, expect, test } from 'vitest';
import {
  inByteOrder,
  isHostsFileName,
  readAgain,
  startFolder,
  stepFolder,
  type FolderState,
} from '../../../../sidecar/decide/hosts/hosts-folder.ts';

type Files = Record<string, string>;

const found = (files: Files) => new Map(Object.entries(files));

/** The folder as it is at each moment; what is read (`+`) and let go (`-`) then. */
function expectSteps(moments: readonly (readonly [atMs: number, files: Files, done: string])[]): void {
  let state: FolderState | undefined;
  for (const [atMs, files, done] of moments) {
    const step = state === undefined ? startFolder(found(files), atMs) : stepFolder(state, found(files), atMs);
    ({ state } = step);
    expect([...step.read.map((name) => `+${name}`), ...step.drop.map((name) => `-${name}`)].join(' ')).toBe(done);
  }
}

describe('a file', () => {
  test('is read at the start, and once more when it has been still', () => {
    expectSteps([
      [0, { b: '1', a: '1' }, '+a +b'],
      [499, { b: '1', a: '1' }, ''],
      [500, { b: '1', a: '1' }, '+a +b'],
      [2000, { b: '1', a: '1' }, ''],
    ]);
  });

  test('that comes or changes is read when it has been still', () => {
    expectSteps([
      [0, {}, ''],
      [1000, { a: '1' }, ''],
      [1400, { a: '2' }, ''],
      [1800, { a: '3' }, ''],
      [2299, { a: '3' }, ''],
      [2300, { a: '3' }, '+a'],
      [9000, { a: '3' }, ''],
      [10_000, { a: '4' }, ''],
      [10_500, { a: '4' }, '+a'],
    ]);
  });

  test('that goes is let go when it has been gone, and not where it is back before', () => {
    expectSteps([
      [0, { a: '1', b: '1' }, '+a +b'],
      [1000, { a: '1', b: '1' }, '+a +b'],
      [2000, {}, ''],
      [2300, { a: '1' }, ''],
      [2499, { a: '1' }, ''],
      [2500, { a: '1' }, '-b'],
      [2800, { a: '1' }, '+a'],
      [9000, { a: '1' }, ''],
    ]);
  });

  test('that was let go is forgotten', () => {
    let step = startFolder(found({ a: '1', b: '1' }), 0);
    for (const atMs of [1000, 2000]) step = stepFolder(step.state, found({ a: '1' }), atMs);
    expect([step.drop, [...step.state.files.keys()]]).toEqual([['b'], ['a']]);
  });

  test('that could not be read now is read again', () => {
    const { state } = stepFolder(startFolder(found({ a: '1' }), 0).state, found({ a: '1' }), 1000);
    expect(stepFolder(state, found({ a: '1' }), 2000).read).toEqual([]);
    expect(stepFolder(readAgain(state, 'a'), found({ a: '1' }), 2000).read).toEqual(['a']);
    expect(readAgain(state, 'b')).toEqual(state);
  });
});

test('the order is that of bytes', () => {
  expect(inByteOrder(['b', 'a', 'B', '10', '9', '\u00e9', '\uffee', '\u{1f600}'])).toEqual([
    ...['10', '9', 'B', 'a', 'b', '\u00e9', '\uffee', '\u{1f600}'],
  ]);
});

test.each([
  ['hosts', true],
  ['10-base.conf', true],
  ['tmp', true],
  ['.hidden', false],
  ['..data', false],
  ['hosts~', false],
  ['hosts.tmp', false],
])('%s: %s', (name, isRead) => {
  expect(isHostsFileName(name)).toBe(isRead);
});
