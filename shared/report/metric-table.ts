/** The table of the sidecar's metrics; types and docs/metrics.md derive from it. */
import { codes, named } from './metric-definition.ts';
import type { MetricTable } from './metric-definition.ts';
import {
  deadServerReasons,
  dropReasons,
  ignoredReplyReasons,
  upstreamFaults,
  upstreamReplyClasses,
  refreshEnds,
  refreshPurposes,
  searchOutcomes,
  staleReasons,
} from './reasons.ts';

const version = { any: 'The version of the program.' } as const;
const server = { any: 'The address of a nameserver.' } as const;
const caches = { answer: 'the answer of a whole search', reply: 'a reply of a nameserver' } as const;
const transport = { values: ['udp', 'tcp'] } as const;
const modes = ['marker', 'plain', 'as-is'] as const;

/** Types that clients ask for; a label must not take any value that a client likes. */
const queryTypes = {
  ...named('A', 'NS', 'CNAME', 'SOA', 'PTR', 'MX', 'TXT', 'AAAA', 'SRV', 'DNAME', 'OPT', 'RRSIG', 'NSEC', 'NSEC3'),
  ...named('TSIG', 'IXFR', 'AXFR', 'ANY'),
  other: 'any further type',
  none: 'no question that can be read',
} as const;

const replyRcodes = {
  ...named('NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'BADVERS'),
  other: 'any further rcode',
} as const;

const watchedFiles = {
  'resolv-conf': 'the original configuration',
  'pod-resolv-conf': 'what the containers see',
  hosts: 'the hosts file',
  annotations: "the pod's annotations",
  'stub-zones': 'the file of stub zones',
} as const;

const readOutcomes = { read: 'its text is in use', failed: 'the text before it stays in use' } as const;
/** From an answer without a cache on the same node to the search limit (45 s). */
const searchBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45];

