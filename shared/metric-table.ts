import type { MetricTable } from './metric-definition.ts';

/** From a cache-less answer on the same node to the longest search that a client waits for (45 s). */
const walkBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45];

/** From a small pod to the timeout of the admission call (5 s). */
const reviewBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Every metric of the sidecar. */
export const sidecarMetrics = {
  alpine_resolver_build_info: { kind: 'gauge', help: 'Always 1; the label tells the version.', labels: ['version'] },
  alpine_resolver_mode_info: { kind: 'gauge', help: 'Always 1; the label tells the mode in use.', labels: ['mode'] },
  alpine_resolver_queries_total: {
    kind: 'counter',
    help: 'Queries from clients, by transport and type (types that are rarely asked count as other).',
    labels: ['transport', 'type'],
  },
  alpine_resolver_replies_total: {
    kind: 'counter',
    help: 'Replies to clients, by transport and rcode; those that the kernel refused count as dropped (send-failed), too.',
    labels: ['transport', 'rcode'],
  },
  alpine_resolver_truncated_replies_total: {
    kind: 'counter',
    help: 'Replies over UDP that did not fit and carry the TC bit.',
    labels: [],
  },
  alpine_resolver_dropped_total: {
    kind: 'counter',
    help: 'Queries without a reply and connections that were closed, by reason.',
    labels: ['reason'],
  },
  alpine_resolver_repeats_total: {
    kind: 'counter',
    help: 'Queries without a search of their own: repeats of one that is remembered or under way, and the bare name after a search that failed.',
    labels: [],
  },
  alpine_resolver_hosts_answers_total: {
    kind: 'counter',
    help: 'Queries that the hosts file answered.',
    labels: [],
  },
  alpine_resolver_walks_total: { kind: 'counter', help: 'Searches that ended, by outcome.', labels: ['outcome'] },
  alpine_resolver_walks_in_flight: { kind: 'gauge', help: 'Searches that run now.', labels: [] },
  alpine_resolver_walk_duration_seconds: {
    kind: 'histogram',
    help: 'Time of a search, from its first query to its outcome.',
    labels: [],
    buckets: walkBuckets,
  },
  alpine_resolver_upstream_queries_total: {
    kind: 'counter',
    help: 'Queries to upstream nameservers, by server and transport.',
    labels: ['server', 'transport'],
  },
  alpine_resolver_upstream_replies_total: {
    kind: 'counter',
    help: 'What came of queries to upstream nameservers, by server and class of the reply (lost: none in time).',
    labels: ['server', 'class'],
  },
  alpine_resolver_upstream_ignored_total: {
    kind: 'counter',
    help: 'Messages on upstream sockets that were not the awaited reply, by reason.',
    labels: ['reason'],
  },
  alpine_resolver_tcp_connections: {
    kind: 'gauge',
    help: 'TCP connections from clients that are open now.',
    labels: [],
  },
  alpine_resolver_upstream_fault_info: {
    kind: 'gauge',
    help: 'Is 1 while no nameserver can be asked; the label tells the reason.',
    labels: ['reason'],
  },
  alpine_resolver_reloads_total: {
    kind: 'counter',
    help: 'Changes of a watched file that were read, by file and result.',
    labels: ['file', 'result'],
  },
  alpine_resolver_setting_issues: {
    kind: 'gauge',
    help: 'Faults in the annotations file as it is now.',
    labels: [],
  },
  alpine_resolver_internal_errors_total: {
    kind: 'counter',
    help: 'Exceptions that the packet loop caught; each is a fault to report.',
    labels: [],
  },
  alpine_resolver_resident_memory_bytes: { kind: 'gauge', help: 'Resident memory of the process.', labels: [] },
} as const satisfies MetricTable;

/** Every metric of the webhook. */
export const webhookMetrics = {
  alpine_resolver_webhook_build_info: {
    kind: 'gauge',
    help: 'Always 1; the label tells the version.',
    labels: ['version'],
  },
  alpine_resolver_webhook_reviews_total: {
    kind: 'counter',
    help: 'Admission reviews, by verdict (inject, skip, refuse) and reason.',
    labels: ['verdict', 'reason'],
  },
  alpine_resolver_webhook_review_duration_seconds: {
    kind: 'histogram',
    help: 'Time of an admission review, from the parsed body to the response.',
    labels: [],
    buckets: reviewBuckets,
  },
  alpine_resolver_webhook_warnings_total: {
    kind: 'counter',
    help: 'Warnings in admission responses, by reason.',
    labels: ['reason'],
  },
  alpine_resolver_webhook_bad_requests_total: {
    kind: 'counter',
    help: 'Requests that were not an admission review, by HTTP status.',
    labels: ['status'],
  },
  alpine_resolver_webhook_events_total: {
    kind: 'counter',
    help: 'Events on owners, by result: written, counted (a repeat within ten minutes), dropped or failed.',
    labels: ['result'],
  },
  alpine_resolver_webhook_cluster_dns_differs: {
    kind: 'gauge',
    help: "Is 1 while the Service kube-dns has another address than the webhook's own resolv.conf.",
    labels: [],
  },
  alpine_resolver_webhook_certificate_expiry_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the certificate in use ends, seconds since 1970.',
    labels: ['certificate'],
  },
  alpine_resolver_webhook_resident_memory_bytes: {
    kind: 'gauge',
    help: 'Resident memory of the process.',
    labels: [],
  },
} as const satisfies MetricTable;

export type SidecarMetrics = typeof sidecarMetrics;
export type WebhookMetrics = typeof webhookMetrics;
