/** The sidecar's pipeline in a network of the models: its upstream sockets are that network's, and clients reach it there. */
import type { Client, Pipeline } from '../../sidecar/ports/client.ts';
import type { UpstreamPort } from '../../sidecar/ports/upstream.ts';
import { put, type Endpoint, type Inbox, type Network, type TcpSocket, type UdpSocket } from '../models/network.ts';

/** The sidecar's sockets, with events instead of an inbox. */
export function upstreamPortOf(world: Network, port: number): UpstreamPort {
  return {
    openUdp(server, events) {
      const to: Endpoint = { address: addressText(server), port: server.port ?? port };
      const socket = world.openUdp(to);
      let open = true;
      pump(
        socket,
        () => open,
        (bytes) => events.message(bytes),
        (code) => events.failed(code),
      );
      return {
        send: (bytes) => socket.send(bytes, to),
        close: () => {
          open = false;
          socket.close();
        },
      };
    },
    openTcp(server, events) {
      const socket = world.openTcp({ address: addressText(server), port: server.port ?? port });
      let open = true;
      const failed = (code: string): void => {
        open = false;
        const reasons = { ECONNREFUSED: 'refused', ECONNRESET: 'reset', EOF: 'closed' } as const;
        events.failed(reasons[code as keyof typeof reasons] ?? 'error', code);
      };
      pump(
        socket,
        () => open,
        (bytes) => events.message(bytes),
        failed,
      );
      return {
        send: (bytes) => socket.send(bytes),
        close: () => {
          open = false;
          socket.close();
        },
      };
    },
  };
}

function addressText({ address, scope }: { readonly address: string; readonly scope?: string }): string {
  return scope === undefined ? address : `${address}%${scope}`;
}

function pump(
  inbox: Inbox,
  isOpen: () => boolean,
  message: (bytes: Uint8Array) => void,
  failed: (code: string) => void,
): void {
  inbox.wake = () => {
    for (let event = inbox.arrived.shift(); event !== undefined && isOpen(); event = inbox.arrived.shift()) {
      if (event.kind === 'message') message(event.bytes);
      else failed(event.code);
    }
  };
}

const firstClientPort = 40_001;

/** Sockets of a client in the pod: what goes to the sidecar's address is handled by the pipeline. */
export function clientSideOf(
  world: Network,
  pipeline: Pipeline,
  sidecarAddress: string,
): Pick<Network, 'openUdp' | 'openTcp'> {
  const from: Endpoint = { address: sidecarAddress, port: 53 };
  let nextPort = firstClientPort;
  return {
    openUdp(connectedTo): UdpSocket {
      if (connectedTo !== undefined && connectedTo.address !== sidecarAddress) return world.openUdp(connectedTo);
      const inbox: Inbox = { arrived: [], wake: undefined };
      const client: Client = {
        transport: 'udp',
        address: sidecarAddress,
        port: nextPort++,
        onLoopback: sidecarAddress.startsWith('127.'),
        reply: (bytes) => void world.setTimer(0, () => put(inbox, { kind: 'message', bytes, from })),
      };
      return Object.assign(inbox, {
        send: (message: Uint8Array) => void world.setTimer(0, () => pipeline.handle(message, client)),
        close() {},
      });
    },
    openTcp(server): TcpSocket {
      if (server.address !== sidecarAddress) return world.openTcp(server);
      const inbox: Inbox = { arrived: [], wake: undefined };
      const connection = {};
      const client: Client = {
        transport: 'tcp',
        address: sidecarAddress,
        port: nextPort++,
        connection,
        reply: (bytes) => void world.setTimer(0, () => put(inbox, { kind: 'message', bytes, from })),
        close: () => void world.setTimer(0, () => put(inbox, { kind: 'failed', code: 'EOF' })),
      };
      return Object.assign(inbox, {
        send: (message: Uint8Array) => void world.setTimer(0, () => pipeline.handle(message, client)),
        close: () => pipeline.clientGone(connection),
      });
    },
  };
}
