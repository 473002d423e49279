/** The arguments of dnsdock, as the built programs take them. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demandSidecarBundle, sidecarBundle, spawnSidecar, startSidecar } from '../support/machine/sidecar-process.ts';
import { cleanUpsOfTests } from '../support/clean-ups.ts';
import { ask } from '../support/wire/ask.ts';

const cleanUps = cleanUpsOfTests();
let folder: string;
beforeAll(() => {
  demandSidecarBundle();
  folder = mkdtempSync(join(tmpdir(), 'arguments-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A Docker host without a container: what is asked for, is answered with an empty list or never ends. */
async function startEmptyDocker(): Promise<string> {
  const path = join(folder, 'docker.sock');
  const server = createServer((request, response) => {
    if (/events/.test(request.url ?? '')) response.writeHead(200).flushHeaders();
    else
      response.end(
        /_ping/.test(request.url ?? '') ? 'OK' : /version/.test(request.url ?? '') ? '{"ApiVersion":"1.41"}' : '[]',
      );
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  cleanUps.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return path;
}

test('they are variables, and go before those of the environment', async () => {
  const sidecar = await startSidecar({
    args: ['-domain', 'dev', `--docker=unix://${await startEmptyDocker()}`, '--ttl=9', '--all'],
    environment: { RESOLVER_PROFILE: 'host', RESOLVER_MODE: 'as-is', RESOLVER_DOMAIN: 'other' },
  });
  cleanUps.push(() => sidecar.child.kill('SIGKILL'));
  while (!sidecar.output().includes('"event":"docker-synchronised"')) await new Promise(setImmediate);
  const reply = await ask('dev', { port: sidecar.port, type: 'SOA' });
  expect(reply.answers?.[0]).toMatchObject({ type: 'SOA', ttl: 9 });
  const told = sidecar
    .output()
    .split('\n')
    .filter((line) => line.includes('"event":"old-argument"'))
    .map((line) => JSON.parse(line) as { level: string; argument: string; message: string });
  expect(told.map(({ level, argument, message }) => `${level} ${argument}: ${message}`)).toEqual([
    'warn --domain: --domain is read as RESOLVER_DOMAIN=dev, and goes before what the variable says; set that in its place',
    expect.stringMatching(/^warn --docker: --docker is read as RESOLVER_DOCKER=unix:/),
    'warn --ttl: --ttl is read as RESOLVER_SERVICES_TTL_SECONDS=9; set that in its place',
    expect.stringMatching(/^warn --all: --all has no equal and no effect/),
  ]);
});

test('one that is not known ends the start with 64, and says which was meant', async () => {
  const { ended, errors } = spawnSidecar({ args: ['--domian=dev', '--ttl=5'] });
  expect([await ended, errors()]).toEqual([
    64,
    'unknown argument: --domian=dev; did you mean --domain?\nsettings are environment variables; see --help\n',
  ]);
});

test("where it is read as a setting that is not accepted, the line of the setting's fault has its own below", async () => {
  const { ended, errors } = spawnSidecar({ args: ['--dns=:53'] });
  expect(await ended).toBe(78);
  expect(errors()).toMatch(
    /^RESOLVER_LISTEN: :53 can be reached from outside.*\n--dns is read as RESOLVER_LISTEN=:53;/,
  );
});

test("a pod's image, which has no discovery, takes none", async () => {
  copyFileSync(sidecarBundle, join(folder, 'sidecar.cjs'));
  const run = (...args: string[]) =>
    new Promise<{ code: number | string | undefined; out: string; errors: string }>((resolve) => {
      execFile(process.execPath, [join(folder, 'sidecar.cjs'), ...args], (error, out, errors) =>
        resolve({ code: error?.code ?? undefined, out, errors }),
      );
    });
  expect(await run('--domain=dev')).toMatchObject({
    code: 64,
    errors: 'unknown argument: --domain=dev\nsettings are environment variables; see --help\n',
  });
  const { out } = await run('--help');
  expect(out).toContain('Usage: node sidecar.cjs [--version | --help]\n');
  expect(out).not.toContain('RESOLVER_DOCKER');
});
