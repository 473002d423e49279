/** Implements the port to the nameservers with real sockets. */
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Counter, Metrics } from '../../shared/report/metrics.ts';
import type { SidecarSettings } from '../../shared/settings/settings.ts';
import type { UpstreamPort } from '../ports/upstream.ts';
import type { Guard } from './guard.ts';
import { createSocketBudget } from './socket-budget.ts';
import { createSocketStock, type SocketOrigin } from './socket-stock.ts';
import { openTcpExchange } from './tcp-exchange.ts';
import { openUdpExchange } from './udp-exchange.ts';

export interface UpstreamOptions {
  readonly settings: SidecarSettings;
  /** Of both transports, at once. */
  readonly maxSockets: number;
  readonly guard: Guard;
  readonly now: () => number;
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  readonly afterRead: (run: () => void) => void;
  readonly randomId: () => number;
  readonly metrics: Metrics<SidecarMetrics>;
}

/** The pipeline's way to the nameservers, over real sockets. */
export function createUpstreamPort(options: UpstreamOptions): UpstreamPort {
  const { settings, guard } = options;
  const port = settings.upstreamPort;
  const budget = createSocketBudget(options.maxSockets, options.setTimer);
  const stock = createSocketStock({
    ...options,
    port,
    budget,
    stock: settings.socketStock,
    reuseFrom: settings.reuseSocketsFrom,
    maxQuestions: settings.maxQuestionsPerSocket,
    maxAgeMs: settings.maxSocketSeconds * 1000,
  });
  const takenFrom = (origin: SocketOrigin): Counter =>
    options.metrics.counter('alpine_resolver_upstream_sockets_total', { origin });
  const taken = { opened: takenFrom('opened'), stock: takenFrom('stock'), reused: takenFrom('reused') };
  const deps = { stock, guard, took: (origin: SocketOrigin) => taken[origin].inc() };
  return {
    openUdp: (server, events, half) => openUdpExchange(deps, server, half, events),
    openTcp: (server, events) => openTcpExchange(server, server.port ?? port, events, budget, guard),
  };
}
