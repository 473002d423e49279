/**
 * Nameservers whose zones change. What a server says of a name has a version; each reply that it sends has a number of its own, which
 * its addresses and texts show, so that it can be told later when it was received, and what the server said at that time.
 */
import type { Question } from '../../../cli/simulation/message.ts';
import { readQuestion } from '../../../cli/simulation/message.ts';
import { tcpReply, udpPackets } from '../../../cli/simulation/reply.ts';
import type { ReplyDetails } from '../../../cli/simulation/script.ts';
import type { UpstreamPort } from '../../../sidecar/ports/upstream.ts';
import type { SimulatedTime } from '../simulation/simulated-time.ts';

export type QuestionType = 'A' | 'AAAA' | 'TXT';

/** What is said of one type; `count` addresses or texts, `isAliased` behind an alias. */
export interface Said {
  readonly reply: ReplyDetails;
  readonly count: number;
  readonly isAliased: boolean;
}

/** What a server says of one name at one time. */
export type NameState = Readonly<Record<QuestionType, Said>>;

export interface Sent {
  readonly number: number;
  readonly place: string;
  readonly type: QuestionType;
  readonly transport: 'udp' | 'tcp';
  readonly version: number;
  readonly said: Said;
  /** How long it may be used, in milliseconds; and whether no longer than a moment, but beside data of the other type. */
  readonly lifetimeMs: number;
  readonly needsData: boolean;
  /** See `fieldsOf`. */
  readonly fields: string;
  readonly sentAt: number;
  receivedAt: number;
  /** The server left the configuration meanwhile. */
  isForgotten: boolean;
}

/** A server and a name, in lower case: the half of a moment that changes at once. */
export function placeOf(server: string, name: string): string {
  return `${server} ${name.toLowerCase()}`;
}

/** Which version of a place is said now. */
export type VersionOf = (place: string, type: QuestionType, transport: 'udp' | 'tcp', fields: string) => number;

export interface ChangingWorld {
  /** Versions of a place, from the oldest; the last one is true now. */
  readonly history: (place: string) => readonly NameState[];
  change(place: string, state: NameState): void;
  readonly sent: readonly Sent[];
  byNumber(number: number): Sent | undefined;
  /** The server's sockets; `versionOf` says which version it speaks of. */
  upstream(time: SimulatedTime, versionOf: VersionOf): UpstreamPort;
  /** What the server said is not to be used any more. */
  forget(server: string): void;
  /** The same servers, whose replies have numbers of their own. */
  copy(): ChangingWorld;
}

const unknown: Said = { reply: { is: 'NX', ttl: 20, soa: { owner: '', minimum: 20 } }, count: 0, isAliased: false };
const unknownName: NameState = { A: unknown, AAAA: unknown, TXT: unknown };
const unknownHistory: readonly NameState[] = [unknownName];

export function createChangingWorld(places = new Map<string, NameState[]>()): ChangingWorld {
  const sent: Sent[] = [];
  const history = (place: string): readonly NameState[] => places.get(place) ?? unknownHistory;

  function send(
    server: string,
    question: Question,
    transport: 'udp' | 'tcp',
    versionOf: VersionOf,
    sentAt: number,
  ): Sent {
    const fields = fieldsOf(question);
    const place = placeOf(server, question.name);
    const type = question.type as QuestionType;
    const version = versionOf(place, type, transport, fields);
    const state = history(place)[version] ?? unknownName;
    const said = overTransport(state[type] ?? unknown, transport);
    const one: Sent = {
      number: sent.length + 1,
      place,
      type,
      transport,
      version,
      said,
      ...lifetimeOf(question.name, state, type, transport),
      fields,
      sentAt,
      receivedAt: Infinity,
      isForgotten: false,
    };
    sent.push(one);
    return one;
  }

  return {
    history,
    change: (place, state) => void places.set(place, [...history(place), state]),
    sent,
    byNumber: (number) => sent[number - 1],
    copy: () => createChangingWorld(places),
    forget(server) {
      for (const one of sent) if (one.place.startsWith(`${server} `)) one.isForgotten = true;
    },
    upstream: (time, versionOf) => ({
      openUdp({ address }, events) {
        let isOpen = true;
        return {
          send(bytes) {
            const question = readQuestion(Buffer.from(bytes));
            if (question === undefined) throw new Error('a query that is none');
            const one = send(address, question, 'udp', versionOf, time.now());
            for (const packet of udpPackets(detailsOf(one), question)) {
              time.setTimer(packet.delayMs, () => {
                if (!isOpen) return;
                one.receivedAt = Math.min(one.receivedAt, time.now());
                events.message(new Uint8Array(packet.bytes));
              });
            }
          },
          close() {
            isOpen = false;
          },
        };
      },
      openTcp({ address }, events) {
        let isOpen = true;
        return {
          send(bytes) {
            const question = readQuestion(Buffer.from(bytes));
            if (question === undefined) throw new Error('a query that is none');
            const one = send(address, question, 'tcp', versionOf, time.now());
            const reply = tcpReply({ ...detailsOf(one), truncated: false }, question);
            if (reply === 'STALL') return;
            const failed = { CLOSE: 'closed', RESET: 'reset' } as const;
            time.setTimer(typeof reply === 'string' ? 0 : reply.delayMs, () => {
              if (!isOpen) return;
              if (typeof reply === 'string') {
                isOpen = false;
                return events.failed(failed[reply], 'EOF');
              }
              one.receivedAt = Math.min(one.receivedAt, time.now());
              events.message(new Uint8Array(reply.bytes));
            });
          },
          close() {
            isOpen = false;
          },
        };
      },
    }),
  };
}

