/** Code that was compiled of a bundle: when it is used, and that a bundle runs as it is, whatever code is given. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileBundle, type Runtime } from '../../../sidecar/start/compiled-bundle.ts';

const runtime: Runtime = { version: 'v24.0.0', arch: 'x64' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compiled-bundle-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In a file of its own each time: what a process has compiled, it does not compile again, nor looks at the code that it is given. */
let files = 0;
function compile(text: string, code?: Buffer, other: Partial<Runtime> = {}) {
  files += 1;
  const path = join(folder, `bundle-${files}.cjs`);
  writeFileSync(path, text);
  return { ...compileBundle(path, { ...runtime, ...other }, code), path };
}

/** As the image's build makes it. */
function codeOf(text: string): Buffer {
  const bundle = compile(text);
  bundle.run();
  return bundle.code();
}

const text = "module.exports = (() => 'one')();";
const otherBundle = 'it was compiled of another bundle, or for another Node.js';

describe('the code of a bundle', () => {
  test('is used', () => {
    const { refused, run } = compile(text, codeOf(text));
    expect({ refused, exported: run() }).toEqual({ refused: undefined, exported: 'one' });
  });

  test('is not missed where none is given', () => {
    const { refused, run } = compile(text);
    expect({ refused, exported: run() }).toEqual({ refused: undefined, exported: 'one' });
  });

  const changed: readonly { name: string; change: (code: Buffer) => Buffer; refused: string }[] = [
    { name: 'with another text behind it', change: (code) => replaced(code, -40), refused: otherBundle },
    { name: 'that was cut off', change: (code) => code.subarray(0, -1), refused: otherBundle },
    { name: 'that is empty', change: () => Buffer.alloc(0), refused: otherBundle },
    { name: 'with nothing but the text', change: (code) => code.subarray(-text.length - 11), refused: otherBundle },
    // V8's header: magic number, version, source, flags, of four bytes each.
    {
      name: 'of other flags',
      change: (code) => replaced(code, 12),
      refused: 'it was compiled with other options of V8',
    },
  ];
  test.each(changed)('is refused: $name', ({ change, refused }) => {
    const bundle = compile(text, change(codeOf(text)));
    expect({ refused: bundle.refused, exported: bundle.run() }).toEqual({ refused, exported: 'one' });
  });

  test.each([{ version: 'v24.0.1' }, { arch: 'arm' }])('is refused by another Node.js: %j', (other) => {
    const bundle = compile(text, codeOf(text), other);
    expect({ refused: bundle.refused, exported: bundle.run() }).toEqual({ refused: otherBundle, exported: 'one' });
  });

  test('is refused by a bundle of the same length', () => {
    const bundle = compile(text.replace('one', 'two'), codeOf(text));
    expect({ refused: bundle.refused, exported: bundle.run() }).toEqual({ refused: otherBundle, exported: 'two' });
  });
});

describe('a bundle', () => {
  test('has what a module of CommonJS has', () => {
    const { run, path } = compile(
      'exports.found = [__filename, __dirname, require("node:path").sep, this === undefined];',
    );
    expect(run()).toEqual({ found: [path, dirname(path), '/', false] });
  });

  test('is told why its code is not used', () => {
    const { run } = compile('exports.told = ALPINE_RESOLVER_CODE_UNUSED;');
    expect([run('there is none'), run()]).toEqual([{ told: 'there is none' }, { told: undefined }]);
  });

  test.each([
    { name: 'the first line', before: '', at: '1:25' },
    { name: 'another line', before: '\n\n', at: '3:25' },
  ])('has the columns of its file in a stack, in $name', ({ before, at }) => {
    const throwing = `${before}module.exports = (() => new Error('here').stack)();`;
    for (const code of [undefined, codeOf(throwing)]) {
      const { path, run } = compile(throwing, code);
      expect(String(run()).split('\n')[1]).toContain(`${path}:${at}`);
    }
  });
});

function replaced(code: Buffer, at: number): Buffer {
  const changed = Buffer.from(code);
  const index = at < 0 ? changed.length + at : at;
  changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
  return changed;
}
