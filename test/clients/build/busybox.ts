/** BusyBox as Alpine has it, with the two applets that resolve names: its own `nslookup`, and `wget` by libc. */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../support/machine/command.ts';
import { built, kernelHeaders, sources } from '../../support/programs/builds.ts';

const neededOptions = [
  'BUSYBOX',
  'FEATURE_IPV6',
  'FEATURE_NSLOOKUP_BIG',
  'FEATURE_NSLOOKUP_LONG_OPTIONS',
  'FEATURE_WGET_LONG_OPTIONS',
  'FEATURE_WGET_TIMEOUT',
  'LFS',
  'LONG_OPTS',
  'NSLOOKUP',
  'WGET',
];

/** The applet is chosen by the first argument only when the file's name begins with "busybox". */
const program = 'busybox';

export async function buildBusybox(compiler: 'gcc' | 'musl-gcc'): Promise<string> {
  const headers = compiler === 'musl-gcc' ? ['-isystem', await kernelHeaders()] : [];
  const folder = await built(
    `busybox-${compiler}`,
    [await readFile(import.meta.filename, 'utf8'), compiler],
    async (draft) => {
      const source = join(draft, 'source');
      await mkdir(source);
      await sources('busybox', source);
      const make = (...args: string[]) => runCommand('make', ['-C', source, 'HOSTCC=gcc', `CC=${compiler}`, ...args]);
      await make('allnoconfig');
      const file = join(source, '.config');
      const isOff = /^# CONFIG_(\w+) is not set$/gm;
      const options = (await readFile(file, 'utf8')).replaceAll(isOff, (line, name: string) =>
        neededOptions.includes(name) ? `CONFIG_${name}=y` : line,
      );
      await writeFile(file, options);
      await runCommand('sh', ['-c', 'yes "" | make -C "$0" oldconfig', source]);
      await make('-j2', `EXTRA_CFLAGS=${headers.join(' ')}`, program);
      await copyFile(join(source, program), join(draft, program));
      await rm(source, { recursive: true });
    },
  );
  return join(folder, program);
}
