/** One lookup of a real C library in a world: what it saw, what the servers were asked, and whether the machine let it be. */
import { observeProbe, type Run } from '../observation/observation.ts';
import type { Libc, LibcName } from '../worlds/libcs.ts';
import type { Sidecar } from '../worlds/sidecar.ts';
import type { View, World } from '../worlds/world.ts';
import { disturbance, waitedMs } from './busy.ts';
import { commandOf, type Call } from './case.ts';
import { silentServers } from './silent-servers.ts';

export interface MeasuredRun extends Run {
  readonly libc: LibcName;
  readonly silent: ReadonlySet<string>;
  /** Why the measurement says nothing; undefined: it counts. */
  readonly disturbance: string | undefined;
}

/** One lookup, with what the servers were asked, and how long its processes had to wait for a processor. */
export async function measure(
  world: World,
  libc: Libc,
  view: View,
  call: Call,
  sidecar?: Sidecar,
): Promise<MeasuredRun> {
  const pid = sidecar?.pid ?? 0;
  const [serversBefore, sidecarBefore] = [waitedMs(world.pid), waitedMs(pid)];
  const result = await world.lookup(libc, view, commandOf(call));
  const waiting = {
    client: result.delayedMs ?? 0,
    servers: waitedMs(world.pid) - serversBefore,
    sidecar: waitedMs(pid) - sidecarBefore,
  };
  return {
    libc: libc.name,
    observation: observeProbe(result),
    queries: await world.queries(),
    silent: silentServers(linesOf(sidecar?.log() ?? '')),
    disturbance: disturbance(libc.name, waiting),
  };
}

/** What is no line of the log belongs to a crash, which the end of the process tells. */
function linesOf(log: string): Record<string, unknown>[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
