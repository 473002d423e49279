/** One question over UDP from a socket of its own, for tests of servers that listen on real sockets. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode, RECURSION_DESIRED, type DecodedPacket, type Question } from 'dns-packet';

export interface Asked {
  readonly port: number;
  readonly host?: string;
  readonly from?: string;
  readonly type?: Question['type'] | 'ANY';
  readonly class?: 'IN' | 'CH';
}

/** The reply; repeated until there is one. */
export async function ask(
  name: string,
  { port, host = '127.0.0.1', from, type = 'A', ...rest }: Asked,
): Promise<DecodedPacket> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const query = encode({
    type: 'query',
    id: 4711,
    flags: RECURSION_DESIRED,
    questions: [{ name, type: type as Question['type'], class: rest.class ?? 'IN' }],
  });
  if (from !== undefined) socket.bind(0, from);
  const timer = setInterval(() => socket.send(query, port, host), 1000);
  socket.send(query, port, host);
  try {
    const [reply] = (await once(socket, 'message')) as [Buffer];
    return decode(reply);
  } finally {
    clearInterval(timer);
    socket.close();
  }
}

/** `RCODE record, record`: each as its type and data, an alias as `> target`. */
export function described(reply: DecodedPacket): string {
  const records = (reply.answers ?? []).map((record) => {
    if (record.type === 'CNAME') return `> ${record.data}`;
    return 'data' in record ? `${record.type} ${textOf(record.data)}` : record.type;
  });
  const { rcode } = reply as { rcode?: string };
  return [rcode ?? '?', ...records].join(' ');
}

function textOf(data: unknown): string {
  return typeof data === 'string' ? data : String(Buffer.concat([data].flat() as Buffer[]));
}
