/** What all figures say of the time and the machine they were taken on. */
import { describeMachine, type Bench, type ForeignTime } from './bench.ts';
import type { Taken } from './results.ts';
import type { Server } from './servers/server.ts';

export function takenNow(
  bench: Bench,
  servers: readonly Pick<Server, 'name' | 'version'>[],
  foreign?: ForeignTime,
): Taken {
  const foreignPercent = foreign?.percent();
  return {
    date: new Date().toISOString().slice(0, 10),
    quick: bench.quick,
    machine: describeMachine(),
    versions: Object.fromEntries(servers.map(({ name, version }) => [name, version])),
    ...(foreignPercent === undefined ? {} : { foreignPercent }),
  };
}
