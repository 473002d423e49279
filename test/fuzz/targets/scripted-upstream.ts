/**
 * Upstream sockets in simulated time whose replies an input decides: each query sent takes the next reply of the input.
 * Also watches what the pipeline does with the sockets.
 */
import type { TcpFailure, UpstreamPort } from '../../../sidecar/ports/upstream.ts';
import { decodeStrictly } from '../../support/wire/decoder.ts';
import type { ByteSource } from '../byte-source.ts';
import { surround, type Filling } from '../poison.ts';
import type { SimulatedTime } from '../../support/simulation/simulated-time.ts';

export interface ScriptedUpstream extends UpstreamPort {
  readonly open: number;
  readonly queries: number;
}

const delaysMs = [0, 1, 0, 30, 1500, 900, 5200, 47_000];
const failures: readonly TcpFailure[] = ['refused', 'reset', 'closed', 'error'];

/** What one byte of the input says about a reply. */
const kinds = { composed: 0, twice: 1, patched: 2, raw: 3, lost: 4, failed: 5, empty: 6, byKind: 7 } as const;

export function createScriptedUpstream(input: ByteSource, time: SimulatedTime, filling: Filling): ScriptedUpstream {
  let open = 0;
  let queries = 0;

  interface Line {
    isOpen: boolean;
    message(bytes: Uint8Array): void;
    failed(reason: TcpFailure): void;
  }

  /** The next reply of the input, for one query. */
  function reply(query: Uint8Array, line: Line): void {
    queries += 1;
    checkQuery(query);
    const control = input.byte();
    const kind = input.left === 0 ? kinds.lost : control & 7;
    const delayMs = delaysMs[(control >> 3) & 7] ?? 0;
    const isLong = (control & 0x80) !== 0;
    const later = (run: () => void, afterMs = delayMs): void => {
      time.setTimer(afterMs, () => {
        if (line.isOpen) run();
      });
    };
    if (kind === kinds.lost) return;
    if (kind === kinds.failed) return later(() => line.failed(failures[control >> 6] ?? 'error'));
    if (kind === kinds.empty) return later(() => line.message(surround(new Uint8Array((control >> 6) * 4), filling)));
    const body = input.bytes(isLong ? input.uint16() : input.byte());
    const bytes = kind === kinds.raw ? body : kind === kinds.patched ? patch(query, body) : answer(query, body);
    later(() => line.message(surround(bytes, filling)));
    if (kind === kinds.twice) later(() => line.message(surround(bytes, filling)), delayMs + 1);
  }

  function openLine(events: { message(bytes: Uint8Array): void; failed(reason: TcpFailure, code: string): void }): {
    send(bytes: Uint8Array): void;
    close(): void;
  } {
    open += 1;
    const line: Line = {
      isOpen: true,
      message: (bytes) => events.message(bytes),
      failed: (reason) => events.failed(reason, 'ECONNREFUSED'),
    };
    return {
      send(bytes) {
        if (!line.isOpen) throw new Error('sent on a closed exchange');
        reply(Uint8Array.from(bytes), line);
      },
      close() {
        if (!line.isOpen) return;
        line.isOpen = false;
        open -= 1;
      },
    };
  }

  return {
    openUdp: (_server, events) =>
      openLine({ message: (bytes) => events.message(bytes), failed: (_reason, code) => events.failed(code) }),
    openTcp: (_server, events) => openLine(events),
    get open() {
      return open;
    },
    get queries() {
      return queries;
    },
  };
}

/** Header of the input, ID and question of the query, records of the input: pointers to 12 are the question. */
function answer(query: Uint8Array, body: Uint8Array): Uint8Array {
  const question = questionOf(query);
  const header = new Uint8Array(12);
  header.set(body.subarray(0, 12));
  header.set(query.subarray(0, 2));
  header[4] = 0;
  header[5] = 1;
  const records = body.subarray(12);
  const bytes = new Uint8Array(12 + question.length + records.length);
  bytes.set(header);
  bytes.set(question, 12);
  bytes.set(records, 12 + question.length);
  return bytes;
}

function patch(query: Uint8Array, body: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(body);
  copy.set(query.subarray(0, Math.min(2, copy.length)));
  return copy;
}

function questionOf(query: Uint8Array): Uint8Array {
  let end = 12;
  while ((query[end] ?? 0) > 0) end += (query[end] ?? 0) + 1;
  return query.subarray(12, end + 5);
}

/** What every server must take: one question of class IN, RD, at most an OPT behind it. */
function checkQuery(query: Uint8Array): void {
  const { flags, questions, records } = decodeStrictly(query);
  const isPlain = questions.length === 1 && questions[0]?.class === 1 && (flags & ~0x30) === 0x0100;
  if (!isPlain || records.some(({ section, type }) => section !== 'additional' || type !== 41)) {
    throw new Error(`a query that is none: ${Buffer.from(query).toString('hex')}`);
  }
}
