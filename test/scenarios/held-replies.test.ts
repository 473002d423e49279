/** Replies that wait for the other half of their pair: their bytes are bounded, whatever the number of searches is. */
import { expect, test } from 'vitest';
import { createRawClient } from '../support/simulation/raw-client.ts';

const addresses = Array.from({ length: 4000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);

/** 64 KB for A over TCP; AAAA is never answered there. */
const script = {
  servers: {
    '10.0.0.1': {
      names: {
        '*.large.test A': { is: 'DATA' as const, truncated: true, tcp: { is: 'DATA' as const, addresses } },
        '*.large.test AAAA': { is: 'DATA' as const, truncated: true, tcp: 'STALL' as const },
      },
      otherwise: 'NX' as const,
    },
  },
};

test(
  'with 4 MiB of them no further search is begun, and afterwards there is room again',
  { timeout: 60_000 },
  async () => {
    const client = createRawClient({ script, resolvConf: 'nameserver 10.0.0.1\noptions timeout:4 attempts:1\n' });
    let begun = 0;
    let refused = 0;
    for (let index = 0; index < 150; index += 1) {
      const connection = client.connect();
      client.ask({ name: `n${index}.large.test`, id: 1, connection });
      client.ask({ name: `n${index}.large.test`, id: 2, type: 'AAAA', connection });
      await client.pass(2);
      if (connection.closed) refused += 1;
      else begun += 1;
    }
    // 4 MiB are 65 times 64 KB; a reply or two is always on its way.
    expect(begun).toBeGreaterThan(62);
    expect(begun).toBeLessThan(74);
    expect(refused).toBe(150 - begun);
    await client.pass(50_000);
    expect(client.pipeline.inFlight).toBe(0);
    const after = client.connect();
    client.ask({ name: 'after.large.test', connection: after });
    await client.pass(1000);
    expect(after.replies).toHaveLength(1);
  },
);
