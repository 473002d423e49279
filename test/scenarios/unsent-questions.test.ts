/** Questions for which no socket could be opened: the client gets SERVFAIL, and nothing that may be wrong. */
import { decode } from 'dns-packet';
import { expect, test } from 'vitest';
import { createLog } from '../../shared/report/log.ts';
import { sidecarMetrics } from '../../shared/report/metric-table.ts';
import { createMetrics } from '../../shared/report/metrics.ts';
import { createPipeline } from '../../sidecar/pipeline.ts';
import type { UdpExchange, UpstreamPort } from '../../sidecar/ports/upstream.ts';
import { createSimulatedTime } from '../support/simulation/simulated-time.ts';
import { snapshots } from '../support/simulation/configurations.ts';
import { encodeQuery } from '../support/simulation/raw-client.ts';

/** NXDOMAIN. */
function rejects(query: Uint8Array): Uint8Array {
  const reply = Uint8Array.from(query);
  reply.set([0x81, 0x83], 2);
  reply.set([0, 0], 10);
  return reply;
}

type Transport = 'udp' | 'tcp';

/** Says NXDOMAIN to everything, where a socket can be opened. */
function upstreamWith(isOpen: (query: number) => boolean, time: ReturnType<typeof createSimulatedTime>): UpstreamPort {
  let opened = 0;
  const open = (events: { message(bytes: Uint8Array): void }): UdpExchange => {
    const isWaiting = !isOpen((opened += 1));
    return {
      isWaiting,
      send(query) {
        if (!isWaiting) time.setTimer(1, () => events.message(rejects(query)));
      },
      close() {},
    };
  };
  return { openUdp: (_server, events) => open(events), openTcp: (_server, events) => open(events) };
}

function ask(name: string, transport: Transport, isOpen: (query: number) => boolean): string[] {
  const time = createSimulatedTime();
  const snapshot = transport === 'udp' ? snapshots['marker'] : snapshots['tcp'];
  if (snapshot === undefined) throw new Error('no such configuration');
  const pipeline = createPipeline(
    {
      now: time.now,
      setTimer: time.setTimer,
      afterRead: (run) => void time.setTimer(0, run),
      randomId: () => 7,
      hashSeed: 0,
      nextRotation: () => 0,
      upstream: upstreamWith(isOpen, time),
      metrics: createMetrics(sidecarMetrics),
      log: createLog({ level: 'error', write: () => {}, now: () => 0 }),
      checkPodResolvConf: () => {},
    },
    snapshot,
  );
  const rcodes: string[] = [];
  pipeline.handle(encodeQuery({ name }), {
    transport: 'udp',
    address: '127.0.0.1',
    port: 4000,
    reply: (bytes) => void rcodes.push((decode(Buffer.from(bytes)) as { rcode?: string }).rcode ?? ''),
  });
  time.runAll(1000);
  return rcodes;
}

test.each<Transport>(['udp', 'tcp'])('over %s: none can be opened', (transport) => {
  expect(ask('web.glibc.internal', transport, () => false)).toEqual(['SERVFAIL']);
});

test.each<Transport>(['udp', 'tcp'])(
  'over %s: none for the first candidate, and there is no such name',
  (transport) => {
    // As a lost question it would have been left for the name as it is, which does not exist.
    expect(ask('web.glibc.internal', transport, (query) => query > 2)).toEqual(['SERVFAIL']);
  },
);

test.each<Transport>(['udp', 'tcp'])('over %s: all can be opened', (transport) => {
  expect(ask('web.glibc.internal', transport, () => true)).toEqual(['NXDOMAIN']);
});
