/**
 * A first nameserver whose packets are dropped on their way, with real C libraries: it costs its timeout once, and is used
 * again as soon as packets come through.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { waitedMs } from '../support/cases/busy.ts';
import { runCommand } from '../support/machine/command.ts';
import type { Libc } from '../support/worlds/libcs.ts';
import { provideNamespaces } from '../support/worlds/namespaces.ts';
import { provideRig } from '../support/worlds/rig.ts';
import { conf, data, ns1, ns2, ns3, servers } from '../support/rows/row.ts';
import { startSidecar, type Sidecar } from '../support/worlds/sidecar.ts';
import { createWorld, type World } from '../support/worlds/world.ts';

const rig = await provideRig();
const libcs = Object.values(rig.libcs);

const timeoutMs = 2000;
/** What a candidate may take once the server is known to be silent. */
const candidateMs = 400;
const candidates = 2;

/** A link behind which nobody takes the packets: its neighbour has an address of its own, and is not there. */
const makeVoid = `
ip link add void0 type veth peer name void1
ip link set void0 up
ip link set void1 up
ip neigh add ${ns1} lladdr 02:00:00:00:00:01 dev void0 nud permanent`;
const drop = `ip route del local ${ns1} dev lo table local; ip route add ${ns1} dev void0`;
const deliver = `ip route del ${ns1} dev void0; ip route add local ${ns1} dev lo table local`;

describe.runIf(rig.hasWorlds && rig.hasSidecar && libcs.length > 0).each([
  ['two servers', [ns1, ns2]],
  ['three servers', [ns1, ns2, ns3]],
])('the first of %s is silent', (_, nameservers) => {
  let world: World;
  let sidecar: Sidecar;

  const inWorld = async (script: string): Promise<void> => {
    const { enter } = await provideNamespaces();
    const [program = '', ...args] = enter(world.pid);
    await runCommand(program, [...args, 'sh', '-ec', script]);
  };

  /** Without the time for which its processes waited for a processor. */
  const lookUp = async (libc: Libc, call: string): Promise<{ addresses: string[]; tookMs: number }> => {
    const pids = [world.pid, sidecar.pid];
    const before = pids.map(waitedMs);
    const { addresses = [], elapsedMs = 0, delayedMs = 0 } = await world.lookup(libc, 'injected', call);
    const busyMs = pids.reduce((sum, pid, index) => sum + waitedMs(pid) - (before[index] ?? 0), delayedMs);
    return { addresses, tookMs: elapsedMs - busyMs };
  };

  beforeAll(async () => {
    world = await createWorld();
    await inWorld(makeVoid);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    const names = (address: string) => ({ 'foo.s2.test': data(address) });
    await world.prepare({
      resolvConf: conf({ servers: nameservers, options: `timeout:${timeoutMs / 1000}` }),
      script: servers(names('10.0.0.1'), names('10.0.0.2'), names('10.0.0.2')),
    });
    sidecar = await startSidecar(world);
    await inWorld(drop);
  });
  afterEach(() => sidecar.stop());

  test.each([
    ['one lookup of both families', ['getaddrinfo u foo canon']],
    ['two lookups of one family', ['getaddrinfo 4 foo canon', 'getaddrinfo 4 bar canon']],
  ])('%s is all that waits for it', async (_name, calls) => {
    const [first] = libcs;
    if (first === undefined) throw new Error('no C library');
    const times: number[] = [];
    for (const call of calls) times.push((await lookUp(first, call)).tookMs);
    expect(Math.max(...times)).toBeGreaterThan(timeoutMs - 100);
    for (const libc of libcs) {
      const { addresses, tookMs } = await lookUp(libc, 'getaddrinfo u foo canon');
      expect([libc.name, addresses]).toEqual([libc.name, ['10.0.0.2']]);
      expect(tookMs).toBeLessThanOrEqual(candidates * candidateMs);
    }
    expect(sidecar.log()).toContain(`"event":"server-silent","server":"${ns1}:53"`);
    expect((await world.get('http://127.0.0.1:9953/metrics')).body).toContain(
      `alpine_resolver_server_silent{server="${ns1}"} 1\n`,
    );

    await inWorld(deliver);
    for (const libc of libcs) {
      const { addresses } = await lookUp(libc, 'getaddrinfo u foo canon');
      expect([libc.name, addresses]).toEqual([libc.name, ['10.0.0.1']]);
    }
    expect(sidecar.log()).toContain(`"event":"server-answers","server":"${ns1}:53"`);
    expect((await world.get('http://127.0.0.1:9953/metrics')).body).toContain(
      `alpine_resolver_server_silent{server="${ns1}"} 0\n`,
    );
  });
});
