/** A control group of the kernel that bounds memory, as a container has one; pages of files count for whoever reads them first. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MemoryGroup {
  /** A command in front of a program, with which it begins in the group. */
  readonly enter: readonly string[];
  /** Programs that were ended because there was no memory. */
  killed(): number;
  /** The most that was used. */
  peakBytes(): number;
  /** What is used now: of the processes' own, of files that are mapped. */
  use(): { readonly anonymousBytes: number; readonly mappedBytes: number };
  /** Nothing may be in it any more. */
  remove(): void;
}

/** Names of the two versions of the kernel's interface. */
const versions = [
  {
    folder: '/sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    peak: 'memory.max_usage_in_bytes',
    events: 'memory.oom_control',
    anonymous: 'total_rss',
    mapped: 'total_mapped_file',
  },
  {
    folder: '/sys/fs/cgroup',
    limit: 'memory.max',
    peak: 'memory.peak',
    events: 'memory.events',
    anonymous: 'anon',
    mapped: 'file_mapped',
  },
] as const;

/** Undefined: this machine has no such groups, or not for us. */
export function createMemoryGroup(name: string, limitBytes: number): MemoryGroup | undefined {
  for (const version of versions) {
    const folder = join(version.folder, name);
    const path = (file: string): string => join(folder, file);
    try {
      mkdirSync(folder);
    } catch {
      continue;
    }
    if (!existsSync(path(version.limit))) {
      rmdirSync(folder);
      continue;
    }
    writeFileSync(path(version.limit), String(limitBytes));
    const counted = (file: string, field: string): number =>
      Number(new RegExp(`^${field} (\\d+)$`, 'm').exec(readFileSync(path(file), 'utf8'))?.[1] ?? Number.NaN);
    return {
      enter: ['sh', '-c', 'echo $$ > "$0" && exec "$@"', path('cgroup.procs')],
      killed: () => counted(version.events, 'oom_kill'),
      peakBytes: () => Number(readFileSync(path(version.peak), 'utf8')),
      use: () => ({
        anonymousBytes: counted('memory.stat', version.anonymous),
        mappedBytes: counted('memory.stat', version.mapped),
      }),
      remove: () => rmdirSync(folder),
    };
  }
  return undefined;
}

/** A copy that nobody has in memory. */
export function copyOutOfMemory(from: string, to: string): void {
  execFileSync('cp', [from, to]);
  execFileSync('dd', [`of=${to}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none']);
}
