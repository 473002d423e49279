/** Where built clients are kept: `.cache/clients/`, a folder per program, its sources and its build settings. */
import { join } from 'node:path';
import { projectFolder } from '../machine/paths.ts';
import { madeOnce, shortHash } from '../worlds/cache.ts';
import { runCommand } from '../machine/command.ts';
import { unpackedSource } from '../worlds/debian.ts';

export const programs = join(import.meta.dirname, '../../clients/programs');

const builds = join(projectFolder, '.cache', 'clients');

/** The machine's architecture as compilers and packages call it. */
export const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

/** Debian 12, the release whose programs the machine has, too. */
const suite = 'bookworm';

/** Makes the build once; `inputs` are all texts that it depends on. */
export function built(name: string, inputs: readonly string[], make: (folder: string) => Promise<void>) {
  return madeOnce(`${name}-${shortHash(...inputs)}`, make, builds);
}

/** The sources of a Debian package, in the folder of one build. */
export async function sources(name: string, folder: string): Promise<void> {
  await unpackedSource(suite, name, folder);
}

/** A folder with the kernel's headers alone: musl-gcc leaves them out, and glibc's must stay out. */
export function kernelHeaders(): Promise<string> {
  return built('kernel-headers', [machine], async (folder) => {
    const links = {
      linux: '/usr/include/linux',
      'asm-generic': '/usr/include/asm-generic',
      mtd: '/usr/include/mtd',
      asm: `/usr/include/${machine}-linux-gnu/asm`,
    };
    for (const [name, target] of Object.entries(links)) await runCommand('ln', ['-s', target, join(folder, name)]);
  });
}
