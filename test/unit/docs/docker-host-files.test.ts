/** manifests/docker-host: what its files say is what the programs accept, and what the page says. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { imageRepository } from '../../../shared/values/names.ts';
import { settingFaults } from '../../../sidecar/decide/configuration/setting-faults.ts';
import { readSettings } from '../../../sidecar/discovery/discovery.ts';
import { hostImageEnvironment } from '../../support/machine/image-environment.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folder = 'manifests/docker-host';
const unit = read(`${folder}/alpine-resolver.service`);
const dropIns = ['api', 'resolved'].map((name) => read(`${folder}/alpine-resolver.service.d/${name}.conf`));
const { version } = JSON.parse(read('package.json')) as { version: string };

interface Compose {
  readonly services: Readonly<Record<string, { image: string; environment?: Record<string, string> }>>;
}
const compose = parse(read(`${folder}/compose.yaml`)) as Compose;

/** Of lines such as `Environment=A=1 "B=2 3"`; specifiers stand for folders. */
function unitEnvironment(text: string): Record<string, string> {
  const lines = [...text.matchAll(/^Environment=(.*)$/gm)].map(([, line = '']) => line);
  const entries = lines.flatMap((line) =>
    [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare),
  );
  const written = entries.map((entry = '') => entry.replace(/%d|%S/, '/run').split(/=(.*)/s, 2) as [string, string]);
  return Object.fromEntries(written);
}

/** What the program itself would say at its start. */
function faultsOf(environment: Record<string, string>): string[] {
  const known = new Set(Object.keys(environment).filter((name) => name.startsWith('RESOLVER_')));
  const { values, issues } = readSettings(environment);
  expect(known.size).toBeGreaterThan(1);
  return [...issues, ...settingFaults(values, { inherits: false })].map((fault) => JSON.stringify(fault));
}

describe('the programs accept what the files say', () => {
  test.each([
    ['the unit', unitEnvironment(unit)],
    ['the unit with its drop-ins', unitEnvironment([unit, ...dropIns].join('\n'))],
    ['compose.yaml', { RESOLVER_PROFILE: 'host', ...compose.services['dns']?.environment }],
  ])('%s', (_, environment) => expect(faultsOf(environment)).toEqual([]));
});

test('the unit sets for Node.js and its allocator what the image sets', () => {
  expect(unitEnvironment(unit)).toMatchObject(hostImageEnvironment());
});

test('the image is that of this release', () => {
  const image = `${imageRepository}/docker-host:${version}`;
  expect(compose.services['dns']?.image).toBe(image);
  const images = [...read('docs/docker.md').matchAll(/\S+\/docker-host:\S+/g)].map(([found]) => found);
  expect(images.length).toBeGreaterThan(0);
  expect(new Set(images)).toEqual(new Set([image]));
});

/** The lines of `man 5 resolver` of macOS: keywords that it has, with values of their kinds. */
const resolverLines = [
  /^#/,
  /^nameserver (?:\d+\.){3}\d+$/,
  /^nameserver [\da-f:]+$/,
  /^port \d+$/,
  /^(?:domain|search) \S+/,
  /^search_order \d+$/,
  /^timeout \d+$/,
  /^options \S+/,
];

test('the file for macOS has lines that macOS knows, and the port of the others', () => {
  const lines = read(`${folder}/resolver/docker`).trimEnd().split('\n');
  expect(lines.filter((line) => !resolverLines.some((known) => known.test(line)))).toEqual([]);
  expect(lines.filter((line) => !line.startsWith('#'))).toEqual(['nameserver 127.0.0.1', 'port 5300']);
});

test('all say the same of where the host asks', () => {
  const listens = [unitEnvironment(unit), compose.services['dns']?.environment ?? {}].map(
    (env) => env['RESOLVER_LISTEN'],
  );
  expect(listens).toEqual(['172.17.0.1:53,127.0.0.1:5300', '172.17.0.1:53,127.0.0.1:5300']);
  expect(read(`${folder}/alpine-resolver.service.d/resolved.conf`)).toContain(
    'resolvectl dns docker-dns 127.0.0.1:5300',
  );
  expect(JSON.parse(read(`${folder}/daemon.json`))).toEqual({ dns: ['172.17.0.1'], 'dns-search': ['docker'] });
});

test('the page names every file', () => {
  const page = read('docs/docker.md');
  const files = globSync(`${folder}/**/*`, { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => join(entry.parentPath, entry.name).replace(`${root}/`, ''));
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !page.includes(name))).toEqual([]);
});
