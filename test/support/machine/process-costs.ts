/** What a process costs, as the kernel counts it: processor time and memory. */
import { readFileSync, readdirSync } from 'node:fs';

/** Processor time of all threads that live, in seconds: to the nanosecond, where `stat` counts hundredths. */
export function processorSeconds(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // The thread has ended meanwhile.
    }
  }
  return nanoseconds / 1e9;
}

export interface ProcessMemory {
  /** What the process has of its own: heap, buffers, stacks. */
  readonly anonymousBytes: number;
  /** All that is in memory, the pages of the program's file included. */
  readonly residentBytes: number;
}

export function processMemory(pid: number): ProcessMemory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const bytes = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024;
  return { anonymousBytes: bytes('Anonymous'), residentBytes: bytes('Rss') };
}

export interface MemorySampler {
  /** The highest since the beginning, or since the last call. */
  peak(): ProcessMemory;
  stop(): void;
}

/** Looks at the memory of a process again and again. */
export function sampleMemory(pid: number, everyMs = 100): MemorySampler {
  let highest = processMemory(pid);
  const look = (): void => {
    try {
      const { anonymousBytes, residentBytes } = processMemory(pid);
      highest = {
        anonymousBytes: Math.max(highest.anonymousBytes, anonymousBytes),
        residentBytes: Math.max(highest.residentBytes, residentBytes),
      };
    } catch {
      // It has ended: its last peak stays.
    }
  };
  const timer = setInterval(look, everyMs);
  return {
    peak() {
      look();
      const found = highest;
      highest = processMemory(pid);
      return found;
    },
    stop: () => clearInterval(timer),
  };
}

/** Processor time of this process and of all its children that have ended, in seconds. */
export function familySeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  // utime, stime, cutime and cstime: fields 14 to 17 of proc_pid_stat(5).
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
}

/** USER_HZ of proc_stat(5). */
const ticksPerSecond = 100;

/** Processor time that the whole machine was busy, in seconds: what others used beside it falsifies a measurement. */
export function machineBusySeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) / ticksPerSecond;
}
