/** A nameserver that knows one name. */
import { createSocket } from 'node:dgram';
import { decode, encode } from 'dns-packet';

export const upstreamAddress = '127.0.0.53';

export interface Upstream {
  /** Names of the questions, but for those of the other family. */
  readonly asked: string[];
  close(): void;
}

/** Resolves when it listens. */
export async function startUpstream(address: string = upstreamAddress): Promise<Upstream> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (bytes, peer) => {
    const query = decode(bytes);
    const [question] = query.questions ?? [];
    if (question === undefined) return;
    if (question.type !== 'AAAA') asked.push(question.name);
    const isKnown = question.name.toLowerCase() === 'known.test';
    const data = isKnown ? known.get(question.type) : undefined;
    const answers =
      data === undefined
        ? []
        : [{ type: question.type as 'A', class: 'IN' as const, ttl: 60, name: question.name, data }];
    const flags = 0x0180 | (isKnown ? 0 : 3);
    socket.send(
      encode({ type: 'response', id: query.id ?? 0, flags, questions: [question], answers }),
      peer.port,
      peer.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(53, address, resolve));
  return { asked, close: () => socket.close() };
}

const known: ReadonlyMap<string, string> = new Map([
  ['A', '192.0.2.77'],
  ['AAAA', '2001:db8::77'],
]);