/** Every metric of the sidecar. */
export const sidecarMetrics = {
  alpine_resolver_build_info: { kind: 'gauge', help: 'Always 1; the label tells the version.', labels: { version } },
  alpine_resolver_mode_info: {
    kind: 'gauge',
    help: 'Always 1; the label tells the mode in use.',
    labels: { mode: { values: modes } },
  },
  alpine_resolver_queries_total: {
    kind: 'counter',
    help: 'Queries from clients, by transport and type.',
    labels: { transport, type: { values: queryTypes } },
  },
  alpine_resolver_replies_total: {
    kind: 'counter',
    help: 'Replies to clients, by transport and rcode; those that the kernel refused count as dropped (send-failed), too.',
    labels: { transport, rcode: { values: replyRcodes } },
  },
  alpine_resolver_truncated_replies_total: {
    kind: 'counter',
    help: 'Replies over UDP that did not fit and carry the TC bit.',
    labels: {},
  },
  alpine_resolver_dropped_total: {
    kind: 'counter',
    help: 'Queries without a reply and connections that were closed, by reason.',
    labels: { reason: { values: codes(dropReasons) } },
  },
  alpine_resolver_refused_clients_total: {
    kind: 'counter',
    help: 'Queries over UDP and connections over TCP of clients that allow-clients does not let ask.',
    labels: { transport },
  },
  alpine_resolver_repeats_total: {
    kind: 'counter',
    help: 'Queries without a search of their own: repeats of one that was answered or is under way, and the bare name after a search that failed.',
    labels: {},
  },
  alpine_resolver_hosts_answers_total: {
    kind: 'counter',
    help: 'Queries that the hosts file answered.',
    labels: {},
  },
  alpine_resolver_searches_total: {
    kind: 'counter',
    help: 'Searches that ended, by outcome.',
    labels: { outcome: { values: codes(searchOutcomes) } },
  },
  alpine_resolver_searches_in_flight: { kind: 'gauge', help: 'Searches that run now.', labels: {} },
  alpine_resolver_search_duration_seconds: {
    kind: 'histogram',
    help: 'Time of a search, from the first query of its lookup to the last answer.',
    labels: {},
    buckets: searchBuckets,
  },
  alpine_resolver_upstream_queries_total: {
    kind: 'counter',
    help: 'Queries to upstream nameservers, by server and transport.',
    labels: { server, transport },
  },
  alpine_resolver_upstream_sockets_total: {
    kind: 'counter',
    help: 'UDP sockets that questions to nameservers got, by origin.',
    labels: {
      origin: {
        values: {
          opened: 'opened for the question',
          stock: 'opened in advance',
          reused: 'has asked another question before',
        },
      },
    },
  },
  alpine_resolver_upstream_replies_total: {
    kind: 'counter',
    help: 'Replies to queries upstream, and queries without one (lost), by server and class.',
    labels: { server, class: { values: codes(upstreamReplyClasses) } },
  },
  alpine_resolver_upstream_ignored_total: {
    kind: 'counter',
    help: 'Messages on upstream sockets that were not the awaited reply, by reason.',
    labels: { reason: { values: codes(ignoredReplyReasons) } },
  },
  alpine_resolver_asked_ahead_total: {
    kind: 'counter',
    help: 'Candidates of searches that were asked before their turn, by whether it came.',
    labels: { use: { values: ['used', 'unused'] } },
  },
  alpine_resolver_cache_hits_total: {
    kind: 'counter',
    help: 'Uses of what is remembered, by cache: a whole answer to a query, or one reply of a nameserver in a search.',
    labels: { cache: { values: caches } },
  },
  alpine_resolver_stale_answers_total: {
    kind: 'counter',
    help: 'Queries that got an answer although its lifetime was over, by reason.',
    labels: { reason: { values: codes(staleReasons) } },
  },
  alpine_resolver_refreshes_total: {
    kind: 'counter',
    help: 'Answers that were asked for anew while nobody waited, by purpose and by what became of them; no searches of lookups.',
    labels: { purpose: { values: codes(refreshPurposes) }, end: { values: codes(refreshEnds) } },
  },
  alpine_resolver_cache_evictions_total: {
    kind: 'counter',
    help: 'What had to go before its time, because the caches were full.',
    labels: {},
  },
  alpine_resolver_cache_bytes: {
    kind: 'gauge',
    help: 'Bytes of memory that both caches take, as counted.',
    labels: {},
  },
  alpine_resolver_server_silent: {
    kind: 'gauge',
    help: 'Is 1 for a nameserver that is silent now, 0 for one that is not; with server-memory off there is no value.',
    labels: { server },
  },
  alpine_resolver_server_silences_total: {
    kind: 'counter',
    help: 'How often a nameserver became silent, by server.',
    labels: { server },
  },
  alpine_resolver_server_dead_info: {
    kind: 'gauge',
    help: 'Is 1 for a nameserver that is never asked; the label tells the reason.',
    labels: { server, reason: { values: codes(deadServerReasons) } },
  },
  alpine_resolver_tcp_connections: {
    kind: 'gauge',
    help: 'TCP connections from clients that are open now.',
    labels: {},
  },
  alpine_resolver_traces_total: {
    kind: 'counter',
    help: 'Traces that were asked for on the admin listener, by outcome. Their queries count nowhere else.',
    labels: {
      outcome: {
        values: {
          done: 'the lookup came to its end',
          'time-limit': 'the time of a trace was over before',
          busy: 'another trace was running',
          refused: 'it was not asked for as it must be, or not from this pod',
        },
      },
    },
  },
  alpine_resolver_upstream_fault_info: {
    kind: 'gauge',
    help: 'Is 1 while no nameserver can be asked; the label tells the reason.',
    labels: { reason: { values: codes(upstreamFaults) } },
  },
  alpine_resolver_reloads_total: {
    kind: 'counter',
    help: 'Changes of a watched file that were read, by file and outcome.',
    labels: { file: { values: watchedFiles }, outcome: { values: readOutcomes } },
  },
  alpine_resolver_setting_issues: {
    kind: 'gauge',
    help: 'Faults in the annotations file as it is now.',
    labels: {},
  },
  alpine_resolver_internal_errors_total: {
    kind: 'counter',
    help: 'Exceptions that the packet loop caught; each is a fault to report.',
    labels: {},
  },
  alpine_resolver_collection_pause_seconds: {
    kind: 'histogram',
    help: 'Pauses for collecting the garbage of a busy time, when it is over.',
    labels: {},
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25],
  },
  alpine_resolver_resident_memory_bytes: { kind: 'gauge', help: 'Resident memory of the process.', labels: {} },
} as const satisfies MetricTable;

export type WatchedFileName = keyof typeof watchedFiles;

export type SidecarMetrics = typeof sidecarMetrics;
