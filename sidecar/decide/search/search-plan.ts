/** What the configuration and the request mean for a search: the options of glibc that it obeys, and its queries. */
import type { QueryFields } from '../../wire/query.ts';
import type { AheadKnowledge } from './ahead.ts';
import type { CandidateRules, SearchRequest } from './candidates.ts';
import type { LocalName } from './local-candidates.ts';
import type { ExchangePlan } from './exchange.ts';
import { addressTypeOf } from './pair.ts';
import type { Half } from './pair.ts';
import { mayBeAsIs, type Routes } from './routes.ts';
import type { SearchPlan } from './search.ts';
import type { WireSearchEntry } from './search-list.ts';

/** The options of the resolv.conf that a search obeys, with its servers. */
export interface SearchOptions {
  readonly servers: readonly { readonly timeoutMs: number }[];
  readonly routes?: Routes | undefined;
  readonly search: readonly WireSearchEntry[];
  readonly ndots: number;
  readonly attempts: number;
  readonly rotate: boolean;
  readonly noTldQuery: boolean;
  readonly useVc: boolean;
  readonly strictError: boolean;
  readonly singleRequest: boolean;
  readonly singleRequestReopen: boolean;
  readonly noAaaa: boolean;
  readonly edns0: boolean;
  readonly trustAd: boolean;
}

/** What is asked for, and how. */
export interface SearchQuestion {
  readonly request: SearchRequest;
  /** The candidates that are answered for here. */
  readonly local?: readonly LocalName[] | undefined;
  /** Type of the first question. With `addresses`, half 0 is A and half 1 AAAA, whichever came first. */
  readonly type: number;
  /** It asks for A, AAAA or both as a C library does; else for one type, which may be A or AAAA, in half 0. */
  readonly addresses: boolean;
  /** AD and CD of the queries; `trust-ad` of the resolv.conf sets AD, too. */
  readonly ad: boolean;
  readonly cd: boolean;
  /** EDNS towards the upstream that the client's own OPT asks for; `edns0` of the resolv.conf is added here. */
  readonly edns: { readonly payloadSize: number; readonly dnssecOk: boolean } | undefined;
}

/** EDNS payload that glibc's `edns0` announces, in bytes (RESOLV_EDNS_BUFFER_SIZE in resolv/resolv-internal.h). */
const edns0PayloadSize = 1200;

/** What the sidecar's own settings say of a search. */
export interface PlanSettings {
  readonly hostNameFilter: boolean;
  readonly keepSurvivingHalf: boolean;
  /** Dots that a name needs to be sent as it is. */
  readonly minForwardedDots?: number;
}

export function searchPlan(
  options: SearchOptions,
  settings: PlanSettings,
  { request, addresses, local }: SearchQuestion,
  ahead?: AheadKnowledge,
): SearchPlan {
  const { servers, routes } = options;
  return {
    request,
    rules: candidateRules(options, settings, { request, addresses }),
    exchange: exchangePlan(options, settings.keepSurvivingHalf),
    routes,
    local,
    rotate: options.rotate && servers.length > 1,
    onlyA: options.noAaaa && addresses,
    serial: options.singleRequestReopen ? 'reopen' : options.singleRequest ? 'serial' : 'parallel',
    ahead: mayAskAhead(options) ? ahead : undefined,
  };
}

/** Of each configuration: all its searches have the same. */
const exchangePlans = new WeakMap<SearchOptions, ExchangePlan>();

function exchangePlan(options: SearchOptions, keepSurvivingHalf: boolean): ExchangePlan {
  const known = exchangePlans.get(options);
  if (known?.keepSurvivingHalf === keepSurvivingHalf) return known;
  const { servers, routes, attempts, useVc, strictError } = options;
  const plan = {
    order: routes === undefined ? servers.map((_, index) => index) : routes.usual.order,
    timeoutsMs: servers.map(({ timeoutMs }) => timeoutMs),
    attempts,
    useVc,
    strictError,
    keepSurvivingHalf,
  };
  exchangePlans.set(options, plan);
  return plan;
}

/** Which names a search has, and in which order. */
export function candidateRules(
  { routes, search, ndots, noTldQuery }: Pick<SearchOptions, 'routes' | 'search' | 'ndots' | 'noTldQuery'>,
  { hostNameFilter, minForwardedDots = 0 }: Pick<PlanSettings, 'hostNameFilter' | 'minForwardedDots'>,
  { request, addresses }: Pick<SearchQuestion, 'request' | 'addresses'>,
): CandidateRules {
  const withoutAsIs = !mayBeAsIs(request, minForwardedDots, routes);
  const rules = { search, ndots, noTldQuery, hostNamesOnly: addresses && hostNameFilter };
  return withoutAsIs ? { ...rules, withoutAsIs } : rules;
}

/** Only where several questions at once to one server are what the options allow. */
function mayAskAhead({ useVc, singleRequest, singleRequestReopen, rotate, servers }: SearchOptions): boolean {
  return !useVc && !singleRequest && !singleRequestReopen && !(rotate && servers.length > 1);
}

/** The type that a half is asked for upstream: the pair may have been opened by its AAAA question. */
export function typeOfHalf({ addresses, type }: SearchQuestion, half: Half): number {
  return addresses ? addressTypeOf(half) : type;
}

/** Of a query upstream, beside ID, name and type. */
export interface AskedFields extends Omit<QueryFields, 'id' | 'name' | 'type' | 'class'> {
  readonly cd: boolean;
}

/** Of the queries upstream, while `halves` are what the client is known to ask for. */
export function queryFields(
  { noAaaa, edns0, trustAd }: SearchOptions,
  { addresses, ad, cd, edns: asked }: SearchQuestion,
  halves: readonly Half[],
): AskedFields {
  // The A question that glibc asks in place of AAAA alone is a plain one.
  const isPlain = noAaaa && addresses && !halves.includes(0);
  const edns = asked ?? (edns0 && !isPlain ? { payloadSize: edns0PayloadSize, dnssecOk: false } : undefined);
  return { rd: true, ad: trustAd || ad, cd, edns };
}

/** Tells queries apart that are equal but for ID, name and type: what a server says depends on it. */
export function fieldsKey({ ad, cd, edns }: AskedFields): string {
  const opt = edns === undefined ? '' : `${edns.payloadSize}${edns.dnssecOk ? 'd' : ''}`;
  return `${ad ? 'a' : ''}${cd ? 'c' : ''}${opt}`;
}
