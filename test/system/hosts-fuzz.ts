/**
 * The hosts file against real glibc: random files, looked up by `lookupHosts` and by glibc inside a world.
 *
 *   node test/system/hosts-fuzz.ts [--seed S] [--cases N]
 *
 * prints every lookup that the two answer differently and ends with 1 if there is one.
 */
import { parseArgs } from 'node:util';
import { lookupHostsPointer } from '../../sidecar/decide/hosts/hosts.ts';
import { parseHosts, type HostsTable } from '../../sidecar/decide/hosts/hosts-table.ts';
import { lookupHosts } from '../support/cases/hosts-answer.ts';
import { formatAddressBytes, parseAddressBytes } from '../../shared/values/address-bytes.ts';
import { encodeName, formatName } from '../../sidecar/wire/name.ts';
import { probeWord, type ProbeFamily, type ProbeResult } from '../support/worlds/agent.ts';
import type { Libc } from '../support/worlds/libcs.ts';
import { provideLibcs } from '../support/worlds/libcs.ts';
import { createRandom, freshSeed } from '../support/random.ts';
import { hostsAddresses, hostsNames, randomHosts } from './random-hosts.ts';
import { worldHosts } from '../support/worlds/addresses.ts';
import { createWorld, type World } from '../support/worlds/world.ts';

export interface HostsDifference {
  hosts: string;
  call: string;
  libc: string;
  glibc: unknown;
  ours: unknown;
}

/** `undefined`: the file does not answer. */
type Reading = { addresses?: string[]; canonical?: string | undefined } | undefined;

const questions = { u: 'PAIR', 4: 'A', 6: 'AAAA' } as const;
const lookupsPerFile = 6;
const resolvConf = { resolvConf: 'nameserver 192.0.2.1\n', script: { servers: { '192.0.2.1': {} } } };

export async function fuzzHosts(
  libcs: readonly Libc[],
  seed: number,
  count: number,
): Promise<{ lookups: number; differences: HostsDifference[] }> {
  const world = await createWorld();
  try {
    const random = createRandom(seed);
    const result = { lookups: 0, differences: [] as HostsDifference[] };
    for (let index = 0; index < count; index += 1) {
      const hosts = randomHosts(random);
      await world.prepare({ ...resolvConf, hosts });
      const table = parseHosts(worldHosts + hosts);
      for (let lookup = 0; lookup < lookupsPerFile; lookup += 1) {
        const libc = random.pick(libcs);
        const [call, glibc, ours] = random.chance(0.2)
          ? await bothReverse(world, libc, table, random.pick(hostsAddresses))
          : await bothForward(world, libc, table, random.pick(['u', '4', '6'] as const), random.pick(hostsNames));
        result.lookups += 1;
        const difference = { hosts, call, libc: libc.name, glibc, ours };
        result.differences.push(...(JSON.stringify(glibc) === JSON.stringify(ours) ? [] : [difference]));
      }
    }
    return result;
  } finally {
    await world.close();
  }
}

type Both = readonly [call: string, glibc: Reading, ours: Reading];

async function bothForward(
  world: World,
  libc: Libc,
  table: HostsTable,
  family: ProbeFamily,
  name: string,
): Promise<Both> {
  const call = `getaddrinfo ${family} ${probeWord(latin1(name))} canon`;
  const glibc = forwardOfGlibc(await world.lookup(libc, 'direct', call));
  const asked = encodeName(name.replaceAll('\\', '\\\\'));
  const found = asked && lookupHosts(table, asked, questions[family]);
  if (found === undefined) return [call, asked === undefined ? undefined : glibc, undefined];
  const canonical = found.canonicalName === undefined ? glibc?.canonical : bytesOf(formatName(found.canonicalName));
  const addresses = [...found.ipv4, ...found.ipv6].map(formatAddressBytes).toSorted();
  return [call, glibc, { addresses, canonical }];
}

/** The upstream says NXDOMAIN to every name: an address can only come from the file. */
function forwardOfGlibc({ outcome, addresses = [], canonical }: ProbeResult): Reading {
  if (outcome !== 'OK') return undefined;
  const texts = addresses.map((text) =>
    formatAddressBytes(parseAddressBytes(text.split('%')[0] ?? '') ?? new Uint8Array()),
  );
  // A final dot is not on the wire; a name that appears twice is one record.
  return { addresses: [...new Set(texts)].toSorted(), canonical: canonical?.replace(/\.$/, '') };
}

async function bothReverse(world: World, libc: Libc, table: HostsTable, address: string): Promise<Both> {
  const call = `getnameinfo ${address}`;
  const { outcome, canonical } = await world.lookup(libc, 'direct', call);
  const glibc = outcome === 'OK' ? { canonical: canonical?.replace(/\.$/, '') } : undefined;
  const found = lookupHostsPointer(table, reverseName(address));
  const ours = found && { canonical: found.canonicalName && bytesOf(formatName(found.canonicalName)) };
  // A name that cannot be on the wire, and glibc's empty name for an address alone on its line, are not compared.
  const isComparable = canonical !== '' && (ours === undefined || ours.canonical !== undefined);
  return isComparable ? [call, glibc, ours] : [call, undefined, undefined];
}

function reverseName(address: string): Uint8Array {
  const bytes = [...(parseAddressBytes(address) ?? [])].toReversed();
  const text =
    bytes.length === 4
      ? `${bytes.join('.')}.in-addr.arpa`
      : `${bytes.flatMap((byte) => [(byte & 15).toString(16), (byte >> 4).toString(16)]).join('.')}.ip6.arpa`;
  return encodeName(text) ?? new Uint8Array();
}

/** Presentation form to the bytes that it stands for, as characters. */
function bytesOf(presentation: string): string {
  return presentation.replace(/\\(\d{3}|.)/g, (_, escaped: string) =>
    escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped,
  );
}

function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, cases: { type: 'string', default: '1000' } } });
  const seed = Number(values.seed ?? freshSeed());
  const { available, missing } = await provideLibcs(['glibc', 'glibc-2.41']);
  for (const [name, reason] of Object.entries(missing)) console.log(`without ${name}: ${reason}`);
  const { lookups, differences } = await fuzzHosts(Object.values(available), seed, Number(values.cases));
  for (const difference of differences) console.log(JSON.stringify(difference, undefined, 2));
  console.log(`seed ${seed}: ${lookups} lookups, ${differences.length} differences`);
  process.exitCode = differences.length > 0 ? 1 : 0;
}
