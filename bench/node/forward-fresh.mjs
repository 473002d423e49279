/** Forwards every query over a socket of its own, and does nothing else. Arguments: ADDRESS PORT UPSTREAM-PORT. */
import { createSocket } from 'node:dgram';

const [address, port, upstreamPort] = process.argv.slice(2);
const timeoutMs = 5000;
const socket = createSocket('udp4');

socket.on('message', (query, from) => {
  const upstream = createSocket('udp4');
  const timer = setTimeout(() => upstream.close(), timeoutMs);
  upstream.on('message', (reply) => {
    // The same ID: what else the socket may get is not for this query.
    if (reply[0] !== query[0] || reply[1] !== query[1]) return;
    clearTimeout(timer);
    upstream.close();
    socket.send(reply, from.port, from.address);
  });
  upstream.on('error', () => {});
  // Connected, so that the kernel keeps other senders away.
  upstream.connect(Number(upstreamPort), '127.0.0.1', () => upstream.send(query));
});
socket.bind(Number(port), address);
