/** A small DNS server for the demo: it answers from `cluster-zone.ts` over UDP and TCP, truncating as servers do. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { decode, encode, type Answer, type DecodedPacket, type Question } from 'dns-packet';
import { answerFromZone, type Rcode, type Zone, type ZoneAnswer } from './cluster-zone.ts';
import { withOwnerPointers } from './name-compression.ts';

export interface ClusterDns {
  readonly address: string;
  readonly port: number;
  /** Questions that have arrived, over UDP and TCP. */
  readonly queries: number;
  close(): Promise<void>;
}

const udpLimitBytes = 512;
const ttlSeconds = 30;
/** Each meets a port that is taken with the share of the ports that are. */
const maxPortAttempts = 100;
const rcodes: Readonly<Record<Rcode, number>> = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 };
const rcodeNotimp = 4;
const opcodeMask = 0x7800;
const flagRa = 0x0080;
const flagRd = 0x0100;
const flagTc = 0x0200;
const flagAa = 0x0400;

/** Port 0 takes a free one. */
export async function startClusterDns(zone: Zone, address: string, port: number): Promise<ClusterDns> {
  let queries = 0;
  const connections = new Set<Socket>();
  const answer = (message: Buffer, limitBytes: number): Buffer | undefined => {
    queries++;
    return answerQuery(zone, message, limitBytes);
  };
  const tcp = createServer((connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    connection.on('error', () => connection.destroy());
    let held = Buffer.alloc(0);
    connection.on('data', (bytes: Buffer) => {
      held = Buffer.concat([held, bytes]);
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const end = 2 + held.readUInt16BE(0);
        const reply = answer(held.subarray(2, end), 0xffff);
        held = held.subarray(end);
        if (reply === undefined) return connection.destroy();
        connection.write(Buffer.concat([Buffer.from([reply.length >> 8, reply.length & 0xff]), reply]));
      }
    });
  });
  const udp = await listenOnBoth(tcp, address, port);
  const bound = portOf(tcp);
  udp.on('message', (message, from) => {
    const reply = answer(message, udpLimitBytes);
    if (reply !== undefined) udp.send(reply, from.port, from.address);
  });
  // A client that is gone makes the kernel report an error on this socket.
  udp.on('error', () => {});
  return {
    address,
    port: bound,
    get queries() {
      return queries;
    },
    async close() {
      for (const connection of connections) connection.destroy();
      udp.close();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

/** A port that is free over TCP may be somebody's over UDP: another one is taken then, if any will do. Nothing stays open after a failure. */
async function listenOnBoth(tcp: Server, address: string, port: number): Promise<UdpSocket> {
  for (let attempt = 1; ; attempt++) {
    tcp.listen(port, address);
    await once(tcp, 'listening');
    const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const listening = once(udp, 'listening');
    udp.bind(portOf(tcp), address);
    try {
      await listening;
      return udp;
    } catch (error) {
      udp.close();
      await tcp[Symbol.asyncDispose]();
      if (port !== 0 || attempt === maxPortAttempts) throw error;
    }
  }
}

function portOf(tcp: Server): number {
  return (tcp.address() as { port: number }).port;
}

/** Undefined for what is no query. */
export function answerQuery(zone: Zone, message: Buffer, limitBytes: number): Buffer | undefined {
  const query = readQuery(message);
  if (query === undefined) return undefined;
  const { id, question } = query;
  const base = { type: 'response' as const, id, questions: [question] };
  const flags = (query.flags & flagRd) | flagRa;
  if ((query.flags & opcodeMask) !== 0) return encode({ ...base, flags: flags | rcodeNotimp });
  const name = question.name.toLowerCase();
  const found = answerFromZone(zone, name, question.type);
  const isOurs = name === zone.domain || name.endsWith(`.${zone.domain}`);
  const isNegative = found.addresses.length === 0 && found.rcode !== 'SERVFAIL';
  const authorities = isNegative ? [startOfAuthority(isOurs ? zone.domain : 'example')] : [];
  return longestWithin(limitBytes, answersOf(question, found), (answers, truncated) =>
    withOwnerPointers(
      encode({
        ...base,
        flags: flags | rcodes[found.rcode] | (isOurs ? flagAa : 0) | (truncated ? flagTc : 0),
        answers,
        authorities,
      }),
    ),
  );
}

interface Query {
  readonly id: number;
  readonly flags: number;
  readonly question: Question;
}

function readQuery(message: Buffer): Query | undefined {
  let query: DecodedPacket;
  try {
    query = decode(message);
  } catch {
    return undefined;
  }
  const { type, id = 0, flags = 0, questions: [question] = [] } = query;
  return type === 'query' && question !== undefined ? { id, flags, question } : undefined;
}

function answersOf(question: Question, { chain, owner, addresses }: ZoneAnswer): Answer[] {
  const common = { ttl: ttlSeconds };
  return [
    ...chain.map<Answer>((alias, i) => ({
      ...common,
      type: 'CNAME',
      name: i === 0 ? question.name : alias.owner,
      data: alias.target,
    })),
    ...addresses.map<Answer>((data) => ({
      ...common,
      type: question.type as 'A' | 'AAAA',
      name: chain.length === 0 ? question.name : owner,
      data,
    })),
  ];
}

/** The whole reply, or as many of its answers as fit, with TC. */
function longestWithin(
  limitBytes: number,
  answers: readonly Answer[],
  compose: (answers: Answer[], truncated: boolean) => Buffer,
): Buffer {
  const whole = compose([...answers], false);
  if (whole.length <= limitBytes) return whole;
  for (let count = answers.length - 1; ; count--) {
    const part = compose(answers.slice(0, count), true);
    if (part.length <= limitBytes || count === 0) return part;
  }
}

function startOfAuthority(zone: string): Answer {
  const data = {
    mname: `ns.dns.${zone}`,
    rname: `hostmaster.${zone}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: ttlSeconds,
  };
  return { type: 'SOA', name: zone, ttl: ttlSeconds, data };
}
