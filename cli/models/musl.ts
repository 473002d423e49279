/**
 * A model of musl's stub resolver: `getaddrinfo` of one name (src/network/lookup_name.c), with the
 * differences between its generations as a parameter. The hosts file and numeric addresses, which come
 * before DNS, are left out.
 */
import { questionTypes, type Family, type LookupResult, type Outcome } from './lookup.ts';
import { composeQuery } from './message.ts';
import { readMuslAnswer, type MuslAnswer } from './musl-answer.ts';
import type { MuslConfiguration } from './musl-configuration.ts';
import { exchangeAsMusl } from './musl-exchange.ts';
import type { MuslGeneration } from './musl-generations.ts';
import type { Network } from './network.ts';
import { beginCandidate, type CandidateTimeline, type Conclusion, type Timeline } from './timeline.ts';

export interface MuslLookup {
  readonly configuration: MuslConfiguration;
  readonly generation: MuslGeneration;
  readonly network: Network;
  /** Filled with what is done. */
  readonly timeline?: Timeline;
}

const maxNameBytes = 254;
const maxEncodedTextBytes = 253;
const maxLabelBytes = 63;

export async function lookUpAsMusl(name: string, family: Family, lookup: MuslLookup): Promise<LookupResult> {
  const startMs = lookup.network.now();
  let queries = 0;
  const result = (outcome: Outcome, answer?: MuslAnswer): LookupResult => ({
    outcome: outcome === 'NODATA' && !lookup.generation.knowsNoData ? 'NONAME' : outcome,
    addresses: answer?.addresses ?? [],
    ...(answer === undefined ? {} : { canonicalName: answer.canonicalName }),
    queries,
    elapsedMs: lookup.network.now() - startMs,
  });
  const absolute = name.endsWith('.');
  const bare = absolute ? name.slice(0, -1) : name;
  const nameBytes = Buffer.byteLength(name);
  if (nameBytes === 0 || nameBytes > maxNameBytes || bare === '' || bare.endsWith('.')) {
    if (lookup.timeline !== undefined) lookup.timeline.rejected = nameBytes > maxNameBytes ? 'too-long' : 'empty-label';
    return result('NONAME');
  }
  const dots = name.split('.').length - 1;
  const { search, ndots } = lookup.configuration;
  const entries = absolute || dots >= ndots ? [] : search;
  for (const entry of [...entries, undefined]) {
    const candidate = entry === undefined ? bare : `${bare}.${entry}`;
    const noted = beginCandidate(lookup.timeline, candidate, entry, lookup.network.now());
    if (Buffer.byteLength(candidate) >= 256) {
      noted.conclusion = 'passed-over';
      continue;
    }
    const found = await askCandidate(candidate, family, lookup, noted);
    noted.endMs = lookup.network.now();
    queries += found.queries;
    if (found.outcome !== undefined) return result(found.outcome, found.answer);
  }
  return result('NONAME');
}

interface CandidateOutcome {
  /** Undefined: the next candidate's turn. */
  readonly outcome?: Outcome;
  readonly answer?: MuslAnswer;
  readonly queries: number;
}

/** `name_from_dns` */
async function askCandidate(
  candidate: string,
  family: Family,
  lookup: MuslLookup,
  noted: CandidateTimeline,
): Promise<CandidateOutcome> {
  const { configuration, generation, network } = lookup;
  const name = encodeAsMusl(candidate, generation);
  const concluded = (conclusion: Conclusion, result: CandidateOutcome): CandidateOutcome => {
    noted.conclusion = conclusion;
    return result;
  };
  if (name === undefined)
    return generation.skipsEmptyLabels
      ? concluded('passed-over', { queries: 0 })
      : concluded('not-encodable', { outcome: 'NONAME', queries: 0 });
  const types = questionTypes(family);
  const firstId = network.randomId();
  const questions = types.map((type, i) => composeQuery({ id: (firstId + i * 0x100) & 0xffff, name, type }));
  const { replies, queries } = await exchangeAsMusl(questions, configuration, generation, network, noted.steps);
  const rcodes = replies.map((reply) => (reply === undefined ? undefined : (reply[3] ?? 0) & 0x0f));
  if (generation.needsBothHalves)
    for (const rcode of rcodes) {
      if (rcode === undefined) return concluded('temporary', { outcome: 'AGAIN', queries });
      if (rcode === 3) return concluded('no-such-name', { queries });
    }
  const answer: MuslAnswer = { addresses: [], canonicalName: candidate, limits: noted.limits };
  const order = types.map((_, i) => i);
  if (generation.checksType) order.reverse();
  for (const i of order) {
    const reply = replies[i];
    if (reply !== undefined) readMuslAnswer(reply, types[i] ?? 0, generation, answer);
  }
  if (answer.addresses.length > 0) return concluded('found', { outcome: 'OK', answer, queries });
  if (generation.needsBothHalves) return concluded('no-data', { outcome: 'NODATA', queries });
  // G1 without an address: the A half alone decides.
  if (rcodes[0] === undefined) return concluded('temporary', { outcome: 'AGAIN', queries });
  return rcodes[0] === 3
    ? concluded('no-such-name', { queries })
    : concluded('no-data', { outcome: 'NODATA', queries });
}

/**
 * `__res_mkquery`. A search entry that is the root leaves a dot behind; before 1.2.4 it becomes the length
 * of a label that is not there.
 */
function encodeAsMusl(candidate: string, generation: MuslGeneration): Uint8Array | undefined {
  const text = candidate.endsWith('.') ? candidate.slice(0, -1) : candidate;
  const rootLeft = text.endsWith('.');
  if (rootLeft && generation.skipsEmptyLabels) return undefined;
  if (Buffer.byteLength(text) > maxEncodedTextBytes) return undefined;
  const bytes: number[] = [];
  for (const label of (rootLeft ? text.slice(0, -1) : text).split('.')) {
    const labelBytes = Buffer.from(label);
    if (labelBytes.length === 0 || labelBytes.length > maxLabelBytes) return undefined;
    bytes.push(labelBytes.length, ...labelBytes);
  }
  return Uint8Array.from([...bytes, rootLeft ? 0x2e : 0]);
}
