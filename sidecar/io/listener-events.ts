/** What the UDP and TCP listeners tell the rest of the sidecar. */
import type { DropReason } from '../../shared/report/reasons.ts';
import type { Client } from '../ports/client.ts';
import type { Guard } from './guard.ts';

/** What listeners hand on. */
export interface ListenerEvents {
  readonly guard: Guard;
  /** One message of a client, whatever its bytes are. */
  query(bytes: Uint8Array, client: Client): void;
  /** A client's TCP connection is closed. */
  connectionClosed(connection: object): void;
  /** A query stays without reply, or a connection was closed, for a reason that only the listener knows. */
  dropped(reason: DropReason): void;
  /** A fault of the listening socket itself; it goes on listening. */
  faulted(error: Error): void;
}
