/** What the pipeline gets from outside: clock, chance, sockets, reports. Tests put simulated ones in their place. */
import type { Log } from '../../shared/report/log.ts';
import type { SidecarMetrics } from '../../shared/report/metric-table.ts';
import type { Metrics } from '../../shared/report/metrics.ts';
import type { LocalData } from './local-data.ts';
import type { RecordSearch } from './search-recording.ts';
import type { UpstreamPort } from './upstream.ts';

export interface PipelineDependencies {
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  readonly setTimer: (afterMs: number, run: () => void) => () => void;
  /** Calls `run` after the sockets were read once more. */
  readonly afterRead: (run: () => void) => void;
  /** An unpredictable 16-bit query ID. */
  readonly randomId: () => number;
  /** Of the hashes by which names are found, 32 bits that nobody knows: names that collide can then not be made up. */
  readonly hashSeed: number;
  /** First server under `rotate`: glibc counts on from a random start, once per candidate. */
  readonly nextRotation: (count: number) => number;
  readonly upstream: UpstreamPort;
  readonly metrics: Metrics<SidecarMetrics>;
  readonly log: Log;
  /** For the query log. */
  readonly recordSearch?: RecordSearch;
  /** Names that are answered for here; none in a pod. */
  readonly localData?: LocalData | undefined;
  /** Looks whether the file that the containers see changed, and calls `configure` if so, before it returns. */
  readonly checkPodResolvConf: () => void;
}
