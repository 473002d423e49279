/** Implements the port to the nameservers with real sockets. */
import type { UpstreamPort } from '../ports/upstream.ts';
import type { Guard } from './guard.ts';
import type { SocketBudget } from './socket-budget.ts';
import { openTcpExchange } from './tcp-exchange.ts';
import { openUdpExchange } from './udp-exchange.ts';

export interface UpstreamOptions {
  /** Port of the upstream nameservers that have none of their own. */
  readonly port: number;
  readonly budget: SocketBudget;
  readonly guard: Guard;
}

/** The pipeline's way to the nameservers, over real sockets. */
export function createUpstreamPort({ port, budget, guard }: UpstreamOptions): UpstreamPort {
  return {
    openUdp: (server, events) => openUdpExchange(server, server.port ?? port, events, budget, guard),
    openTcp: (server, events) => openTcpExchange(server, server.port ?? port, events, budget, guard),
  };
}
