/** docs/docker.md names every label and variable that is read, and none that is not; docs/from-dnsdock.md every flag of old. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSaid, type Said } from '../../../sidecar/discovery/containers/said.ts';

const docs = join(import.meta.dirname, '../../../docs');
const [, table = ''] = readFileSync(join(docs, 'docker.md'), 'utf8').split('## Labels and variables');
const rows = [...table.matchAll(/^\|(.*)\|$/gm)].map(([, row = '']) =>
  row.split('|').map((cell) => [...cell.matchAll(/`([\w.-]+)`/g)].map(([, name = '']) => name)),
);

/** By the label of ours in the row: a value, and what it says. */
const samples: Readonly<Record<string, [value: string, said: Partial<Said>]>> = {
  ignore: ['', { ignored: true }],
  name: ['web', { name: 'web' }],
  tags: ['one,two', { name: 'one', tags: ['one', 'two'] }],
  image: ['img', { image: 'img' }],
  region: ['eu', { region: 'eu' }],
  aliases: ['a.test', { aliases: ['a.test'] }],
  ttl: ['60', { ttlSeconds: 60 }],
  addresses: ['192.0.2.1', { addresses: ['192.0.2.1'] }],
  prefix: ['10.', { prefix: '10.' }],
  network: ['back', { network: 'back' }],
  'port.NAME': ['53/udp', { portNames: new Map([['53/udp', 'name']]) }],
};

const named = rows.flatMap(([labels = [], variables = [], own = []]) =>
  own.flatMap((label) => {
    const sample = samples[label.replace('io.alpine-resolver.', '')];
    return sample === undefined ? [] : [{ labels: [...labels, label], variables, sample }];
  }),
);

test('all that is read is in the table', () => {
  expect(named).toHaveLength(Object.keys(samples).length);
  expect(named.flatMap(({ variables }) => variables)).toHaveLength(11);
  expect(named.flatMap(({ labels }) => labels).filter((label) => label.startsWith('com.dnsdock.'))).toHaveLength(9);
});

describe('each says what its row says', () => {
  test.each(named.flatMap(({ labels, sample }) => labels.map((label) => [label, sample] as const)))(
    '%s',
    (label, [value, said]) => expect(readSaid(new Map([[label, value]]), [])).toMatchObject(said),
  );
  test.each(named.flatMap(({ variables, sample }) => variables.map((variable) => [variable, sample] as const)))(
    '%s',
    (variable, [value, said]) => expect(readSaid(new Map(), [`${variable}=${value}`])).toMatchObject(said),
  );
});

test('every flag of dnsdock has a row', () => {
  const page = readFileSync(join(docs, 'from-dnsdock.md'), 'utf8');
  const flags = [
    ...['nameserver', 'dns', 'http', 'domain', 'environment', 'docker', 'tlsverify', 'tlscacert', 'tlscert', 'tlskey'],
    ...['ttl', 'alias', 'verbose', 'quiet', 'help', 'version', 'all', 'forcettl'],
  ];
  expect(flags.filter((flag) => !new RegExp(`^\\| .*\`--${flag}\\b`, 'm').test(page))).toEqual([]);
});
