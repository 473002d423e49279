/**
 * What a client repeats must not be searched again. After SERVFAIL glibc asks `attempts` times. For both
 * families it keeps port and ID. For one family it keeps the ID, but closes its socket first and so has a new port.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Libc, LibcName } from '../support/worlds/libcs.ts';
import { provideRig } from '../support/worlds/rig.ts';
import { conf, servers } from '../support/rows/row.ts';
import { startSidecar, type Sidecar } from '../support/worlds/sidecar.ts';
import { createWorld, type World } from '../support/worlds/world.ts';

const rig = await provideRig();

describe.runIf(rig.hasWorlds && rig.hasSidecar && rig.libcs.glibc)('a lookup that ends in AGAIN', () => {
  const { glibc } = rig.libcs as Record<LibcName, Libc>;
  let world: World;
  let sidecar: Sidecar;
  beforeAll(async () => {
    world = await createWorld();
    await world.prepare({
      resolvConf: conf({ search: '' }),
      script: servers({ both: 'SF', v4: 'SF', v6: 'SF', '9.0.0.10.in-addr.arpa': 'SF' }),
    });
    sidecar = await startSidecar(world);
  });
  afterAll(async () => {
    await sidecar.stop();
    await world.close();
  });

  /** Searches that the scripted server saw: each has IDs of its own, an attempt within it repeats them. */
  async function searches(call: string, type: string): Promise<number> {
    await world.restart();
    expect(await world.lookup(glibc, 'injected', call)).toMatchObject({ outcome: 'AGAIN' });
    const queries = await world.queries();
    return new Set(queries.filter((query) => query.type === type).map(({ id }) => id)).size;
  }

  test('is searched once for both families', async () => {
    expect(await searches('getaddrinfo u both canon', 'A')).toBe(1);
  });

  // The repeats come from new ports: the memory of failures knows them by their ID.
  test.each([
    ['getaddrinfo 4 v4 canon', 'A'],
    ['getaddrinfo 6 v6 canon', 'AAAA'],
    ['getnameinfo 10.0.0.9', 'PTR'],
  ])('is searched once for %s', async (call, type) => {
    expect(await searches(call, type)).toBe(1);
  });
});
