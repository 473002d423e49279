/** A pipeline of its own for one lookup, recorded: it remembers nothing, and counts for itself. */
import { sidecarMetrics } from '../../shared/report/metric-table.ts';
import type { LookupRecord } from '../../shared/report/lookup-record.ts';
import { createMetrics } from '../../shared/report/metrics.ts';
import type { ConfigurationSnapshot } from '../decide/configuration/snapshot.ts';
import { createPipeline } from '../pipeline.ts';
import type { Pipeline } from '../ports/client.ts';
import { createLookupRecorder } from './lookup-recorder.ts';

type PipelineDependencies = Parameters<typeof createPipeline>[0];

/** The sidecar's own sockets, clock and chance. */
export type RecordedPipelineDependencies = Pick<
  PipelineDependencies,
  'now' | 'setTimer' | 'afterRead' | 'randomId' | 'hashSeed' | 'nextRotation' | 'upstream' | 'localData'
>;

export interface RecordedPipeline {
  readonly pipeline: Pipeline;
  /** So far. */
  record(): LookupRecord;
}

/** @param name what is looked up, without the search marker */
export function createRecordedPipeline(
  deps: RecordedPipelineDependencies,
  current: ConfigurationSnapshot,
  name: string,
): RecordedPipeline {
  const snapshot = forgetful(current);
  const { upstreamPort } = snapshot;
  const recorder = createLookupRecorder({ ...deps, upstreamPort, metrics: createMetrics(sidecarMetrics) }, name);
  const { upstream, metrics, log, record } = recorder;
  return { pipeline: createPipeline({ ...deps, upstream, metrics, log, checkPodResolvConf() {} }, snapshot), record };
}

/** As the configuration is, without a memory, and candidate by candidate. */
function forgetful(snapshot: ConfigurationSnapshot): ConfigurationSnapshot {
  return {
    ...snapshot,
    settings: {
      ...snapshot.settings,
      ...{ replyCache: false, answerCache: false, maxCacheBytes: 0, serverMemory: false, maxLingeringSockets: 0 },
      ...{ findLoops: false, queryLog: 0, maxSearchAhead: 0, maxSearchesAhead: 0 },
    },
  };
}
