/** Figure 7: reviews that the webhook answers, how long they take, and what memory it has afterwards. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usualResolvConf } from '../../test/support/kubernetes/golden-cases.ts';
import { shownAuthority, startWebhook } from '../../test/support/kubernetes/webhook-process.ts';
import { runCommand } from '../../test/support/machine/command.ts';
import { imageEnvironment } from '../../test/support/machine/image-environment.ts';
import { processMemory, processorSeconds } from '../../test/support/machine/process-costs.ts';
import { ForeignTime, type Bench } from '../bench.ts';
import { takenNow } from '../figure.ts';
import type { FigureResult, Goal } from '../results.ts';
import { median, quantile, spreadOf } from '../statistics.ts';
import { projectVersion } from '../versions.ts';
import { openConnections } from '../webhook/connections.ts';
import { reviewBodies } from '../webhook/reviews.ts';

export async function measureWebhook(bench: Bench): Promise<FigureResult> {
  const foreign = new ForeignTime();
  const rounds: Round[] = [];
  for (let round = 0; round < bench.rounds; round += 1) rounds.push(await measureRound(bench, foreign));
  const all = (key: keyof Round): number[] => rounds.map((round) => round[key]);
  const goal = (text: string, key: keyof Round, bound: number, unit: string): Goal => ({
    text,
    unit,
    found: median(all(key)),
    bound,
    sense: key === 'rate' ? 'at least' : 'at most',
  });
  return {
    taken: takenNow(
      bench,
      [{ name: 'alpine-resolver', version: `${projectVersion()}, Node.js ${process.version}` }],
      foreign,
    ),
    tables: [
      {
        key: 'webhook',
        title: '',
        columns,
        rows: [
          {
            label: 'alpine-resolver webhook',
            kind: 'ours',
            values: Object.fromEntries(columns.map(({ key }) => [key, spreadOf(all(key))])),
          },
        ],
      },
    ],
    goals: [
      goal('reviews on one processor', 'rate', 1500, '/s'),
      goal('99 % at 300/s', 'p99At300', 10, 'ms'),
      goal('99 % at 600/s', 'p99At600', 15, 'ms'),
      goal('resident after saturation', 'resident', 180, 'MiB'),
    ],
    remarks: rounds.some(({ faults }) => faults > 0) ? ['Some replies held no patch.'] : [],
  };
}

interface Round {
  readonly rate: number;
  readonly medianAt300: number;
  readonly p99At300: number;
  readonly medianAt600: number;
  readonly p99At600: number;
  readonly idle: number;
  readonly resident: number;
  readonly busy: number;
  readonly faults: number;
}

const columns = [
  { key: 'rate', title: 'Reviews at 32 connections', unit: '/s', digits: 0 },
  { key: 'busy', title: 'Processor used', unit: '%', digits: 0 },
  { key: 'medianAt300', title: 'Median at 300/s', unit: 'ms', digits: 2 },
  { key: 'p99At300', title: '99 % at 300/s', unit: 'ms', digits: 1 },
  { key: 'medianAt600', title: 'Median at 600/s', unit: 'ms', digits: 2 },
  { key: 'p99At600', title: '99 % at 600/s', unit: 'ms', digits: 1 },
  { key: 'idle', title: 'Resident, idle', unit: 'MiB', digits: 0 },
  { key: 'resident', title: 'Resident after saturation', unit: 'MiB', digits: 0 },
] as const;

const connectionCount = 32;
const mebibyte = 1024 * 1024;

/** A process of its own: what one load leaves, the next does not find. */
async function measureRound(bench: Bench, foreign: ForeignTime): Promise<Round> {
  const seconds = bench.quick ? 1 : 5;
  const resolvConf = join(bench.folder, 'webhook-resolv.conf');
  await writeFile(resolvConf, usualResolvConf);
  const webhook = await startWebhook({
    ...imageEnvironment('webhook'),
    WEBHOOK_RESOLV_CONF: resolvConf,
    // As installed: each review is a line of its log.
    WEBHOOK_LOG_LEVEL: 'info',
  });
  // Its lines are read and thrown away: kept and taken apart, they would be garbage of the process that measures.
  webhook.child.stdout?.removeAllListeners('data').resume();
  const pid = webhook.child.pid ?? 0;
  await runCommand('taskset', ['-acp', bench.processors[0], String(pid)]);
  try {
    const idle = processMemory(pid).residentBytes;
    const ca = await shownAuthority(webhook.port);
    const connections = await openConnections(webhook.port, ca, reviewBodies(64), connectionCount);
    await connections.saturate(seconds / 2);
    const at300 = await foreign.during([pid], () => connections.steadily(300, seconds));
    const at600 = await foreign.during([pid], () => connections.steadily(600, seconds));
    const before = processorSeconds(pid);
    const startMs = performance.now();
    const answered = await foreign.during([pid], () => connections.saturate(seconds));
    const took = (performance.now() - startMs) / 1000;
    const used = processorSeconds(pid) - before;
    const resident = processMemory(pid).residentBytes;
    const faults = connections.faults();
    connections.close();
    return {
      rate: answered / took,
      busy: (100 * used) / took,
      medianAt300: median(at300),
      p99At300: quantile(at300, 0.99),
      medianAt600: median(at600),
      p99At600: quantile(at600, 0.99),
      idle: idle / mebibyte,
      resident: resident / mebibyte,
      faults,
    };
  } finally {
    await webhook.stop();
  }
}
