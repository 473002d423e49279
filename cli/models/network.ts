/**
 * What the models need of the world: sockets and time. The demo gives them real ones, tests scripted
 * ones with simulated time.
 */
export interface Network {
  /** Milliseconds of a clock that never steps back. */
  now(): number;
  setTimer(delayMs: number, run: () => void): () => void;
  /** 0 to 65535. */
  randomId(): number;
  /**
   * A UDP socket. Connected to a server it takes datagrams of that server only and hears of ICMP errors;
   * unconnected it hears of none.
   */
  openUdp(connectedTo?: Endpoint): UdpSocket;
  openTcp(server: Endpoint): TcpSocket;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface UdpSocket extends Inbox {
  send(message: Uint8Array, to: Endpoint): void;
  close(): void;
}

export interface TcpSocket extends Inbox {
  /** Sends one message with its length in front. */
  send(message: Uint8Array): void;
  close(): void;
}

/** Where a socket puts what arrived, for whoever reads it when it wants to. */
export interface Inbox {
  readonly arrived: SocketEvent[];
  /** Called after something was put into `arrived`. */
  wake: (() => void) | undefined;
}

export type SocketEvent =
  | { readonly kind: 'message'; readonly bytes: Uint8Array; readonly from: Endpoint }
  /** An errno name; a TCP socket that the peer closed in order says `EOF`. */
  | { readonly kind: 'failed'; readonly code: string };

export type Received<Socket> = { readonly socket: Socket; readonly event: SocketEvent };

/** poll(2) and one read: the next event of any of the sockets, or undefined at `untilMs`. */
export async function receive<Socket extends Inbox>(
  network: Network,
  sockets: readonly Socket[],
  untilMs: number,
): Promise<Received<Socket> | undefined> {
  for (;;) {
    for (const socket of sockets) {
      const event = socket.arrived.shift();
      if (event !== undefined) return { socket, event };
    }
    const leftMs = untilMs - network.now();
    if (leftMs <= 0) return undefined;
    await new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        for (const socket of sockets) socket.wake = undefined;
        resolve();
      };
      const cancel = network.setTimer(leftMs, done);
      for (const socket of sockets) socket.wake = done;
    });
  }
}

export function put(inbox: Inbox, event: SocketEvent): void {
  inbox.arrived.push(event);
  inbox.wake?.();
}
