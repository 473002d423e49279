/** Files and folders that the pages name in code, so that a page is found wrong when they move. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const pages = globSync('{*.md,docs/**/*.md,test/*/README.md}', { cwd: root });

/** From the root of the project. Patterns and commands are none. */
function namedPaths(text: string): string[] {
  const prose = text.replaceAll(/^```[^]*?^```/gm, '');
  const named = [...prose.matchAll(/`([^`\s]+)`/g)].map(([, code = '']) => code);
  return named.filter((code) =>
    /^(?:sidecar|webhook|cli|shared|scripts|test|bench|docs|manifests|\.ci|\.github)\/[\w./-]*$/.test(code),
  );
}

test.each(pages)('%s names files that are there', (page) => {
  const missing = namedPaths(readFileSync(join(root, page), 'utf8')).filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});

test('a path is found where it stands in code, and nothing else is', () => {
  const text =
    'See `sidecar/wire/name.ts`, `shared/`, `wire/name.ts`, `a/*`, `node test/x.ts`, shared/x.\n```\n`docs/x.md`\n```\n';
  expect(namedPaths(text)).toEqual(['sidecar/wire/name.ts', 'shared/']);
});