/** What else makes a query another one: what is said to one is not remembered for the other. */
function fieldsOf({ flags, edns, dnssecOk }: Question): string {
  return [flags.toString(16), edns, dnssecOk].join(' ');
}

/** What comes over TCP may be something else. */
function overTransport(said: Said, transport: 'udp' | 'tcp'): Said {
  const { tcp } = said.reply;
  return transport === 'udp' || typeof tcp !== 'object' ? said : { ...said, reply: tcp };
}

/** The reply with its number: `10.0.1.2` is the first address of the 258th, `v2.1.alias.test` an alias of the third version. */
function detailsOf({ number, place, type, version, said }: Sent): ReplyDetails {
  const { reply, count, isAliased } = said;
  const [server = ''] = place.split(' ');
  const alias = `v${version}.${server.replaceAll(/\D+/g, '-')}.alias.test`;
  const chain = isAliased ? { chain: [alias] } : {};
  if (reply.is === 'ALIAS') return { ...reply, ...chain };
  if (reply.is !== 'DATA' && reply.is !== 'BAD') return reply;
  const [high, middle, low] = [number >> 16, (number >> 8) & 255, number & 255];
  const indices = Array.from({ length: count }, (_, index) => index);
  if (type === 'TXT') {
    const extra = indices.map((index) => ({
      owner: isAliased ? alias : place.slice(server.length + 1),
      type,
      data: `${String(number).padStart(7, '0')} ${index}`,
    }));
    return { ...reply, ...chain, extra };
  }
  const addresses = indices.map((index) =>
    type === 'A'
      ? `${10 + index}.${high}.${middle}.${low}`
      : `2001:db8:0:0:1:${(number >> 16).toString(16)}:${(number & 0xffff).toString(16)}:${index.toString(16)}`,
  );
  return { ...reply, ...(count === 0 ? {} : chain), addresses };
}

/** The number of the reply that a record is of, and which of its records it is; undefined for one that shows none. */
export function numberOf(type: number, rdata: Buffer): { readonly number: number; readonly index: number } | undefined {
  switch (type) {
    case 1:
      return { number: rdata.readUIntBE(1, 3), index: rdata.readUInt8() - 10 };
    case 28:
      return { number: rdata.readUInt32BE(10), index: rdata.readUInt16BE(14) };
    case 16: {
      const [number = '', index = ''] = rdata.toString('latin1', 1).split(' ');
      return { number: Number(number), index: Number(index) };
    }
    default:
      return undefined;
  }
}

/** So many records do not fit into a datagram, with `edns0` either. */
export const tooMany = 80;

/** Whether it is, or would be, truncated over UDP. */
export function isTruncated({ said: { reply, count } }: Pick<Sent, 'said'>): boolean {
  return reply.truncated === true || count >= tooMany;
}

/** Cache semantics §3, from the script of the reply alone. */
function lifetimeOf(
  name: string,
  state: NameState,
  type: QuestionType,
  transport: 'udp' | 'tcp',
): Pick<Sent, 'lifetimeMs' | 'needsData'> {
  const { reply, isAliased } = overTransport(state[type], transport);
  const lasting = (seconds: number) => ({ lifetimeMs: 1000 * seconds, needsData: false });
  const ttl = counted(reply.ttl ?? 5);
  if (isData(state[type], transport)) return lasting(Math.min(ttl, 3600));
  if (!['DATA', 'EMPTY', 'NX', 'ALIAS'].includes(reply.is)) return lasting(0);
  const { soa } = reply;
  const end = isAliased && reply.is === 'ALIAS' ? 'alias.test' : name.toLowerCase();
  if (typeof soa === 'object' && isZoneOf(soa.owner, end)) return lasting(Math.min(ttl, counted(soa.minimum), 30));
  const isEmpty = reply.is === 'EMPTY' || reply.is === 'DATA';
  const other = type === 'A' ? state.AAAA : state.A;
  // Over UDP a truncated reply is no data yet.
  const isOtherWhole = transport === 'tcp' || !isTruncated({ said: other });
  const isBesideData = isEmpty && type !== 'TXT' && isData(other, transport) && isOtherWhole;
  return { lifetimeMs: isBesideData ? 5000 : 0, needsData: isBesideData };
}

function isData(said: Said, transport: 'udp' | 'tcp'): boolean {
  return overTransport(said, transport).reply.is === 'DATA' && said.count > 0;
}

function isZoneOf(owner: string, name: string): boolean {
  return owner === '' || name === owner || name.endsWith(`.${owner}`);
}

function counted(ttl: number): number {
  return ttl > 0x7fff_ffff ? 0 : ttl;
}
