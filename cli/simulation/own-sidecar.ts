/**
 * The sidecar's own code in this process: its pipeline on a network of the models, which as clients reach it on
 * 127.0.0.1:53. What it does upstream may be recorded.
 */
import type { LookupRecord } from '../../shared/report/lookup-record.ts';
import { createLog } from '../../shared/report/log.ts';
import { sidecarMetrics } from '../../shared/report/metric-table.ts';
import { createMetrics } from '../../shared/report/metrics.ts';
import type { ConfigurationSnapshot } from '../../sidecar/decide/configuration/snapshot.ts';
import { createPipeline } from '../../sidecar/pipeline.ts';
import type { PipelineDependencies } from '../../sidecar/ports/pipeline-dependencies.ts';
import { createLookupRecorder } from '../../sidecar/trace/lookup-recorder.ts';
import type { Network } from '../models/network.ts';
import { clientSideOf, upstreamPortOf } from './pipeline-network.ts';

export interface OwnSidecar {
  /** In which the sidecar is a nameserver. */
  readonly network: Network;
  record(): LookupRecord;
}

export interface OwnSidecarOptions {
  readonly snapshot: ConfigurationSnapshot;
  /** What is looked up. */
  readonly name: string;
  /** Calls `run` after the sockets were read once more. */
  readonly afterRead: (run: () => void) => void;
}

export const sidecarAddress = '127.0.0.1';

export function startOwnSidecar(world: Network, { snapshot, name, afterRead }: OwnSidecarOptions): OwnSidecar {
  const recorder = createLookupRecorder(
    {
      now: world.now,
      upstream: upstreamPortOf(world, snapshot.upstreamPort),
      upstreamPort: snapshot.upstreamPort,
      metrics: createMetrics(sidecarMetrics),
    },
    name,
  );
  const { setTimer } = world;
  return { network: networkWith(world, snapshot, { ...recorder, setTimer, afterRead }), record: recorder.record };
}

/**
 * In simulated time, and without a record of what it does.
 *
 * @param lateMs by which its timers are late, as those of Node.js are: what ends with one of them ends behind what it coincides with
 */
export function startPlainSidecar(world: Network, snapshot: ConfigurationSnapshot, lateMs: number): Network {
  return networkWith(world, snapshot, {
    setTimer: (delayMs, run) => world.setTimer(delayMs > 0 ? delayMs + lateMs : 0, run),
    upstream: upstreamPortOf(world, snapshot.upstreamPort),
    metrics: createMetrics(sidecarMetrics),
    log: createLog({ level: 'error', write: () => {}, now: () => 0 }),
    afterRead: (run) => void world.setTimer(0, run),
  });
}

type Edges = Pick<PipelineDependencies, 'setTimer' | 'upstream' | 'metrics' | 'log' | 'afterRead'>;

function networkWith(
  world: Network,
  snapshot: ConfigurationSnapshot,
  { setTimer, upstream, metrics, log, afterRead }: Edges,
): Network {
  const pipeline = createPipeline(
    {
      now: world.now,
      setTimer,
      afterRead,
      randomId: world.randomId,
      hashSeed: 0,
      nextRotation: () => 0,
      upstream,
      metrics,
      log,
      checkPodResolvConf: () => {},
    },
    snapshot,
  );
  return { ...world, ...clientSideOf(world, pipeline, sidecarAddress) };
}
