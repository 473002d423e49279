/** The command that measures each figure. */
import type { Bench } from './bench.ts';
import type { FigureName } from './figure-texts.ts';
import { measureContainers } from './figures/containers.ts';
import { measureLatency } from './figures/latency.ts';
import { measureMemory } from './figures/memory.ts';
import { measureStart } from './figures/start.ts';
import { measureCached, measureNotCached } from './figures/throughput.ts';
import { measureSoak } from './figures/soak.ts';
import { measureUpstreamQueries } from './figures/upstream-queries.ts';
import { measureWebhook } from './figures/webhook.ts';
import type { FigureResult } from './results.ts';

export const measurements: Readonly<Record<FigureName, (bench: Bench) => Promise<FigureResult>>> = {
  cached: measureCached,
  'not-cached': measureNotCached,
  latency: measureLatency,
  memory: measureMemory,
  start: measureStart,
  webhook: measureWebhook,
  'upstream-queries': measureUpstreamQueries,
  containers: measureContainers,
  soak: measureSoak,
};
