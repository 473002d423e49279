/** The tables of reasons with what they are about and where a code of them is seen: pages and `reasons` derive from it. */
import { checkReasons } from './check-reasons.ts';
import { containerOddities } from './container-oddities.ts';
import * as reasons from './reasons.ts';

export interface ReasonGroup {
  readonly title: string;
  /** Markdown, between the title and the table. */
  readonly introduction?: string;
  /** Where its codes are seen. */
  readonly seen: string;
  readonly codes: Readonly<Record<string, string>>;
}

export const reasonGroups: readonly ReasonGroup[] = [
  {
    title: 'Webhook: why a pod was left unchanged (verdict `skip`)',
    seen: 'log line `review`, event `InjectionSkipped` on the owner of the pod, label `reason` of `alpine_resolver_webhook_reviews_total`, `alpine-resolver inject`',
    codes: reasons.skipReasons,
  },
  {
    title: 'Webhook: why a pod was changed (verdict `inject`)',
    seen: 'log line `review`, label `reason` of `alpine_resolver_webhook_reviews_total`, `alpine-resolver inject`',
    codes: reasons.injectReasons,
  },
  {
    title: 'Webhook: why a pod was refused (verdict `refuse`)',
    seen: 'the error that the creator of the pod gets, log line `review`, label `reason` of `alpine_resolver_webhook_reviews_total`',
    codes: reasons.refuseReasons,
  },
  {
    title: 'Webhook: warnings',
    seen: 'admission warnings that the creator of the pod reads, log line `review`',
    codes: reasons.warningReasons,
  },
  {
    title: 'The command line: what `check` finds',
    introduction:
      'See [check](cli.md#check). The annotation `alpine-resolver.io/check-ignore` of a pod or a namespace silences a code.',
    seen: '`alpine-resolver check`',
    codes: checkReasons,
  },
  {
    title: 'Sidecar: how a search ended',
    seen: 'log line `search` at level `debug`, label `outcome` of `alpine_resolver_searches_total`',
    codes: reasons.searchOutcomes,
  },
  {
    title: 'Sidecar: why an answer was given although its lifetime was over',
    introduction: 'With `serve-stale-seconds` alone. See [the caches](cache.md#old-addresses-instead-of-none).',
    seen: 'log line `stale-answer` at level `debug`, label `reason` of `alpine_resolver_stale_answers_total`',
    codes: reasons.staleReasons,
  },
  {
    title: 'Sidecar: why an answer was asked for anew',
    seen: 'log line `refresh` at level `debug`, label `purpose` of `alpine_resolver_refreshes_total`',
    codes: reasons.refreshPurposes,
  },
  {
    title: 'Sidecar: what became of an answer that was asked for anew',
    seen: 'log line `refresh` at level `debug`, label `end` of `alpine_resolver_refreshes_total`',
    codes: reasons.refreshEnds,
  },
  {
    title: 'Sidecar: the outcome of a candidate',
    introduction: `A candidate is one name of a search. At log level \`debug\` each has a line, in glibc's order. A search that ends without
success follows glibc in which of these is the last word.`,
    seen: 'log line `candidate` at level `debug`',
    codes: reasons.candidateOutcomes,
  },
  {
    title: 'Sidecar: why a query got no reply, or a connection was closed',
    seen: 'label `reason` of `alpine_resolver_dropped_total`',
    codes: reasons.dropReasons,
  },
  {
    title: 'Sidecar: why no nameserver can be asked',
    introduction:
      'A warning `no-upstream` in the log, once per configuration, and the metric `alpine_resolver_upstream_fault_info`.',
    seen: 'log line `no-upstream`, label `reason` of `alpine_resolver_upstream_fault_info`',
    codes: reasons.upstreamFaults,
  },
  {
    title: 'Sidecar: why a nameserver is never asked',
    introduction: 'A warning `server-dead` in the log, and the metric `alpine_resolver_server_dead_info`.',
    seen: 'log line `server-dead`, label `reason` of `alpine_resolver_server_dead_info`',
    codes: reasons.deadServerReasons,
  },
  {
    title: 'Sidecar: the reply to a query upstream',
    seen: 'label `class` of `alpine_resolver_upstream_replies_total`',
    codes: reasons.upstreamReplyClasses,
  },
  {
    title: 'Sidecar: why a message from upstream was ignored',
    seen: 'label `reason` of `alpine_resolver_upstream_ignored_total`',
    codes: reasons.ignoredReplyReasons,
  },
  {
    title: 'Docker host: what is odd about a container',
    seen: 'log line `container-odd`, label `reason` of `alpine_resolver_container_oddities_total`',
    codes: containerOddities,
  },
];

export interface ReasonMeaning {
  readonly group: ReasonGroup;
  readonly sentence: string;
}

/** A code may be of several tables. */
export function meaningsOf(code: string): ReasonMeaning[] {
  return reasonGroups.flatMap((group) => {
    const sentence = Object.hasOwn(group.codes, code) ? group.codes[code] : undefined;
    return sentence === undefined ? [] : [{ group, sentence }];
  });
}

export const allReasons: readonly string[] = [
  ...new Set(reasonGroups.flatMap(({ codes }) => Object.keys(codes))),
].toSorted();
