/** Sends every datagram back as it came: what Node.js allows at most. Arguments: ADDRESS PORT. */
import { createSocket } from 'node:dgram';

const [address, port] = process.argv.slice(2);
const socket = createSocket('udp4');
socket.on('message', (bytes, from) => socket.send(bytes, from.port, from.address));
socket.bind(Number(port), address);
