/** What pods are asked, and how their answers are compared. */
import type { Kubectl } from '../kubectl.ts';
import { type Lookup, type PodName, parseLookups } from './pods.ts';
import { ProofFailure } from './proof.ts';

/** One question, put to several pods in the same words. */
export interface Question {
  /** What the name stands for, in the table. */
  readonly what: string;
  readonly by: 'getaddrinfo' | 'getnameinfo' | 'dig';
  /** Words after the program's options; the pod's own name takes the place of `$HOSTNAME`. */
  readonly words: readonly string[];
  readonly options?: readonly string[];
}

/** An answer in the form in which answers are compared and shown. */
export interface Answer {
  readonly outcome: string;
  readonly values: readonly string[];
  readonly elapsedMs: number;
}

export async function ask(kubectl: Kubectl, pod: PodName, questions: readonly Question[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const question of questions) answers.push(await askOne(kubectl, pod, question));
  return answers;
}

async function askOne(kubectl: Kubectl, where: PodName, { by, words, options = [] }: Question): Promise<Answer> {
  const { namespace, pod, address } = where;
  const given = words.map((word) => word.replace('$HOSTNAME', pod));
  const programs = {
    getaddrinfo: ['/bin/probe', 'lookup', ...options, ...given],
    getnameinfo: ['/bin/probe', 'reverse', ...given],
    dig: ['/usr/bin/dig', '+noall', '+answer', ...options, ...given],
  };
  const startedMs = performance.now();
  const answer = await kubectl.exec(namespace, pod, programs[by], 'app');
  if (by === 'dig') {
    const values = recordsOf(answer.stdout, given.at(-1) ?? '');
    const outcome = answer.code !== 0 ? `exit code ${answer.code}` : values.length > 0 ? 'OK' : 'empty';
    return { outcome, values, elapsedMs: performance.now() - startedMs };
  }
  const [lookup] = answer.code === 0 ? parseLookups(answer.stdout) : [];
  if (lookup === undefined) throw new ProofFailure(`probe in ${pod}: ${answer.stderr}`);
  // musl gives a canonical name whether it was asked for one or not.
  const { canonicalName: _canonicalName, ...bare } = lookup;
  return comparable(by === 'getnameinfo' || options.includes('-c') ? lookup : bare, { address, pod });
}

/**
 * The data of the records of the asked type, without their TTL. The sidecar's alias from the name that was asked to the one
 * that was found stands before them.
 */
function recordsOf(text: string, type: string): string[] {
  const records = text.split('\n').map((line) => /^\S+\s+\d+\s+IN\s+(\S+)\s+(.*)$/.exec(line));
  return records.flatMap((record) => (record?.[1] === type ? [record[2] ?? ''] : [])).toSorted();
}

/** The pod's own address and name differ from pod to pod although the answer is the same. */
function comparable(lookup: Lookup, own: { address: string; pod: string }): Answer {
  const { canonicalName } = lookup;
  const values = [...lookup.addresses, ...(canonicalName === undefined ? [] : [`= ${canonicalName}`])];
  return {
    outcome: outcomeClass(lookup.outcome),
    values: values.map((value) => (value === own.address ? 'own address' : value.replace(own.pod, 'own name'))),
    elapsedMs: lookup.elapsedMs,
  };
}

/** The C libraries give different codes to the same thing: musl has one code for what glibc divides by three. */
function outcomeClass(outcome: string): string {
  return ['NODATA', 'ADDRFAMILY', 'NONAME'].includes(outcome)
    ? 'not found'
    : outcome === 'AGAIN'
      ? 'temporary'
      : outcome;
}

export function isSame(left: Answer, right: Answer): boolean {
  return left.outcome === right.outcome && left.values.join('\n') === right.values.join('\n');
}

/** For a cell of a table. */
export function formatAnswer({ outcome, values, elapsedMs }: Answer): string {
  const slow = elapsedMs >= 1000 ? ` after ${(elapsedMs / 1000).toFixed(0)} s` : '';
  if (outcome !== 'OK') return `${outcome}${slow}`;
  const addresses = values.filter((value) => !value.startsWith('= '));
  const name = values.find((value) => value.startsWith('= '));
  const shown = addresses.length > 2 ? `${addresses.length} values` : addresses.join(' ');
  return `${(shown === '' ? (name ?? '') : shown).slice(0, 40)}${slow}`;
}
