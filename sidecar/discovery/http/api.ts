/** Puts the HTTP API together: state file, token, certificate, listeners. */
import type { Part } from '../../../shared/program/lifecycle.ts';
import type { Log } from '../../../shared/report/log.ts';
import { formatEndpoint } from '../../../shared/values/ip-address.ts';
import type { ListenAddress } from '../../../shared/values/network-kinds.ts';
import { answerLookups, type LookUp } from '../api/lookup.ts';
import type { NamesOf } from '../api/service-answer.ts';
import { writeState } from '../api/state-text.ts';
import { restore, type Services } from '../services/services.ts';
import type { ServicesStore } from '../services/store.ts';
import { openApiServer, type ApiServer, type ServerLimits } from './api-server.ts';
import { createEventStreams, type EventStreams } from './event-streams.ts';
import { createHandler } from './handler.ts';
import { loadState, saveState } from './state-file.ts';
import { readTlsFiles, type TlsFiles } from './tls-files.ts';
import { readTokenFile } from './token-file.ts';

export interface ApiSettings {
  readonly apiListen: readonly ListenAddress[];
  readonly apiTokenFile: string;
  readonly apiTlsCertFile: string | undefined;
  readonly apiTlsKeyFile: string | undefined;
  readonly apiHosts: readonly string[];
  readonly apiIfMatch: 'optional' | 'required';
  readonly apiStateFile: string | undefined;
  readonly servicesTtlSeconds: number;
}

export interface ApiDependencies {
  readonly settings: ApiSettings;
  readonly store: ServicesStore;
  readonly namesOf: NamesOf;
  readonly lookUp: LookUp;
  readonly log: Log;
  /** Of the wall clock, in milliseconds. */
  readonly wallNow: () => number;
  readonly metrics: ApiMetrics;
  /** Of the listeners, in place of the usual ones. */
  readonly limits?: Partial<ServerLimits>;
}

/** What is counted of requests and of the state file. */
export interface ApiMetrics {
  requested(status: number): void;
  stateWritten(outcome: 'written' | 'failed'): void;
}

export interface Api extends Part {
  readonly endpoints: readonly ListenAddress[];
}

export function createApi(deps: ApiDependencies): Api {
  const { settings, store, log } = deps;
  let server: ApiServer | undefined;
  let streams: EventStreams | undefined;
  let tls: TlsFiles | undefined;
  return {
    name: 'HTTP API',
    get endpoints() {
      return server?.endpoints ?? [];
    },
    async start() {
      restoreState(deps);
      const token = readTokenFile(settings.apiTokenFile, (error) =>
        log.warn('api-file-fault', { path: settings.apiTokenFile, error }),
      );
      tls = tlsOf(deps);
      streams = createEventStreams({ store, setTimer });
      server = await openApiServer({
        ...{ listen: settings.apiListen, tls, streams, limits: deps.limits },
        rules: {
          hosts: settings.apiHosts.map((host) => host.toLowerCase().replace(/\.$/, '')),
          isToken: token.isToken,
        },
        handle: createHandler({
          ...{ store, namesOf: deps.namesOf, nowMs: deps.wallNow },
          needsIfMatch: settings.apiIfMatch === 'required',
          keep: (services) => keepState(services, deps),
          notKept: (error) => log.error('api-state-unwritten', { path: settings.apiStateFile ?? '', error }),
        }),
        lookup: answerLookups(deps.lookUp),
        answered: (_method, status) => deps.metrics.requested(status),
        faulted: (error) => log.error('api-fault', { error }),
      });
      log.info('api-listening', { addresses: server.endpoints.map(formatEndpoint), tls: tls !== undefined });
    },
    stop() {
      streams?.close();
      tls?.stop();
      server?.close();
    },
  };
}

function restoreState({ settings: { apiStateFile: path }, store, log, wallNow }: ApiDependencies): void {
  if (path === undefined) return;
  const kept = loadState({
    ...{ path, nowMs: wallNow },
    setAside: (aside, why) => log.error('api-state-damaged', { path, aside, why }),
  });
  if (kept === undefined) return;
  store.change((services) => restore(services, kept));
  log.info('api-state-read', { path, manual: kept.manual.size, overrides: kept.overrides.size });
}

async function keepState(services: Services, { settings, metrics }: ApiDependencies): Promise<void> {
  const { apiStateFile: path, servicesTtlSeconds } = settings;
  if (path === undefined) return;
  try {
    await saveState(path, writeState(services, servicesTtlSeconds));
    metrics.stateWritten('written');
  } catch (error) {
    metrics.stateWritten('failed');
    throw error;
  }
}

function tlsOf({ settings: { apiTlsCertFile, apiTlsKeyFile }, log }: ApiDependencies): TlsFiles | undefined {
  if (apiTlsCertFile === undefined || apiTlsKeyFile === undefined) return undefined;
  return readTlsFiles({
    ...{ certificatePath: apiTlsCertFile, keyPath: apiTlsKeyFile, every },
    unreadable: (error) => log.warn('api-file-fault', { path: apiTlsCertFile, error }),
  });
}

/** Neither keeps the process alive. */
function setTimer(run: () => void, delayMs: number): () => void {
  const timer = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timer);
}

function every(periodMs: number, run: () => void): () => void {
  const timer = setInterval(run, periodMs).unref();
  return () => clearInterval(timer);
}
