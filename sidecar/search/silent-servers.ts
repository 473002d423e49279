/**
 * Remembers across lookups which nameservers are silent: keeps what `decide/search/silent-servers` knows of each server of the
 * configuration, and reports changes to the searches under way, the log and the metrics.
 */
import type { Log } from '../../shared/report/log.ts';
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import { stepServer, unknownServer } from '../decide/search/silent-servers.ts';
import type { ServerAction, ServerEvent, ServerRecord } from '../decide/search/silent-servers.ts';
import type { SearchServer } from '../decide/configuration/search-configuration.ts';

/** Servers are named by the keys of `decide/search/silent-servers`. */
export interface SilentServers {
  /** Forgets every other server; without `server-memory` there are none. */
  configure(servers: readonly SearchServer[]): void;
  isSilent(key: string): boolean;
  happened(key: string, event: ServerEvent): void;
  /** Tells it when a server becomes silent, and when it answers again. */
  watch(watcher: SilenceWatcher): void;
  unwatch(watcher: SilenceWatcher): void;
}

export interface SilenceWatcher {
  /** Where it is among those that watch; -1: it does not. */
  watchedAt: number;
  silenceChanged(key: string, isSilent: boolean): void;
}

export interface SilentServersDependencies {
  readonly now: () => number;
  readonly metrics: Metrics<SidecarMetrics>;
  readonly log: Log;
}

interface Server {
  /** Address as in all metrics. */
  readonly name: string;
  readonly record: ServerRecord;
}

export function createSilentServers({ now, metrics, log }: SilentServersDependencies): SilentServers {
  let servers: ReadonlyMap<string, Server> = new Map();
  /** No Set, because it keeps what has left it for a while: docs/decisions/memory-is-given-back.md. */
  const watchers: SilenceWatcher[] = [];

  function perform(key: string, server: Server, action: ServerAction): void {
    const isSilent = action.do === 'silent';
    metrics.set('alpine_resolver_server_silent', isSilent ? 1 : 0, { server: server.name });
    if (isSilent) {
      metrics.inc('alpine_resolver_server_silences_total', { server: server.name });
      log.warn('server-silent', { server: key });
    } else log.info('server-answers', { server: key, silentSeconds: Math.round(action.silentMs / 1000) });
    // A search that hears of it may end, and another begin.
    for (const watcher of watchers.slice()) if (watcher.watchedAt >= 0) watcher.silenceChanged(key, isSilent);
  }

  return {
    configure(wanted) {
      servers = new Map(
        wanted.map(({ key, name }) => [key, servers.get(key) ?? { name, record: unknownServer() }] as const),
      );
      metrics.clear('alpine_resolver_server_silent');
      for (const { name, record } of servers.values()) {
        metrics.set('alpine_resolver_server_silent', record.silentSince === undefined ? 0 : 1, { server: name });
      }
    },
    isSilent: (key) => servers.get(key)?.record.silentSince !== undefined,
    happened(key, event) {
      const server = servers.get(key);
      if (server === undefined) return;
      const action = stepServer(server.record, event, now());
      if (action !== undefined) perform(key, server, action);
    },
    watch(watcher) {
      watcher.watchedAt = watchers.push(watcher) - 1;
    },
    unwatch(watcher) {
      const last = watcher.watchedAt < 0 ? undefined : watchers.pop();
      if (last === undefined) return;
      if (last !== watcher) {
        watchers[watcher.watchedAt] = last;
        last.watchedAt = watcher.watchedAt;
      }
      watcher.watchedAt = -1;
    },
  };
}
