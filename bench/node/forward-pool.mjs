/** Forwards every query over a pool of sockets that stay, under an ID of its own. Arguments: ADDRESS PORT UPSTREAM-PORT. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const [address, port, upstreamPort] = process.argv.slice(2);
const poolSize = 64;
const ids = 65_536;
const socket = createSocket('udp4');
const pool = await Promise.all(Array.from({ length: poolSize }, open));
let next = 0;

async function open() {
  const upstream = createSocket('udp4');
  /** ID under which a query was sent → the client and its own ID. */
  const waiting = Array.from({ length: ids });
  upstream.on('message', (reply) => {
    const id = reply.readUInt16BE(0);
    const query = waiting[id];
    if (query === undefined) return;
    waiting[id] = undefined;
    reply.writeUInt16BE(query.id, 0);
    socket.send(reply, query.port, query.address);
  });
  upstream.on('error', () => {});
  upstream.connect(Number(upstreamPort), '127.0.0.1');
  await once(upstream, 'connect');
  return { upstream, waiting };
}

socket.on('message', (query, from) => {
  const { upstream, waiting } = pool[(next = (next + 1) % poolSize)];
  const id = Math.floor(Math.random() * ids);
  waiting[id] = { id: query.readUInt16BE(0), port: from.port, address: from.address };
  query.writeUInt16BE(id, 0);
  upstream.send(query);
});
socket.bind(Number(port), address);
