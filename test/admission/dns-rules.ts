/** Holds our rules for a pod's DNS fields against those of each release of the API server. */
import { dnsConfigFault } from '../../webhook/injection/dns/dns-config.ts';
import { stringAt, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { createRandom, seedOf } from '../support/random.ts';
import { runChain } from './chain.ts';
import type { ChainProgram } from './programs.ts';
import { oddDnsFields } from './random-dns.ts';

const comparedOfSeed = 10_000;

export interface DnsComparison {
  readonly count: number;
  /** How often each verdict of ours was given. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
}

/** Our rules for a pod's DNS fields against the API server's own validation, default gates, over random values. */
export async function compareDnsRules(program: ChainProgram, seed: number): Promise<DnsComparison> {
  const fields = Array.from({ length: comparedOfSeed }, (_, index) => oddDnsFields(createRandom(seedOf(seed, index))));
  const text = fields.map((each) => `${JSON.stringify(each)}\n`).join('');
  const answers = (await runChain(program, 'dns', { text })) as { problem?: string }[];
  const verdicts: Record<string, number> = {};
  const differences = fields.flatMap((each, index) => {
    const { problem } = answers[index] ?? {};
    const ours = verdictOf(each, program.minor);
    const key = `${ours}, ${problem === undefined ? 'taken' : 'refused'}`;
    verdicts[key] = (verdicts[key] ?? 0) + 1;
    // Before 1.36 nothing hangs on a gate that these values meet.
    const agrees = ours === 'unsure' ? program.minor >= 36 : (ours === 'valid') === (problem === undefined);
    return agrees ? [] : [`${JSON.stringify(each)}: we say ${ours}, the API server ${problem ?? 'takes it'}`];
  });
  return { count: fields.length, verdicts, differences };
}

function verdictOf(fields: JsonObject, minor: number): 'valid' | 'invalid' | 'unsure' {
  const policy = stringAt(fields, 'dnsPolicy') ?? 'ClusterFirst';
  return dnsConfigFault({ spec: fields }, policy, { major: 1, minor })?.why ?? 'valid';
}
