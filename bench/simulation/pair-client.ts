/** A client that asks as musl does: A and AAAA from one port, a port that it uses once. */
import { encode } from 'dns-packet';
import type { Pipeline } from '../../sidecar/ports/client.ts';

export interface PairClient {
  /** Two queries. */
  lookUp(name: string): void;
  /** Replies so far. */
  readonly replies: number;
}

export function createPairClient(pipeline: Pick<Pipeline, 'handle'>): PairClient {
  let port = firstPort;
  let id = 0;
  let replies = 0;
  const reply = (): void => {
    replies += 1;
  };
  return {
    lookUp(name) {
      port = port === lastPort ? firstPort : port + 1;
      const client = { transport: 'udp', address: '127.0.0.1', port, onLoopback: true, reply } as const;
      for (const type of ['A', 'AAAA'] as const) {
        id = (id + 1) & 0xffff;
        pipeline.handle(encode({ type: 'query', id, flags: recursionDesired, questions: [{ type, name }] }), client);
      }
    },
    get replies() {
      return replies;
    },
  };
}

const firstPort = 32_768;
const lastPort = 60_999;
const recursionDesired = 0x0100;
