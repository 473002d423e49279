/** Figure 8: whether anything is kept that nobody needs, after millions of queries in simulated time. */
import { join } from 'node:path';
import { runCommand } from '../../test/support/machine/command.ts';
import type { Bench } from '../bench.ts';
import { takenNow } from '../figure.ts';
import type { FigureResult } from '../results.ts';
import { sidecar } from '../servers/sidecar.ts';
import type { SoakReport } from '../soak/report.ts';
import { spreadOf } from '../statistics.ts';

export async function measureSoak(bench: Bench): Promise<FigureResult> {
  const queries = bench.quick ? 100_000 : 10_000_000;
  const script = join(import.meta.dirname, '../soak/soak.ts');
  const words = ['--expose-gc', script, String(queries), ...points.map(String)];
  const text = await runCommand('nice', [process.execPath, ...words]);
  const reports = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SoakReport);
  const heaps = reports.map(({ heapBytes }) => heapBytes / mebibyte);
  const unanswered = reports.filter(({ queries: asked, replies }) => replies < asked * leastAnswered);
  return {
    taken: takenNow(bench, [sidecar]),
    tables: [
      {
        key: 'soak',
        title: '',
        columns,
        rows: reports.map((report) => ({
          label: `${report.percent} %`,
          kind: 'ours',
          values: {
            heap: spreadOf([report.heapBytes / mebibyte]),
            buffers: spreadOf([report.buffersBytes / mebibyte]),
            queries: spreadOf([report.queries]),
            upstream: spreadOf([report.upstreamQueries]),
            hours: spreadOf([report.simulatedSeconds / 3600]),
          },
        })),
      },
    ],
    goals: [
      {
        text: 'heap at 10, 50 and 100 %: highest less lowest',
        unit: 'MiB',
        found: Math.max(...heaps) - Math.min(...heaps),
        bound: 1,
        sense: 'at most',
      },
    ],
    remarks:
      unanswered.length === 0
        ? []
        : [`At ${unanswered[0]?.percent} % only ${unanswered[0]?.replies} replies had come.`],
  };
}

const points = [10, 50, 100];
const mebibyte = 1024 * 1024;
/** Some searches give up without a reply. */
const leastAnswered = 0.98;

const columns = [
  { key: 'heap', title: 'Heap after a full collection', unit: 'MiB', digits: 2 },
  { key: 'buffers', title: 'Buffers outside of it', unit: 'MiB', digits: 2 },
  { key: 'queries', title: 'Queries so far', unit: '', digits: 0 },
  { key: 'upstream', title: 'Queries upstream so far', unit: '', digits: 0 },
  { key: 'hours', title: 'Simulated', unit: 'h', digits: 1 },
] as const;
