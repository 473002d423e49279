/** Which functions of a bundle keep their names. */
import { runInNewContext } from 'node:vm';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { bundleOptions, bundles, withNamesOfClasses } from '../../../scripts/build.ts';

/** As esbuild writes it for the webhook. */
function bundled(): string {
  const source = `
    class Sequence {}
    function read() {}
    const made = (() => { const inner = () => 1; return inner; })();
    result = [new Sequence().constructor.name, read.name, made.name, made()];`;
  const webhook = bundles.find(({ name }) => name === 'webhook');
  const { minify, keepNames, target } = bundleOptions(webhook ?? { name: '', entry: '' });
  const { outputFiles } = buildSync({
    stdin: { contents: source },
    bundle: true,
    write: false,
    format: 'cjs',
    minify,
    keepNames,
    target,
  });
  return outputFiles[0]?.text ?? '';
}

test('classes and functions have their names, what is made anew for each call has none', () => {
  const found = { result: undefined };
  runInNewContext(withNamesOfClasses(bundled()), found);
  expect(found.result).toEqual(['Sequence', 'read', expect.not.stringMatching('inner'), 1]);
});

test('everything stays where the source map has it', () => {
  const place = bundled().indexOf('result=');
  expect(place).toBeGreaterThan(0);
  expect(withNamesOfClasses(bundled()).indexOf('result=')).toBe(place);
});

test('a bundle without the names is no bundle', () => {
  expect(() => withNamesOfClasses('var x=1')).toThrow('has another form now');
});
