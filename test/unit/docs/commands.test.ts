/** The commands of the page of the HTTP API do what it says, one after the other, in a folder in the place of the root. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const page = readFileSync(join(import.meta.dirname, '../../../docs/http-api.md'), 'utf8');

/** It is said how the token lies there while it is written, and what the programs that need a network were given. */
const standIns = `
openssl() { ls -l "$ROOT/etc/alpine-resolver/token" | cut -c 1-10 >&2; echo 0123456789abcdef; }
node() { echo "node $*"; }
curl() { echo "curl $2"; }
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'commands-'));
  for (const folder of ['etc', 'var/lib']) mkdirSync(join(root, folder), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('the token is for its owner alone from its beginning, and each request has it', () => {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = '']) => commands).join('\n');
  const script = standIns + blocks.replaceAll(/\/(?=(?:etc|var\/lib)\/alpine-resolver)/g, `${root}/`);
  const options = { encoding: 'utf8', env: { PATH: process.env['PATH'], ROOT: root } } as const;
  const told = execFileSync('sh', ['-euc', `umask 022\nexec 2>&1\n${script}`], options);
  expect(told.trim().split('\n')).toEqual([
    '-rw-------',
    'node dist/sidecar.cjs',
    ...Array.from({ length: 3 }, () => 'curl Authorization: Bearer 0123456789abcdef'),
  ]);
  expect(statSync(join(root, 'var/lib/alpine-resolver')).isDirectory()).toBe(true);
});
