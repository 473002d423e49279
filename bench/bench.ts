/** What every figure is measured with: two processors, a folder, and how often. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { arch, cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { familySeconds, machineBusySeconds, processorSeconds } from '../test/support/machine/process-costs.ts';

/** Other servers that the command line names. */
export interface NamedPeer {
  readonly name: string;
  readonly command: string;
}

export interface Bench {
  /** A short run of all that shows no more than that everything works. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly peers: readonly NamedPeer[];
  /** Removed at the end. */
  readonly folder: string;
  /** Puts a command on the processor of what is measured. */
  readonly onServer: readonly string[];
  /** Puts a command on the processor of load and upstream. */
  readonly onLoad: readonly string[];
  /** The processors' numbers, server first. */
  readonly processors: readonly [string, string];
}

export function createBench(options: Pick<Bench, 'quick' | 'rounds' | 'peers'>): Bench {
  const [server = '0', load] = allowedProcessors();
  if (load === undefined) throw new Error('measuring needs two processors: one for the server, one for the load');
  // This process only waits, on the side of the load.
  spawnSync('taskset', ['-acp', load, String(process.pid)]);
  return {
    ...options,
    folder: mkdtempSync(join(tmpdir(), 'bench-')),
    onServer: ['prlimit', `--nofile=${usualDescriptors}:`, 'taskset', '-c', server],
    onLoad: ['taskset', '-c', load],
    processors: [server, load],
  };
}

/** What systemd gives a service: dnsmasq looks through as many places at every query. */
const usualDescriptors = 1024;

export function closeBench({ folder }: Bench): void {
  rmSync(folder, { recursive: true, force: true });
}

export function describeMachine(): string {
  const [first] = cpus();
  const system = /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  return `${cpus().length} × ${first?.model.trim() ?? arch()}, Linux ${release()}, ${system}`;
}

/** Processor time that programs took which are no part of a measurement. */
export class ForeignTime {
  private foreignSeconds = 0;
  private seconds = 0;

  /** Runs a measurement; `pids`: what takes part in it and lives before and after. */
  async during<Result>(pids: readonly number[], work: () => Promise<Result>): Promise<Result> {
    const startMs = performance.now();
    const before = foreignSoFar(pids);
    const result = await work();
    this.foreignSeconds += foreignSoFar(pids) - before;
    this.seconds += (performance.now() - startMs) / 1000;
    return result;
  }

  /** Nothing where nothing was timed. */
  percent(): number | undefined {
    if (this.seconds === 0) return undefined;
    return Math.max(0, Math.round((100 * this.foreignSeconds) / (this.seconds * cpus().length)));
  }
}

function foreignSoFar(pids: readonly number[]): number {
  return machineBusySeconds() - familySeconds() - pids.reduce((sum, pid) => sum + processorSeconds(pid), 0);
}

/** Those on which this process may run, as their numbers. */
function allowedProcessors(): string[] {
  const status = readFileSync('/proc/self/status', 'utf8');
  const list = /^Cpus_allowed_list:\s+(.*)$/m.exec(status)?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
  });
}
