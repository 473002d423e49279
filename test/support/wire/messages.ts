/** Messages for tests, put together by hand: every compression, lie and fault is possible. */

export interface RecordSpec {
  readonly owner: string | Uint8Array;
  readonly type: number;
  readonly class?: number;
  readonly ttl?: number;
  readonly rdata: Uint8Array;
  /** In place of the true length. */
  readonly rdlength?: number;
}

export interface MessageSpec {
  readonly id?: number;
  /** Bytes 2 and 3; QR, RD and RA if not given. */
  readonly flags?: number;
  readonly name?: string | Uint8Array;
  readonly type?: number;
  readonly class?: number;
  /** No question at all. */
  readonly bare?: boolean;
  readonly answers?: readonly RecordSpec[];
  readonly authorities?: readonly RecordSpec[];
  readonly additionals?: readonly RecordSpec[];
  /** In place of the true counts: questions, answers, authorities, additionals. */
  readonly counts?: readonly [number, number, number, number];
}

/** Plain arrays, not Buffers: the sidecar knows no other, and tests compare them. */
function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts));
}

/** "a.b" without escapes, letter case kept. */
export function wire(name: string): Uint8Array<ArrayBuffer> {
  const labels = name.split('.').filter((label) => label !== '');
  return join([...labels.flatMap((label) => [Buffer.of(label.length), Buffer.from(label, 'latin1')]), Buffer.of(0)]);
}

export function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 255);
}

export function uint32(value: number): Buffer {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(value);
  return four;
}

/** A compression pointer. */
export function pointer(offset: number): Buffer {
  return uint16(0xc000 + offset);
}

export function bytes(...parts: readonly (Uint8Array | number | string)[]): Uint8Array {
  return join(
    parts.map((part) => {
      if (typeof part === 'number') return Buffer.of(part);
      return typeof part === 'string' ? Buffer.from(part.replaceAll(' ', ''), 'hex') : part;
    }),
  );
}

export function record(spec: RecordSpec): Uint8Array<ArrayBuffer> {
  const owner = typeof spec.owner === 'string' ? wire(spec.owner) : spec.owner;
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(spec.type, 0);
  fixed.writeUInt16BE(spec.class ?? 1, 2);
  fixed.writeUInt32BE(spec.ttl ?? 60, 4);
  fixed.writeUInt16BE(spec.rdlength ?? spec.rdata.length, 8);
  return join([owner, fixed, spec.rdata]);
}

export function message(spec: MessageSpec): Uint8Array<ArrayBuffer> {
  const { answers = [], authorities = [], additionals = [] } = spec;
  const name = spec.name ?? 'foo.test';
  const question =
    spec.bare === true
      ? []
      : [typeof name === 'string' ? wire(name) : name, uint16(spec.type ?? 1), uint16(spec.class ?? 1)];
  const counts = spec.counts ?? [spec.bare === true ? 0 : 1, answers.length, authorities.length, additionals.length];
  return join([
    uint16(spec.id ?? 0x1234),
    uint16(spec.flags ?? 0x8180),
    ...counts.map(uint16),
    ...question,
    ...[...answers, ...authorities, ...additionals].map(record),
  ]);
}

export function query(spec: MessageSpec): Uint8Array<ArrayBuffer> {
  return message({ flags: 0x0100, ...spec });
}

export function opt(payloadSize = 1232, ttl = 0, rdata: Uint8Array = Buffer.of()): RecordSpec {
  return { owner: '', type: 41, class: payloadSize, ttl, rdata };
}

export function a(owner: string | Uint8Array, address: string, ttl = 60): RecordSpec {
  return { owner, type: 1, ttl, rdata: Buffer.from(address.split('.').map(Number)) };
}

/** The last byte of 2001:db8::. */
export function aaaa(owner: string | Uint8Array, last: number, ttl = 60): RecordSpec {
  return { owner, type: 28, ttl, rdata: bytes('20010db8', Buffer.alloc(11), last) };
}

export function cname(owner: string | Uint8Array, target: string | Uint8Array, ttl = 60): RecordSpec {
  return { owner, type: 5, ttl, rdata: typeof target === 'string' ? wire(target) : target };
}
