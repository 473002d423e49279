/** The table of the metrics that a Docker host's sidecar has besides; types and docs/metrics.md derive from it. */
import { containerOddities } from './container-oddities.ts';
import { codes, type MetricTable } from './metric-definition.ts';

const writeOutcomes = {
  written: 'it holds all changes',
  failed: 'the change was refused, and the file is as it was',
} as const;

export const discoveryMetrics = {
  alpine_resolver_docker_connected: {
    kind: 'gauge',
    help: '1 while the API of Docker answers and events come; 0 while what is known of containers may be old.',
    labels: {},
  },
  alpine_resolver_docker_events_total: { kind: 'counter', help: 'Events of Docker.', labels: {} },
  alpine_resolver_docker_failures_total: {
    kind: 'counter',
    help: 'Times that the API of Docker was lost, or not reached again.',
    labels: {},
  },
  alpine_resolver_docker_synchronisations_total: {
    kind: 'counter',
    help: 'Times that all containers were listed: at the start, and behind each gap.',
    labels: {},
  },
  alpine_resolver_container_oddities_total: {
    kind: 'counter',
    help: 'Oddities of containers that the log has named, by reason.',
    labels: { reason: { values: codes(containerOddities) } },
  },
  alpine_resolver_services: {
    kind: 'gauge',
    help: 'Services that are answered for, by where they come from.',
    labels: { source: { values: { container: 'discovered', manual: 'made by hand' } } },
  },
  alpine_resolver_local_answers_total: {
    kind: 'counter',
    help: 'Answers for names of services, by outcome.',
    labels: {
      outcome: {
        values: {
          records: 'with records',
          'no-data': 'the name has none of the type',
          'no-such-name': 'the domain has no such name',
          'not-ready': 'not found while not all containers had been seen yet: SERVFAIL',
        },
      },
    },
  },
  alpine_resolver_api_requests_total: {
    kind: 'counter',
    help: 'Answers of the HTTP API and its web page, by status.',
    labels: { status: { any: 'An HTTP status.' } },
  },
  alpine_resolver_api_state_writes_total: {
    kind: 'counter',
    help: 'Writes of the state file.',
    labels: { outcome: { values: writeOutcomes } },
  },
} as const satisfies MetricTable;

export type DiscoveryMetrics = typeof discoveryMetrics;
