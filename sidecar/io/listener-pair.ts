/** Opens UDP and TCP on one address and one port. */
import type { Endpoint } from './addresses.ts';
import { ListenError } from './listen-error.ts';
import type { ListenerEvents } from './listener-events.ts';
import { openTcpListener } from './tcp-listener.ts';
import type { TcpConnections } from './tcp-connections.ts';
import { openUdpListener } from './udp-listener.ts';

/** UDP and TCP on one address and the same port. */
export interface ListenerPair {
  readonly endpoint: Endpoint;
  close(): void;
}

/** Where the kernel chooses the port: times that it may choose one that TCP cannot have. */
const maxChoices = 10;

/** Rejects with a `ListenError` that names `setting`. */
export async function openListenerPair(
  endpoint: Endpoint,
  setting: string,
  connections: TcpConnections,
  events: ListenerEvents,
  openTcp: typeof openTcpListener = openTcpListener,
): Promise<ListenerPair> {
  async function open(): Promise<ListenerPair> {
    const udp = await openUdpListener(endpoint, events).catch((cause: Error) => {
      throw new ListenError('UDP', endpoint, setting, cause);
    });
    try {
      // With port 0, TCP takes the port that UDP got.
      const tcp = await openTcp(udp.endpoint, connections, events);
      return {
        endpoint: udp.endpoint,
        close() {
          udp.close();
          tcp.close();
        },
      };
    } catch (cause) {
      udp.close();
      throw new ListenError('TCP', udp.endpoint, setting, cause as Error);
    }
  }

  for (let choices = 1; ; choices += 1) {
    try {
      return await open();
    } catch (error) {
      // What is free for UDP another program may have for TCP, or a connection that is no more (TIME_WAIT).
      const isTaken = error instanceof ListenError && error.code === 'EADDRINUSE';
      if (endpoint.port !== 0 || !isTaken || choices >= maxChoices) throw error;
    }
  }
}
