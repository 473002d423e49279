/** The table of the webhook's metrics; types and docs/metrics.md derive from it. */
import { codes } from './metric-definition.ts';
import type { MetricTable } from './metric-definition.ts';
import { injectReasons, refuseReasons, skipReasons, warningReasons } from './reasons.ts';

const version = { any: 'The version of the program.' } as const;
const verdicts = ['inject', 'skip', 'refuse'] as const;

const badRequestStatuses = {
  400: 'no admission review, or it ended early',
  404: 'another path',
  405: 'another method',
  413: 'too large',
  415: 'another content type, or compressed',
  429: 'too many large ones at once',
  503: 'the image of the sidecar is not known: the webhook is not ready',
} as const;

const eventOutcomes = {
  written: 'it stands in the cluster',
  counted: 'a repeat within ten minutes',
  dropped: 'too many waited',
  failed: 'the API server refused it, or could not be reached',
} as const;

const certificates = { leaf: 'the one that is served', ca: 'the authority that signed it' } as const;

/** From a small pod to the timeout of the admission call (5 s). */
const reviewBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Every metric of the webhook. */
export const webhookMetrics = {
  alpine_resolver_webhook_build_info: {
    kind: 'gauge',
    help: 'Always 1; the label tells the version.',
    labels: { version },
  },
  alpine_resolver_webhook_reviews_total: {
    kind: 'counter',
    help: 'Admission reviews, by verdict and reason.',
    labels: {
      verdict: { values: verdicts },
      reason: { values: codes({ ...skipReasons, ...injectReasons, ...refuseReasons }) },
    },
  },
  alpine_resolver_webhook_review_duration_seconds: {
    kind: 'histogram',
    help: 'Time of an admission review, from the parsed body to the response.',
    labels: {},
    buckets: reviewBuckets,
  },
  alpine_resolver_webhook_warnings_total: {
    kind: 'counter',
    help: 'Warnings in admission responses, by reason.',
    labels: { reason: { values: codes(warningReasons) } },
  },
  alpine_resolver_webhook_bad_requests_total: {
    kind: 'counter',
    help: 'Requests that were not answered with a review, by HTTP status.',
    labels: { status: { values: badRequestStatuses } },
  },
  alpine_resolver_webhook_events_total: {
    kind: 'counter',
    help: 'Events on owners, by outcome.',
    labels: { outcome: { values: eventOutcomes } },
  },
  alpine_resolver_webhook_cluster_dns_differs: {
    kind: 'gauge',
    help: "Is 1 while the Service kube-dns has another address than the webhook's own resolv.conf.",
    labels: {},
  },
  alpine_resolver_webhook_certificate_expiry_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the certificate in use ends, seconds since 1970.',
    labels: { certificate: { values: certificates } },
  },
  alpine_resolver_webhook_resident_memory_bytes: {
    kind: 'gauge',
    help: 'Resident memory of the process.',
    labels: {},
  },
} as const satisfies MetricTable;

export type EventOutcome = keyof typeof eventOutcomes;
export type BadRequestStatus = keyof typeof badRequestStatuses;
export type WebhookMetrics = typeof webhookMetrics;
