/** Figure 6: how long a server takes from its fork to its first reply. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { encode } from 'dns-packet';
import { startLoadUpstream } from '../../test/support/load/upstream.ts';
import { dataZone, zoneName } from '../../test/support/load/zone.ts';
import { freePort } from '../../scripts/free-port.ts';
import { ForeignTime, type Bench } from '../bench.ts';
import { takenNow } from '../figure.ts';
import type { FigureResult } from '../results.ts';
import { echoes } from '../servers/floors.ts';
import type { Server } from '../servers/server.ts';
import { provideServers } from '../servers/servers.ts';
import { sidecarName } from '../servers/sidecar.ts';
import { spreadOf } from '../statistics.ts';

export async function measureStart(bench: Bench): Promise<FigureResult> {
  const starts = bench.quick ? 3 : 20;
  const { servers, missing } = await provideServers(bench, await echoes());
  const upstream = await startLoadUpstream({ zone: dataZone(300), folder: bench.folder, prefix: bench.onLoad });
  const foreign = new ForeignTime();
  const times = new Map<string, number[]>(servers.map(({ name }) => [name, []]));
  try {
    for (let start = 0; start < starts; start += 1)
      for (const server of servers)
        times
          .get(server.name)
          ?.push(await foreign.during([upstream.pid], () => firstReplyMs(bench, server, upstream.port)));
  } finally {
    upstream.close();
  }
  return {
    taken: takenNow(bench, servers, foreign),
    tables: [
      {
        key: 'start',
        title: '',
        columns: [{ key: 'first', title: 'From fork to the first reply', unit: 'ms', digits: 0 }],
        rows: servers.map(({ name, kind }) => ({
          label: name,
          kind,
          values: { first: spreadOf(times.get(name) ?? []) },
        })),
      },
    ],
    goals: [
      {
        text: `${sidecarName}, median of ${starts}`,
        unit: 'ms',
        found: spreadOf(times.get(sidecarName) ?? []).median,
        bound: 80,
        sense: 'at most',
      },
    ],
    remarks: missing,
  };
}

/** Asked every millisecond: what comes before the server listens, the kernel refuses. */
const askEveryMs = 1;
const limitMs = 20_000;

async function firstReplyMs(bench: Bench, server: Server, upstreamPort: number): Promise<number> {
  const port = await freePort();
  const { command, environment = {} } = await server.command({
    port,
    upstreamPort,
    cached: true,
    folder: bench.folder,
  });
  const [program = '', ...args] = [...bench.onServer, ...command];
  const name = server.asked === 'marked' ? `n1.${zoneName}.glibc.internal` : `n1.${zoneName}`;
  const query = encode({ type: 'query', id: 1, flags: 0x0100, questions: [{ name, type: 'A' }] });
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const startMs = performance.now();
  const child = spawn(program, args, { env: { PATH: process.env['PATH'], ...environment }, stdio: 'ignore' });
  const asking = setInterval(() => socket.send(query, port, '127.0.0.1'), askEveryMs);
  try {
    await once(socket, 'message', { signal: AbortSignal.timeout(limitMs) });
    return performance.now() - startMs;
  } finally {
    clearInterval(asking);
    socket.close();
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
