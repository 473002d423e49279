/** One query apart from all others: the reply as a client gets it, and what was asked for it. */
import { expect, test } from 'vitest';
import type { ServerScript } from '../../../cli/simulation/script.ts';
import { recordTypes } from '../../../sidecar/wire/iana.ts';
import { encodeName, rootName } from '../../../sidecar/wire/name.ts';
import { createRecordedQuery } from '../../../sidecar/trace/recorded-query.ts';
import { traceLimitMs } from '../../../sidecar/trace/tracer.ts';
import { edgesOf, simulateSidecar } from '../../support/simulation/simulated-sidecar.ts';

const addresses = Array.from({ length: 60 }, (_, index) => `10.0.0.${index}`);

function start(server: ServerScript) {
  const resolvConf = 'nameserver 192.0.2.1\noptions timeout:1 attempts:1\n';
  const { network, snapshot } = simulateSidecar({
    script: { servers: { '192.0.2.1': server } },
    resolvConf,
    mode: 'as-is',
  });
  const query = createRecordedQuery({
    ...edgesOf(network),
    snapshot: () => snapshot,
  });
  const name = encodeName('foo.test') ?? rootName;
  return () => network.run(query({ name, type: recordTypes.A, client: '127.0.0.1' }));
}

test('a reply of any size comes whole, and each query is one of its own', async () => {
  const ask = start({ names: { 'foo.test': { is: 'DATA', addresses, ttl: 30 } } });
  for (let count = 0; count < 2; count++) {
    const { bytes, record } = await ask();
    expect(bytes?.length).toBeGreaterThan(60 * 16);
    expect((bytes?.[2] ?? 0) & 0x02).toBe(0);
    expect(record.candidates.map(({ name, conclusion }) => `${name} ${conclusion}`)).toEqual(['foo.test found']);
  }
});

test('a server that says nothing costs its timeout, and the record says so', async () => {
  const { bytes, elapsedMs, record } = await start({ otherwise: 'LOST' })();
  expect((bytes?.[3] ?? 0) & 0x0f).toBe(2);
  expect(elapsedMs).toBeLessThan(traceLimitMs);
  expect(record.candidates[0]?.steps.map(({ kind }) => kind)).toEqual(['query', 'silence']);
});
