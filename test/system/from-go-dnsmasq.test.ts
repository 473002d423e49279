/** docs/from-go-dnsmasq.md, followed: its two commands run and answer the same, and the log says what the page says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../scripts/free-port.ts';
import { projectFolder } from '../support/machine/paths.ts';
import { demandSidecarBundle, startUpstream } from '../support/machine/sidecar-process.ts';
import { ask, described } from '../support/wire/ask.ts';

type Upstream = Awaited<ReturnType<typeof startUpstream>>;

let usual: Upstream;
let consul: Upstream;
let corp: Upstream;
const children: ChildProcess[] = [];
beforeAll(async () => {
  demandSidecarBundle();
  [usual, consul, corp] = await Promise.all([startUpstream(), startUpstream(), startUpstream()]);
});
afterAll(() => {
  for (const upstream of [usual, consul, corp]) upstream.close();
  for (const child of children) child.kill('SIGKILL');
});

const page = readFileSync(join(projectFolder, 'docs/from-go-dnsmasq.md'), 'utf8');
const commands = [...page.matchAll(/^ *```sh\n([^`]*)```$/gm)].map(([, text = '']) => text);

/** Runs a command of the page with the addresses of this machine. */
async function run(command: string): Promise<{ port: number; output(): string }> {
  const port = await freePort();
  const addresses: readonly [string, string][] = [
    ['127.0.0.1:53 ', `127.0.0.1:${port} `],
    ['192.0.2.53', `127.0.0.1:${usual.port}`],
    ['127.0.0.1:8600', `127.0.0.1:${consul.port}`],
    ['10.1.0.53', `127.0.0.1:${corp.port}`],
    ['node dist', `${process.execPath} dist`],
  ];
  let text = command;
  for (const [written, here] of addresses) {
    expect(text).toContain(written);
    text = text.replaceAll(written, here);
  }
  const child = spawn('sh', ['-c', `exec env ${text.trim()}`], {
    cwd: projectFolder,
    env: { PATH: process.env['PATH'], RESOLVER_ADMIN_LISTEN: `127.0.0.1:${await freePort()}` },
  });
  children.push(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (output += part));
  while (!output.includes('"event":"ready"')) {
    if (child.exitCode !== null) throw new Error(`the command of the page ended: ${output}`);
    await sleep(20);
  }
  return { port, output: () => output };
}

async function answers(port: number): Promise<string[]> {
  const said = [];
  for (const name of ['word', 'www.example', 'db.consul', 'a.corp.example'])
    said.push(described(await ask(name, { port })));
  said.push(described(await ask('1.2.3.10.in-addr.arpa', { port, type: 'PTR' })));
  return said;
}

const askedNames = ({ queries }: Upstream): string[] => queries.filter((query) => !query.includes('.loop.'));

test('the old variables and the new ones do the same', async () => {
  expect(commands).toHaveLength(2);
  const [old, renewed] = [await run(commands[0] ?? ''), await run(commands[1] ?? '')];
  const before = [usual, consul, corp].map((upstream) => askedNames(upstream).length);
  const said = await answers(old.port);
  const byOld = [usual, consul, corp].map((upstream, index) => askedNames(upstream).slice(before[index]));
  expect(said[0]).toBe('NOERROR > word.corp.example A 192.0.2.10');
  expect(byOld).toEqual([
    ['www.example A'],
    ['db.consul A'],
    ['word.corp.example A', 'a.corp.example A', '1.2.3.10.in-addr.arpa PTR'],
  ]);
  const middle = [usual, consul, corp].map((upstream) => askedNames(upstream).length);
  expect(await answers(renewed.port)).toEqual(said);
  expect([usual, consul, corp].map((upstream, index) => askedNames(upstream).slice(middle[index]))).toEqual(byOld);
  expect(renewed.output()).not.toContain('old-variable');
});

test('the log names what to set in the place of each, as the page does', async () => {
  const { output } = await run(commands[0] ?? '');
  const lines = output()
    .split('\n')
    .filter((line) => line.includes('"event":"old-variable"'))
    .map((line) => JSON.parse(line) as { level: string; variable: string; message: string });
  expect(lines.map(({ level, variable }) => `${level} ${variable}`)).toEqual(
    ['LISTEN', 'SERVERS', 'STUB', 'HOSTSFILE', 'POLL', 'SEARCH_DOMAINS', 'ENABLE_SEARCH'].map(
      (name) => `warn DNSMASQ_${name}`,
    ),
  );
  for (const { variable, message } of lines) {
    const [, name] = /is read as (\w+)=/.exec(message) ?? [];
    const row = page.split('\n').find((line) => line.includes(`| \`${variable}\` |`)) ?? '';
    expect(row).toContain(name === undefined ? '| none |' : `| \`${name}\` |`);
    expect(commands[1]?.includes(`${name}=`)).toBe(name !== undefined);
  }
});
