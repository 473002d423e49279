/** Answers out of the hosts file, as `hosts: files dns` gives them before any nameserver is asked. */
import { recordTypes } from '../../wire/iana.ts';
import { equalNames } from '../../wire/name.ts';
import type { WireName } from '../../wire/name.ts';
import type { HostsAnswer } from './hosts.ts';
import { emptyPlan } from '../reply/reply-plan.ts';
import type { ReplyPlan } from '../reply/reply-plan.ts';
import { addressTypeOf, familyOf } from '../search/pair.ts';
import type { Half } from '../search/pair.ts';

/** TTL of what the hosts file says, in seconds: short, because the file is re-read when it changes. */
const hostsTtlSeconds = 10;

/** `questionName` as received, `name` without the marker. */
export function hostsPlan(hosts: HostsAnswer, half: Half, questionName: WireName, name: WireName): ReplyPlan {
  const addresses = hosts[familyOf(half)];
  if (addresses.length === 0) return emptyPlan(0);
  const canonical = hosts.canonicalName ?? name;
  const aliased = !equalNames(canonical, questionName);
  return {
    form: 'records',
    authentic: false,
    canonical: undefined,
    chain: aliased ? [{ target: canonical, ttl: hostsTtlSeconds }] : [],
    records: addresses.map((rdata) => ({
      type: addressTypeOf(half),
      ttl: hostsTtlSeconds,
      rdata,
    })),
  };
}

/** The names of an address, for a PTR question. */
export function hostsPointerPlan(names: Pick<HostsAnswer, 'canonicalName'>): ReplyPlan | undefined {
  if (names.canonicalName === undefined) return undefined;
  const record = { type: recordTypes.PTR, ttl: hostsTtlSeconds, rdata: names.canonicalName };
  return { form: 'records', authentic: false, canonical: undefined, chain: [], records: [record] };
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
