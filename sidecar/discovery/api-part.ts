/** The HTTP API, where it is wanted, with the names and the pipeline that it shows. */
import type { Part } from '../../shared/program/lifecycle.ts';
import type { DiscoveryMetrics } from '../../shared/report/discovery-metric-table.ts';
import type { Log } from '../../shared/report/log.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import type { DiscoverySettings } from '../../shared/settings/settings.ts';
import type { RecordedQuery } from '../ports/recorded-query.ts';
import { recordTypes } from '../wire/iana.ts';
import { createApi } from './http/api.ts';
import { lookUpBy } from './http/show-reply.ts';
import type { Directory } from './names/directory.ts';
import { nameRulesOf } from './local-names.ts';
import { matchesOf } from './names/matches.ts';
import { namesOf } from './names/service-names.ts';
import type { ServicesStore } from './services/store.ts';

export interface ApiPart {
  readonly parts: readonly Part[];
  /** Brings the pipeline of lookups, when all else has been made. */
  connect(query: RecordedQuery): void;
}

export interface ApiPartDependencies {
  readonly settings: DiscoverySettings;
  readonly store: ServicesStore;
  readonly directory: Directory;
  readonly log: Log;
  readonly metrics: Metrics<DiscoveryMetrics>;
  /** Of the wall clock, in milliseconds. */
  readonly wallNow: () => number;
}

export function createApiPart({ settings, directory, metrics, ...deps }: ApiPartDependencies): ApiPart {
  const { apiListen, apiTokenFile } = settings;
  if (apiListen.length === 0 || apiTokenFile === undefined) return { parts: [], connect: () => undefined };
  const rules = nameRulesOf(settings);
  let connected: RecordedQuery = () => Promise.reject(new Error('nothing is connected yet'));
  const api = createApi({
    ...deps,
    settings: { ...settings, apiTokenFile },
    // Of a service that is only about to be changed, the directory does not know yet.
    namesOf: (service) => namesOf(service, rules).map(({ text, form }) => ({ Name: text, From: form })),
    lookUp: lookUpBy(
      (question) => connected(question),
      ({ name, type }) => matchesOf(directory, name, recordTypes[type]),
    ),
    metrics: {
      requested: (status) => metrics.inc('alpine_resolver_api_requests_total', { status: String(status) }),
      stateWritten: (outcome) => metrics.inc('alpine_resolver_api_state_writes_total', { outcome }),
    },
  });
  return {
    parts: [api],
    connect(query) {
      connected = query;
    },
  };
}
