/**
 * Recorded objects behind the paths of the API server, over HTTP: lists in pages, rights that are missing, and port-forwards
 * to a port of this machine. The real API server is the business of the cluster tests.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface RecordedApi {
  readonly kubeconfig: string;
  /** So far, as `GET path?query`, with the user in whose name it was. */
  readonly requests: { readonly line: string; readonly as: string | undefined }[];
  close(): void;
}

export interface Recording {
  /** By path; a list is `{items: […]}`. */
  readonly objects: Readonly<Record<string, object>>;
  /** Texts, such as metrics, by path. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Paths that may not be read. */
  readonly forbidden?: RegExp;
  /** Where port-forwards end, whatever port they name. */
  readonly forwardTo?: number;
  /** Requests that are never answered, by path and query. */
  readonly silentAt?: RegExp;
}

export async function startRecordedApi(recording: Recording): Promise<RecordedApi> {
  const requests: RecordedApi['requests'] = [];
  const sockets = new Set<Duplex>();
  const note = ({ method, url, headers }: IncomingMessage): void => {
    const as = headers['impersonate-user'];
    requests.push({ line: `${method} ${url}`, as: Array.isArray(as) ? as[0] : as });
  };
  const server = createServer((request, response) => {
    note(request);
    request.resume();
    if (recording.silentAt?.test(request.url ?? '') !== true) answer(request, response, recording);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    note(request);
    const path = new URL(request.url ?? '/', 'http://api').pathname;
    if (recording.forbidden?.test(path) === true)
      return void socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
    forward(request, socket, recording.forwardTo ?? 0);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    kubeconfig: kubeconfigOf(`http://127.0.0.1:${port}`),
    requests,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function kubeconfigOf(server: string): string {
  return `apiVersion: v1
kind: Config
current-context: test
contexts:
- {name: test, context: {cluster: test, user: test, namespace: shop}}
- {name: other, context: {cluster: other, user: test}}
clusters:
- {name: test, cluster: {server: ${server}}}
- {name: other, cluster: {server: "http://127.0.0.1:1"}}
users:
- {name: test, user: {token: test}}
`;
}

function answer(request: IncomingMessage, response: ServerResponse, { objects, texts, forbidden }: Recording): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api');
  const reply = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  if (forbidden?.test(pathname) === true)
    return reply(403, { kind: 'Status', code: 403, message: `${pathname} is forbidden: User "test" cannot read it` });
  const text = texts?.[pathname];
  if (text !== undefined) return void response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
  const object = objects[pathname];
  if (object === undefined) return reply(404, { kind: 'Status', code: 404, message: `${pathname} not found` });
  if (!('items' in object)) return reply(200, object);
  const items = object.items as { metadata?: { labels?: Record<string, string> } }[];
  const wanted = items.filter((item) => isSelected(item, searchParams.get('labelSelector') ?? ''));
  const limit = Number(searchParams.get('limit') ?? wanted.length);
  const start = Number(searchParams.get('continue') ?? 0);
  const next = start + limit < wanted.length ? { continue: String(start + limit) } : {};
  return reply(200, { ...object, metadata: next, items: wanted.slice(start, start + limit) });
}

/** `name=value` alone. */
function isSelected({ metadata }: { metadata?: { labels?: Record<string, string> } }, selector: string): boolean {
  const [name = '', value] = selector.split('=');
  return selector === '' || metadata?.labels?.[name] === value;
}

/** RFC 6455 §1.3. */
const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Channel 0 is the data of the first port, channel 1 its errors; each begins with the number of the port. */
function forward({ headers }: IncomingMessage, socket: Duplex, port: number): void {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${acceptSuffix}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\nsec-websocket-protocol: v4.channel.k8s.io\r\n\r\n`,
  );
  for (const channel of [0, 1]) socket.write(frame(Buffer.from([channel, port & 0xff, port >> 8])));
  const inside: Socket = connect(port, '127.0.0.1');
  inside.on('data', (data) => socket.write(frame(Buffer.concat([Buffer.from([0]), data]))));
  inside.on('error', (error) => socket.write(frame(Buffer.concat([Buffer.from([1]), Buffer.from(error.message)]))));
  inside.on('close', () => void socket.end(Buffer.from([0x88, 0])));
  let held = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    held = Buffer.concat([held, data]);
    for (let read = readFrame(held); read !== undefined; read = readFrame(held)) {
      held = held.subarray(read.bytes);
      if (read.opcode === 8) inside.destroy();
      else if (read.payload[0] === 0) inside.write(read.payload.subarray(1));
    }
  });
  socket.on('error', () => inside.destroy());
  socket.on('close', () => inside.destroy());
}

/** A binary frame, whole and not masked. */
function frame(payload: Buffer): Buffer {
  const { length } = payload;
  const head =
    length < 126 ? Buffer.from([0x82, length]) : Buffer.concat([Buffer.from([0x82, 127, 0, 0, 0, 0]), uint32(length)]);
  return Buffer.concat([head, payload]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Of a client: masked. */
function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; bytes: number } | undefined {
  if (bytes.length < 6) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + lengthBytes + 4;
  if (bytes.length < start) return undefined;
  const length =
    lengthBytes === 0 ? short : bytes.readUIntBE(2 + Math.max(0, lengthBytes - 4), Math.min(4, lengthBytes));
  if (bytes.length < start + length) return undefined;
  const mask = bytes.subarray(start - 4, start);
  const payload = Buffer.from(bytes.subarray(start, start + length).map((byte, i) => byte ^ (mask[i % 4] ?? 0)));
  return { opcode: (bytes[0] ?? 0) & 0x0f, payload, bytes: start + length };
}
