/** Replies to names that are answered for here: as they are asked, or as candidates of a search. */
import { findHosts, lookupHostsPointer } from '../decide/hosts/hosts.ts';
import { emptyPlan, type ReplyPlan } from '../decide/reply/reply-plan.ts';
import { findLocalCandidates } from '../decide/search/local-candidates.ts';
import type { LocalCandidates, LocalOutcome, LocalOutcomes } from '../decide/search/local-candidates.ts';
import { candidateRules } from '../decide/search/search-plan.ts';
import type { LocalData } from '../ports/local-data.ts';
import { rcodes, recordTypes } from '../wire/iana.ts';
import type { WireName } from '../wire/name.ts';
import { isAddressLookup, type QueryContext } from './lookup.ts';

/** What a query asks for, before it is known where the local names stand in its search. */
export type LocalContext = Omit<QueryContext, 'local'>;

interface LocalQuestion {
  readonly name: WireName;
  readonly type: number;
}

/** The hosts files have the first word. */
export function localPlan(context: QueryContext, localData: LocalData): ReplyPlan | undefined {
  if (isInHosts(context)) return undefined;
  const { request, type, local } = context;
  const plan = planOf(context, { name: request.name, type }, localData);
  if (plan !== undefined || local?.end === undefined) return plan;
  return localCandidatePlan(context, { name: local.end, type }, localData);
}

/** Of a candidate that is a local name. */
export function localCandidatePlan(
  context: QueryContext,
  question: LocalQuestion,
  localData: LocalData,
): ReplyPlan | undefined {
  // The program is given what glibc asks for.
  if (isLeftOut(context, question.type)) return emptyPlan(rcodes.NOERROR);
  return planOf(context, question, localData);
}

/**
 * The candidates that are local names, the name itself among them; none where there is no search. One that a hosts file has in one
 * family may be searched for in the other.
 */
export function localCandidatesOf(context: LocalContext, localData: LocalData): LocalCandidates | undefined {
  const { request, type, query, configuration, snapshot } = context;
  const addresses = isAddressLookup(context);
  if (request.absolute && !(addresses && isInHosts(context))) return undefined;
  const rules = candidateRules(configuration, snapshot.settings, { request, addresses });
  const outcomeOf = (name: WireName, one: number): LocalOutcome | undefined =>
    localData.outcome({ name, type: one, client: query.client.address });
  const outcomesOf = (name: WireName): LocalOutcomes | undefined => {
    const first = outcomeOf(name, addresses ? recordTypes.A : type);
    if (first === undefined || !addresses) return first && [first, undefined];
    if (!configuration.noAaaa) return [first, outcomeOf(name, recordTypes.AAAA)];
    // glibc asks for A in place of AAAA, and takes addresses for none.
    return [first, first === 'records' ? 'no-data' : first];
  };
  return findLocalCandidates(request, rules, outcomesOf, snapshot.settings.hostsOnly);
}

/** With `no-aaaa`. */
function isLeftOut(context: QueryContext, type: number): boolean {
  return context.configuration.noAaaa && isAddressLookup(context) && type === recordTypes.AAAA;
}

/** What is found by another name than the one that was asked for is behind an alias, as where a nameserver has it. */
function planOf(
  { query, questionName }: QueryContext,
  { name, type }: LocalQuestion,
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
  return findHosts(hosts, name) !== undefined;
}
