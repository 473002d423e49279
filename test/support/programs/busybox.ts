/** BusyBox out of Debian's sources, with the applets that a test names and no others. */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../machine/command.ts';
import { unpackedSource } from '../machine/debian.ts';
import { built, kernelHeaders } from './builds.ts';

export interface BusyboxBuild {
  /** Of the build, to tell it from others. */
  readonly name: string;
  /** Debian's release of which the sources are. */
  readonly suite: string;
  /** Options of its configuration without `CONFIG_`; all others are off. */
  readonly options: readonly string[];
  readonly compiler: string;
  /** What the compiler is, where its name does not say it. */
  readonly compilerVersion?: string;
}

/** An applet is chosen by the first argument only when the file's name begins with "busybox". */
const program = 'busybox';

export async function buildBusybox({
  name,
  suite,
  options,
  compiler,
  compilerVersion = '',
}: BusyboxBuild): Promise<string> {
  // glibc's compiler finds them beside its own.
  const flags = compiler === 'gcc' ? '' : `-isystem ${await kernelHeaders()}`;
  const inputs = [await readFile(import.meta.filename, 'utf8'), suite, compiler, compilerVersion, ...options];
  const folder = await built(`busybox-${name}`, inputs, async (draft) => {
    const source = join(draft, 'source');
    await mkdir(source);
    await unpackedSource(suite, 'busybox', source);
    const make = (...args: string[]) => runCommand('make', ['-C', source, 'HOSTCC=gcc', `CC=${compiler}`, ...args]);
    await make('allnoconfig');
    const file = join(source, '.config');
    const text = (await readFile(file, 'utf8')).replaceAll(/^# CONFIG_(\w+) is not set$/gm, (line, option: string) =>
      options.includes(option) ? `CONFIG_${option}=y` : line,
    );
    await writeFile(file, text);
    await runCommand('sh', ['-c', 'yes "" | make -C "$0" oldconfig', source]);
    await make(`-j${availableParallelism()}`, `EXTRA_CFLAGS=${flags}`, program);
    await copyFile(join(source, program), join(draft, program));
    await rm(source, { recursive: true });
  });
  return join(folder, program);
}
