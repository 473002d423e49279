/**
 * What the sidecar costs, with the image's V8 flags, on loopback without a cache:
 *
 *   npm run build -- sidecar && node bench/sidecar.ts [lookups] [clients]
 *
 * Client and nameserver share one process here, so the rate is a lower bound; CPU time and memory are the sidecar's own.
 */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { RECURSION_DESIRED, encode } from 'dns-packet';
import { imageNodeOptions, startSidecar, startUpstream } from '../test/support/machine/sidecar-process.ts';

const lookups = Number(process.argv[2] ?? 20_000);
const clients = Number(process.argv[3] ?? 100);

/** Linux counts CPU time of a process in hundredths of a second (USER_HZ). */
const ticksPerSecond = 100;

const upstream = await startUpstream();
const startMs = performance.now();
const sidecar = await startSidecar({
  environment: {
    NODE_OPTIONS: imageNodeOptions(),
    RESOLVER_ORIGINAL_RESOLV_CONF: 'nameserver 127.0.0.1\nsearch a.test\n',
    RESOLVER_UPSTREAM_PORT: String(upstream.port),
    RESOLVER_LOG_LEVEL: 'warn',
  },
});
const readyMs = performance.now() - startMs;
const { pid } = sidecar.child;
console.log(`ready after ${readyMs.toFixed(0)} ms; idle: ${memory()}`);

const cpuBefore = cpuSeconds();
const times: number[] = [];
let started = 0;
const runMs = performance.now();
await Promise.all(Array.from({ length: clients }, client));
const seconds = (performance.now() - runMs) / 1000;
const cpu = cpuSeconds() - cpuBefore;
times.sort((one, other) => one - other);
const quantile = (part: number): string => (times[Math.floor(times.length * part)] ?? 0).toFixed(2);
console.log(`${lookups} lookups (A and AAAA) by ${clients} clients in ${seconds.toFixed(2)} s`);
console.log(`${Math.round((2 * lookups) / seconds)} queries/s; ${Math.round((2 * lookups) / cpu)} per CPU second`);
console.log(`time of a lookup: median ${quantile(0.5)} ms, 99 % ${quantile(0.99)} ms`);
console.log(`under load: ${memory()}`);
sidecar.child.kill();
upstream.close();

/** One lookup after the other from one socket. */
async function client(): Promise<void> {
  const socket = createSocket('udp4');
  while (started < lookups) {
    const number = (started += 1);
    const begin = performance.now();
    await lookUp(socket, number);
    times.push(performance.now() - begin);
  }
  socket.close();
}

function lookUp(socket: ReturnType<typeof createSocket>, number: number): Promise<void> {
  return new Promise((resolve) => {
    let open = 2;
    socket.removeAllListeners('message');
    socket.on('message', () => {
      open -= 1;
      if (open === 0) resolve();
    });
    for (const [offset, type] of (['A', 'AAAA'] as const).entries()) {
      const questions = [{ name: `host-${number}.glibc.internal`, type }];
      const id = (2 * number + offset) % 65_536;
      socket.send(encode({ type: 'query', id, flags: RECURSION_DESIRED, questions }), sidecar.port, '127.0.0.1');
    }
  });
}

function memory(): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string): string =>
    (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024).toFixed(1);
  return `${megabytes('VmRSS')} MB resident, ${megabytes('RssAnon')} MB of its own`;
}

function cpuSeconds(): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  // utime and stime, fields 14 and 15 of proc_pid_stat(5).
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
