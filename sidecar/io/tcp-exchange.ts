/** A TCP connection to one nameserver. */
import { connect, type Socket } from 'node:net';
import type { ServerAddress } from '../../shared/resolv-conf/resolv-conf.ts';
import type { TcpExchange, TcpExchangeEvents, TcpFailure } from '../ports/upstream.ts';
import { createDeframer, frameForTcp } from '../wire/stream-framing.ts';
import { scopedAddress } from './addresses.ts';
import type { Guard } from './guard.ts';
import { errorCode, lacksDescriptor } from './node-sockets.ts';
import type { SocketBudget, SocketClaim } from './socket-budget.ts';

/** A TCP connection to one server: messages in, messages out, and at last the reason of its end. */
// oxlint-disable-next-line max-lines-per-function -- a factory that only closes over the state of one connection
export function openTcpExchange(
  server: ServerAddress,
  port: number,
  events: TcpExchangeEvents,
  budget: SocketBudget,
  guard: Guard,
): TcpExchange {
  let socket: Socket | undefined;
  const unsent: Uint8Array[] = [];
  let ended = false;
  let keptBytes = 0;

  function keep(bytes: number): void {
    const change = bytes - keptBytes;
    keptBytes = bytes;
    if (change !== 0) events.kept?.(change);
  }

  function end(): void {
    ended = true;
    socket?.destroy();
    keep(0);
    claim.release();
  }

  function fail(reason: TcpFailure, code: string): void {
    if (ended) return;
    end();
    guard(() => events.failed(reason, code));
  }

  function open(claimed: SocketClaim): void {
    const deframer = createDeframer();
    const next = (): Uint8Array | undefined => {
      const message = ended ? undefined : deframer.next();
      if (!ended) keep(deframer.pendingBytes);
      return message;
    };
    const opened = connect({ host: scopedAddress(server.address, server.scope), port, noDelay: true });
    socket = opened;
    // A and AAAA leave in one segment, as of glibc's writev(2): a server that resets at the first has both.
    opened.cork();
    opened.on('connect', () => opened.uncork());
    opened.on('data', (chunk: Buffer) => {
      if (ended) return;
      deframer.push(chunk);
      for (let message = next(); message !== undefined; message = next()) {
        const whole = message;
        guard(() => events.message(whole));
      }
    });
    opened.on('end', () => fail('closed', 'EOF'));
    opened.on('error', (error) => {
      if (ended) return;
      if (!lacksDescriptor(error)) {
        fail(failureOf(errorCode(error)), errorCode(error));
        return;
      }
      socket = undefined;
      claimed.defer({ open });
    });
    for (const frame of unsent) opened.write(frame);
  }

  const claim = budget.claim({ open });

  return {
    get isWaiting() {
      return socket === undefined;
    },
    send(bytes) {
      if (ended) return;
      const frame = frameForTcp(bytes);
      // Kept until the connection stands: opening it may need another attempt.
      if (socket === undefined || socket.connecting) unsent.push(frame);
      socket?.write(frame);
    },
    close() {
      if (!ended) end();
    },
  };
}

function failureOf(code: string): TcpFailure {
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'reset';
  return 'error';
}
