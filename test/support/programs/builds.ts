/** Where programs built from source are kept: `.cache/programs/`, a folder per program, its sources and its build settings. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { machineName, projectFolder } from '../machine/paths.ts';
import { madeOnce, shortHash } from '../machine/made-once.ts';
import { runCommand } from '../machine/command.ts';

const builds = join(projectFolder, '.cache', 'programs');

/** Makes the build once; `inputs` are all texts that it depends on. */
export function built(name: string, inputs: readonly string[], make: (folder: string) => Promise<void>) {
  return madeOnce(`${name}-${shortHash(...inputs)}`, make, builds);
}

/** A folder with the kernel's headers alone: musl-gcc leaves them out, and glibc's must stay out. */
export function kernelHeaders(): Promise<string> {
  return built('kernel-headers', [machineName], async (folder) => {
    const links = {
      linux: '/usr/include/linux',
      'asm-generic': '/usr/include/asm-generic',
      mtd: '/usr/include/mtd',
      asm: [`/usr/include/${machineName}-linux-gnu/asm`, '/usr/include/asm'].find(existsSync) ?? '',
    };
    for (const [name, target] of Object.entries(links)) await runCommand('ln', ['-s', target, join(folder, name)]);
  });
}
