/** Replies to names that are answered for here: as they are asked, or as candidates of a search. */
import { findHosts, lookupHostsPointer } from '../decide/hosts/hosts.ts';
import type { ReplyPlan } from '../decide/reply/reply-plan.ts';
import { findLocalCandidate, type LocalCandidate } from '../decide/search/local-candidates.ts';
import { addressTypeOf, bothHalves } from '../decide/search/pair.ts';
import { candidateRules } from '../decide/search/search-plan.ts';
import type { LocalData } from '../ports/local-data.ts';
import { isAddressType, recordTypes } from '../wire/iana.ts';
import { nameKey } from '../wire/name.ts';
import type { WireName } from '../wire/name.ts';
import { isAddressLookup, type QueryContext } from './lookup.ts';

/** What a query asks for, before it is known where the local names stand in its search. */
export type LocalContext = Omit<QueryContext, 'local'>;

/** The hosts files have the first word. */
export function localPlan(context: QueryContext, localData: LocalData): ReplyPlan | undefined {
  if (isInHosts(context)) return undefined;
  const { request, type, local, snapshot } = context;
  const plan = planOf(context, { name: request.name, type }, localData);
  if (plan !== undefined || local === undefined) return plan;
  // Where no nameserver may be asked, nobody comes before it.
  return local.isFirst || snapshot.settings.hostsOnly ? localCandidatePlan(context, type, localData) : undefined;
}

/** Of the candidate that is a local name. */
export function localCandidatePlan(context: QueryContext, type: number, localData: LocalData): ReplyPlan | undefined {
  return context.local && planOf(context, { name: context.local.name, type }, localData);
}

/** The candidate that is a local name, which may be the name itself; none where there is no search. A pair has both halves there. */
export function localCandidateOf(context: LocalContext, localData: LocalData): LocalCandidate | undefined {
  const { request, type, query, configuration, snapshot } = context;
  if (request.absolute || isInHosts(context)) return undefined;
  const addresses = isAddressLookup(context);
  const types = addresses && isAddressType(type) ? bothHalves.map(addressTypeOf) : [type];
  const rules = candidateRules(configuration, snapshot.settings, { request, addresses });
  return findLocalCandidate(request, rules, (name) => {
    const outcomes = types.map((one) => localData.outcome({ name, type: one, client: query.client.address }));
    return outcomes.find((outcome) => outcome === 'records') ?? outcomes[0];
  });
}

/** What is found by another name than the one that was asked for is behind an alias, as where a nameserver has it. */
function planOf(
  { query, questionName }: QueryContext,
  { name, type }: { readonly name: WireName; readonly type: number },
  localData: LocalData,
): ReplyPlan | undefined {
  const plan = localData.answer({ name, type, client: query.client.address });
  const [record] = plan?.form === 'local' ? plan.records : [];
  if (plan?.form !== 'local' || record === undefined || name === questionName) return plan;
  return { ...plan, chain: [{ target: name, ttl: record.ttl }] };
}

function isInHosts({ snapshot: { hosts }, usesHosts, request: { name }, type }: LocalContext): boolean {
  if (!usesHosts) return false;
  if (type === recordTypes.PTR && lookupHostsPointer(hosts, name) !== undefined) return true;
  return findHosts(hosts, nameKey(name)) !== undefined;
}
