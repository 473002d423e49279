/** Files as real glibc reads them: random texts each run, and those that once were or easily would be read wrongly. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isHostName } from '../../sidecar/decide/search/host-name.ts';
import { parseResolvConf } from '../../shared/resolv-conf/resolv-conf.ts';
import { wireSearchEntries } from '../../sidecar/decide/search/search-list.ts';
import { encodeName, formatName } from '../../sidecar/wire/name.ts';
import { probeWord } from '../support/worlds/agent.ts';
import { fuzzHosts } from './hosts-fuzz.ts';
import { endsGlibc, heldByState } from '../support/worlds/held-search-list.ts';
import { describeLibc, type Libc } from '../support/worlds/libcs.ts';
import { compare, fuzzParser, hasV31 } from './parser-fuzz.ts';
import { provideRig } from '../support/worlds/rig.ts';
import { freshSeed } from '../support/random.ts';
import { data } from '../support/rows/row.ts';
import { startSidecar } from '../support/worlds/sidecar.ts';
import { sidecarAddress } from '../support/worlds/addresses.ts';
import { createWorld, type World } from '../support/worlds/world.ts';

const rig = await provideRig();
const libcs = [rig.libcs.glibc, rig.libcs['glibc-2.41']].filter((libc) => libc !== undefined);
const seed = freshSeed();

describe.runIf(rig.hasWorlds && libcs.length > 0)(`real glibc, seed ${seed}`, () => {
  test('random resolv.conf texts give the same servers, search list and options', async () => {
    const { cases, differences } = await fuzzParser(libcs, seed, 400);
    expect(differences).toEqual([]);
    expect(cases).toBeGreaterThan(400);
  });

  test('random hosts files give the same addresses and names', async () => {
    const { lookups, differences } = await fuzzHosts(libcs, seed, 150);
    expect(differences).toEqual([]);
    expect(lookups).toBe(900);
  });

  test.each([
    ['an empty file', ''],
    ['no newline at the end', 'nameserver 192.0.2.1\nsearch a.test'],
    ['carriage returns', 'nameserver 192.0.2.1\r\nsearch a.test b.test\r\noptions rotate\r\n'],
    ['a number after blanks', 'options ndots: 5\ttimeout:\t7'],
    ['numbers beyond 32 and 64 bits', 'options ndots:4294967298 timeout:99999999999999999999 attempts:-9999999999'],
    ['a NUL in a line', 'search a.test\0b.test c.test\nnameserver 192.0.2.1\0.5\n'],
    ['a byte order mark', '\ufeffnameserver 192.0.2.1\nnameserver 192.0.2.2\n'],
  ])('%s', async (_, text) => {
    const world = await createWorld();
    try {
      for (const libc of libcs) expect(await compare(world, libc, { text, hostName: 'pod.h.test' })).toBeUndefined();
    } finally {
      await world.close();
    }
  });

  test('names with every byte are refused or asked as res_hnok decides', async () => {
    const world = await createWorld();
    try {
      // A dot separates labels, and a backslash begins an escape in the program's own text.
      const bytes = Array.from({ length: 255 }, (_, index) => index + 1).filter(
        (byte) => byte !== 0x2e && byte !== 0x5c,
      );
      const names = bytes.flatMap((byte) => {
        const escaped = `\\${String(byte).padStart(3, '0')}`;
        const plain = String.fromCharCode(byte);
        return [
          { text: `a${plain}a.test`, presentation: `a${escaped}a.test` },
          { text: `${plain}a.a${plain}`, presentation: `${escaped}a.a${escaped}` },
        ];
      });
      await world.prepare({ resolvConf: 'nameserver 192.0.2.1\n', script: { servers: { '192.0.2.1': {} } } });
      for (const libc of libcs) {
        for (const { text, presentation } of names) {
          await world.restart();
          await world.lookup(libc, 'direct', `getaddrinfo 4 ${probeWord(text)}`);
          const isAsked = (await world.queries()).length > 0;
          const name = encodeName(presentation);
          expect(name && isHostName(name), `${libc.name}: ${presentation}`).toBe(isAsked);
        }
      }
    } finally {
      await world.close();
    }
  });

  test('V31: glibc ends the program over a list that is cut early, or is mended; through the sidecar all of it is searched', async () => {
    const long = Array.from('wxyz', (letter) => letter.repeat(60)).join('.');
    const short = [54, 55, 56].map((length) => 'a'.repeat(length));
    const lists = [
      [long, long],
      ['a', 'b', 'c', long],
      ...short.map((entry) => [entry, long]),
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
    ];
    const world = await createWorld();
    try {
      for (const libc of libcs) {
        const errors = join(world.folder, `errors of ${libc.name}`);
        const noted = { ...libc, probe: ['sh', '-c', 'exec "$@" 2>>"$0"', errors, ...libc.probe] };
        const isFaulty = await hasV31(world, noted);
        console.log(`V31 ${isFaulty ? 'is' : 'is not'} in ${describeLibc(libc)}`);
        const ending = isFaulty ? lists.filter(endsGlibc) : [];
        for (const search of lists) {
          await expectSearched(world, noted, { search, isEnded: ending.includes(search) });
          const sidecar = await startSidecar(world, { RESOLVER_LISTEN: `${sidecarAddress}:53` });
          expect(await world.lookup(libc, 'injected', 'getaddrinfo u x')).toMatchObject({ outcome: 'OK' });
          await sidecar.stop();
        }
        const ends = (await readFile(errors, 'utf8')).split('\n').filter(Boolean);
        // That of the question itself is one more.
        expect(ends).toHaveLength(isFaulty ? ending.length + 1 : 0);
        for (const line of ends) expect(line).toMatch(/resolv_conf_matches/);
      }
    } finally {
      await world.close();
    }
  });

  test('search lists of any length and form are searched as glibc searches them', async () => {
    const long = Array.from({ length: 40 }, (_, index) => `entry-number-${index}.example.test`).join(' ');
    const lines = [
      `search ${long}`,
      'search a.test . b.test',
      'search .a.test b.test. C.Test',
      'search a.test .. b.test',
      'search a.test ..b.test c.test',
      `search a.test ${'x'.repeat(64)} b.test`,
      String.raw`search a\.b.test \116.test b\300`,
      'search a.test # b;c "d" *',
      'search b\u00fccher.test',
      'search a.test\r b.test\r',
      'search a..b',
    ];
    const world = await createWorld();
    try {
      for (const libc of libcs)
        for (const line of lines) {
          const text = `nameserver 192.0.2.1\n${line}\n`;
          const resolvConf = Buffer.from(text, 'utf8').toString('latin1');
          await world.prepare({ resolvConf, script: { servers: { '192.0.2.1': {} } } });
          await world.lookup(libc, 'direct', 'res_search TXT x');
          const asked = (await world.queries()).map(({ name }) => name);
          expect(asked, `${libc.name}: ${line}`).toEqual(candidates(text));
        }
    } finally {
      await world.close();
    }
  });
});

/** @param isEnded this glibc ends the program over the list */
async function expectSearched(
  world: World,
  libc: Libc,
  { search, isEnded }: { readonly search: readonly string[]; readonly isEnded: boolean },
): Promise<void> {
  const resolvConf = `nameserver 192.0.2.1\nsearch ${search.join(' ')}\n`;
  await world.prepare({ resolvConf, script: { servers: { '192.0.2.1': { names: { x: data('10.0.0.1') } } } } });
  const direct = await world.lookup(libc, 'direct', 'res');
  expect(direct.outcome, `${libc.name}: ${search.join(' ')}`).toBe(isEnded ? 'KILLED' : 'OK');
  if (isEnded) return;
  // Without the fault `_res` holds the part that fits, and the whole list is searched.
  expect(direct.search).toEqual(heldByState(search));
  await world.lookup(libc, 'direct', 'res_search A x');
  expect((await world.queries()).map(({ name }) => name)).toEqual(candidates(resolvConf));
}

/** What is asked for `x` when every answer is NXDOMAIN; an entry that cannot be encoded ends the search. */
function candidates(text: string): string[] {
  const { search } = parseResolvConf(text, { hostName: 'pod' });
  const entries = wireSearchEntries(search);
  const broken = entries.findIndex(({ name }) => name === undefined);
  const searched = broken < 0 ? entries : entries.slice(0, broken);
  const names = searched.map(({ name, root }) => (root || name === undefined ? 'x' : `x.${bytesOf(formatName(name))}`));
  return searched.some(({ root }) => root) ? names : [...names, 'x'];
}

/** The upstream notes each byte of a label as one character. */
function bytesOf(presentation: string): string {
  return presentation.replace(/\\(\d{3}|.)/g, (_, escaped: string) =>
    escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped,
  );
}
