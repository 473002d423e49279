/** A nameserver that knows two names, one of them in IPv4 alone. */
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
    const of = known.get(question.name.toLowerCase());
    const data = of?.get(question.type);
    const answers =
      data === undefined
        ? []
        : [{ type: question.type as 'A', class: 'IN' as const, ttl: 60, name: question.name, data }];
    const flags = 0x0180 | (of === undefined ? 3 : 0);
    socket.send(
      encode({ type: 'response', id: query.id ?? 0, flags, questions: [question], answers }),
      peer.port,
      peer.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(53, address, resolve));
  return { asked, close: () => socket.close() };
}

/** Addresses by name and type. */
const known: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'known.test',
    new Map([
      ['A', '192.0.2.77'],
      ['AAAA', '2001:db8::77'],
    ]),
  ],
  ['only6.nginx.later.test', new Map([['A', '192.0.2.66']])],
]);
