/** A sidecar in simulated time that can be asked for traces, and for answers. */
import type { ServerScript } from '../../../cli/simulation/script.ts';
import type { TraceRecord } from '../../../shared/report/trace-record.ts';
import { createTracer } from '../../../sidecar/trace/tracer.ts';
import { encodeQuery } from './raw-client.ts';
import { edgesOf, simulateSidecar } from './simulated-sidecar.ts';

const conf = 'nameserver 192.0.2.1\nsearch s1.test s2.test\noptions timeout:1 attempts:1\n';
const found: ServerScript = {
  names: { 'foo.s2.test': { is: 'DATA', addresses: ['10.0.0.1', '2001:db8::1'], ttl: 30 } },
};

/** As in a pod. */
const caching = { maxCacheBytes: 1024 * 1024, replyCache: true, answerCache: true };

export function startTraced(server: ServerScript = found, resolvConf = conf) {
  const servers = [...resolvConf.matchAll(/^nameserver (.*)$/gm)].map(([, address = '']) => address);
  const sidecar = simulateSidecar({
    script: { servers: Object.fromEntries(servers.map((one) => [one, server])) },
    resolvConf,
    settings: caching,
  });
  const { network, pipeline, snapshot } = sidecar;
  const trace = createTracer({
    ...edgesOf(network),
    snapshot: () => snapshot,
    held: pipeline.held,
  });
  const traced = (name: string): Promise<TraceRecord | undefined> => network.run(trace(name));
  const ask = async (name: string): Promise<void> => {
    const replies = ['A', 'AAAA'].map(
      (type, i) =>
        new Promise<void>((resolve) => {
          const client = { transport: 'udp', address: '127.0.0.1', port: 4000, onLoopback: true } as const;
          pipeline.handle(encodeQuery({ name, type, id: i + 1 }), { ...client, reply: () => resolve() });
        }),
    );
    await network.run(Promise.all(replies));
  };
  return { ...sidecar, traced, ask };
}
