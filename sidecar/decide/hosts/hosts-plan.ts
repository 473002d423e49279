/** Answers out of the hosts file, as `hosts: files dns` gives them before any nameserver is asked. */
import { isAddressType, recordTypes } from '../../wire/iana.ts';
import { equalNames } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';
import { answerFrom, findHosts, lookupHostsPointer } from './hosts.ts';
import type { HostsAnswer, HostsAnswering } from './hosts.ts';
import type { HostsTable } from './hosts-table.ts';
import { emptyPlan } from '../reply/reply-plan.ts';
import type { ReplyPlan } from '../reply/reply-plan.ts';
import { addressTypeOf, bothHalves, familyOf, halfOfType } from '../search/pair.ts';
import type { Half } from '../search/pair.ts';

/** What the settings say of local names. */
export interface HostsRules {
  readonly authoritative: boolean;
  /** Each answer begins with the next address. */
  readonly rotates: boolean;
  readonly ttlSeconds: number;
  /** For whatever query, and not as C libraries use the file alone. */
  readonly forAll: boolean;
}

export interface HostsNames {
  /** As received. */
  readonly questionName: WireName;
  /** Without the marker. */
  readonly name: WireName;
}

export function hostsPlan(hosts: HostsAnswer, half: Half, names: HostsNames, ttl: number): ReplyPlan {
  return addressPlan(hosts, [half], names, ttl);
}

/** A query that is no half of a pair. */
export interface HostsQuery extends HostsNames {
  readonly type: number;
}

/**
 * The reply to a query that is no half of a pair; `undefined`: the files do not answer, the next service is asked. `turnOf` as
 * in {@link answeringFor}.
 */
export function hostsReply(
  { type, ...names }: HostsQuery,
  table: HostsTable,
  rules: HostsRules,
  turnOf: (lines: object) => number,
): ReplyPlan | undefined {
  if (type === recordTypes.PTR) {
    const pointer = pointerPlan(lookupHostsPointer(table, names.questionName), rules.ttlSeconds);
    if (pointer !== undefined) return pointer;
  }
  const lines = answersType(type, rules) ? findHosts(table, names.name) : undefined;
  if (lines === undefined) return undefined;
  const answering = answeringFor(lines, rules, turnOf);
  if (type === recordTypes.ANY) return planOf(answerFrom(lines, 'PAIR', answering), bothHalves, names, rules);
  if (!isAddressType(type)) return emptyPlan(0);
  const question = type === recordTypes.A ? 'A' : 'AAAA';
  return planOf(answerFrom(lines, question, answering), [halfOfType(type)], names, rules);
}

/** `turnOf` counts the answers that lines have given. */
export function answeringFor(
  lines: object,
  { authoritative, rotates }: HostsRules,
  turnOf: (lines: object) => number,
): HostsAnswering {
  return { authoritative, turn: rotates ? turnOf(lines) : 0 };
}

/** A C library asks the file for addresses and nothing else. */
function answersType(type: number, { authoritative, forAll }: HostsRules): boolean {
  return authoritative || (forAll && (type === recordTypes.ANY || isAddressType(type)));
}

function planOf(
  answer: HostsAnswer | undefined,
  halves: readonly Half[],
  names: HostsNames,
  { ttlSeconds }: HostsRules,
): ReplyPlan | undefined {
  return answer && addressPlan(answer, halves, names, ttlSeconds);
}

function addressPlan(
  hosts: HostsAnswer,
  halves: readonly Half[],
  { questionName, name }: HostsNames,
  ttl: number,
): ReplyPlan {
  const records = halves.flatMap((half) =>
    hosts[familyOf(half)].map((rdata) => ({ type: addressTypeOf(half), ttl, rdata })),
  );
  if (records.length === 0) return emptyPlan(0);
  const canonical = hosts.canonicalName ?? name;
  const aliased = !equalNames(canonical, questionName);
  const chain = aliased ? [{ target: canonical, ttl }] : [];
  return { form: 'records', isLocal: true, authentic: false, canonical: undefined, chain, records };
}

/** The names of an address, for a PTR question. */
function pointerPlan(names: Pick<HostsAnswer, 'canonicalName'> | undefined, ttl: number): ReplyPlan | undefined {
  if (names?.canonicalName === undefined) return undefined;
  const record = { type: recordTypes.PTR, ttl, rdata: names.canonicalName };
  return { form: 'records', isLocal: true, authentic: false, canonical: undefined, chain: [], records: [record] };
}

/** Whether the file says the same in `half`'s family to a program that asks for both families and to one that does not. */
export function sameHostsAnswer(pair: HostsAnswer, solo: HostsAnswer | undefined, half: Half): boolean {
  if (solo === undefined) return false;
  const family = familyOf(half);
  const [joint, alone] = [pair[family], solo[family]];
  if (joint.length !== alone.length || joint.some((address, index) => address.join() !== alone[index]?.join()))
    return false;
  const [first, second] = [pair.canonicalName, solo.canonicalName];
  return first === second || (first !== undefined && second !== undefined && equalNames(first, second));
}
