/** What a call should have seen, and in what it saw something else. */
import { isDeepStrictEqual } from 'node:util';
import { isIPv4 } from 'node:net';
import { marker } from '../support/worlds/rewritten-file.ts';
import type { Call, Family } from './calls.ts';
import { differencesOf, textOf, type Expected } from '../support/observation/expectation.ts';
import type { Observation } from '../support/observation/observation.ts';
import type { Case, Residue } from './cases/case.ts';
import type { ObservedCall } from './run-case.ts';

/** Of a program on glibc, or of its own resolver, that talks to the servers itself. */
export function directDifferences(item: Case, { call, seen }: ObservedCall): string[] {
  return differences(expectedDirect(item, call), call, seen);
}

/**
 * Of a program behind the sidecar.
 *
 * @param direct the same call of the same program on glibc, directly: all that it saw must be seen again, but for the
 *   residue
 */
export function throughDifferences(item: Case, { client, call, seen }: ObservedCall, direct: ObservedCall): string[] {
  const residue = item.residue?.find((residue) => isOf(residue, client.libc, call));
  if (residue !== undefined) return differences(residue.sees, call, seen);
  const found = differences(expectedDirect(item, call), call, seen);
  const expected = withWrittenFile(item, call, direct.seen);
  for (const aspect of ['outcome', 'addresses', 'canonical', 'aliases', 'records', 'asked', 'code'] as const) {
    // C libraries choose another address, and have other words for their errors.
    if (aspect === 'addresses' && call.connects) continue;
    if (aspect === 'code' && client.libc !== direct.client.libc) continue;
    if (aspect === 'canonical' && Array.isArray(expectedDirect(item, call).canonical)) continue;
    if (!isDeepStrictEqual(seen[aspect], expected[aspect]))
      found.push(`${aspect} ${JSON.stringify(expected[aspect])} directly, not ${JSON.stringify(seen[aspect])}`);
  }
  return found;
}

function isOf(residue: Residue, libc: ObservedCall['client']['libc'], call: Call): boolean {
  return (residue.libcs?.includes(libc) ?? true) && residue.of.some((of) => of === call.name || of === call.resolver);
}

function expectedDirect(item: Case, call: Call): Expected {
  const own = item.own?.[call.name] ?? item.own?.[call.resolver];
  if (own !== undefined) return partFor(own, call.family);
  if (call.resolver === 'c-ares' || call.resolver === 'dig') return partFor(item.asIs ?? item.sees, call.family);
  if (call.family === 'ipv4' && item.ipv4 !== undefined) return item.ipv4;
  if (call.family === 'ipv6' && item.ipv6 !== undefined) return item.ipv6;
  return partFor(item.sees, call.family);
}

/** The addresses of one family. */
function partFor(expected: Expected, family: Family | undefined): Expected {
  if (expected.outcome !== 'OK' || family === undefined || family === 'both') return expected;
  const addresses = expected.addresses?.filter((address) => isIPv4(address) === (family === 'ipv4')) ?? [];
  return addresses.length === 0 ? { outcome: 'NODATA' } : { ...expected, addresses };
}

/** What the other search list changes: V20 for the name asked for, V28 for aliases. */
function withWrittenFile(item: Case, call: Call, direct: Observation): Observation {
  if (item.name.endsWith('.')) return direct;
  const asked = item.mode === 'plain' ? item.name : `${item.name}.${marker}`;
  if (call.resolver === 'dig +search' && direct.outcome !== 'NONAME') return { ...direct, asked };
  if (call.name === 'gethostbyname_ex' && direct.outcome === 'OK' && item.hosts === undefined)
    return { ...direct, aliases: [asked, ...(direct.aliases ?? []).slice(1)] };
  return direct;
}

function differences(expected: Expected, call: Call, seen: Observation): string[] {
  const isTold = isOutcome(expected.outcome, seen.outcome);
  const told = isTold ? { ...visible(expected, call, seen), outcome: seen.outcome } : expected;
  return differencesOf(told, seen).map(textOf);
}

/** The part of what is expected that this call shows. */
function visible(expected: Expected, call: Call, seen: Observation): Expected {
  const { outcome, code } = expected;
  const told = { outcome, ...(code === undefined ? {} : { code }) };
  if (seen.outcome !== 'OK') return told;
  const { addresses = [], canonical, records, count } = partFor(expected, call.family);
  const amount = call.connects ? ([1, 1] as const) : count;
  return {
    ...told,
    ...(seen.canonical === undefined ? {} : { canonical }),
    ...(call.family === undefined ? {} : { addresses, ...(amount === undefined ? {} : { count: amount }) }),
    ...(records === undefined ? {} : { records }),
  };
}

/** Whether a program tells the outcome so. */
function isOutcome(expected: string, seen: string): boolean {
  if (seen === 'NONE') return expected === 'NONAME' || expected === 'NODATA';
  if (seen === 'FAILED') return expected !== 'OK';
  return seen === expected;
}
