/** The images that need no registry: made from programs on the machine, from npm and from Debian packages. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Programs } from './build.ts';
import { buildImage } from './buildah.ts';
import { run } from '../support/machine/command.ts';
import { type Musl, fetchBusyboxSource, fetchMusl, machineName } from './debian.ts';
import { pauseImage } from './machine/configuration.ts';
import { clusterFolder, debianFolder, imagesFolder, logsFolder } from '../support/machine/paths.ts';
import { step } from '../support/machine/steps.ts';
import {
  certificates,
  stageBase,
  stageLibraries,
  stageNode,
  stageNodeWithNpm,
  stageProgram,
} from '../support/machine/stage.ts';

export const imageNames = {
  pause: pauseImage,
  coredns: 'localhost/coredns:test',
  /** Base of the product's own images. */
  node: 'localhost/node-runtime:test',
  /** Base in which the product's bundles are built. */
  nodeWithNpm: 'localhost/node-npm:test',
  /** A musl userland; its name is what the product recognizes Alpine by. */
  alpine: 'localhost/alpine:3.22',
  glibc: 'localhost/glibc:test',
  /** An application's image, derived from one that behaves as alpine-kubernetes does. */
  ownResolver: 'localhost/legacy-application:1.0-alpine',
};

const stagesFolder = join(imagesFolder, 'stages');
const sourcesFolder = join(clusterFolder, 'images');

/** The first process of the namespaces and of every pod. */
export const pauseProgram = join(imagesFolder, 'pause');

export async function compilePause(): Promise<void> {
  await mkdir(imagesFolder, { recursive: true });
  await run('gcc', ['-Os', '-static', '-s', '-o', pauseProgram, join(sourcesFolder, 'pause.c')]);
}

/** Gives the archives of all images that the machinery itself brings. */
export async function buildImages(programs: Programs): Promise<string[]> {
  const musl = await step('musl of Debian and BusyBox compiled with it', async () => {
    const found = await fetchMusl();
    await compileBusybox(found);
    return found;
  });
  process.stdout.write(`    Alpine is played by musl ${musl.version}\n`);
  return step('images', async () => [
    await stageImage(imageNames.pause, 'CMD ["/pause"]', (root) => copyFile(pauseProgram, join(root, 'pause'))),
    await stageImage(imageNames.coredns, 'ENTRYPOINT ["/coredns"]', async (root) => {
      await copyFile(programs.coredns, join(root, 'coredns'));
    }),
    await stageImage(imageNames.node, 'CMD ["/usr/local/bin/node"]', stageNode),
    await stageImage(imageNames.alpine, 'CMD ["/bin/probe", "wait"]', (root) => stageMusl(root, musl)),
    await stageImage(imageNames.glibc, 'CMD ["/bin/probe", "wait"]', stageGlibc),
    await stageImage(imageNames.ownResolver, 'ENTRYPOINT ["/init"]\nCMD ["/bin/probe", "wait"]', async (root) => {
      await stageMusl(root, musl);
      await copyFile(join(sourcesFolder, 'own-resolver.sh'), join(root, 'init'));
      await chmod(join(root, 'init'), 0o755);
    }),
  ]);
}

/** Stays with buildah: no pod runs it. */
export async function buildNodeWithNpm(): Promise<void> {
  await stageImage(imageNames.nodeWithNpm, `ENV NODE_EXTRA_CA_CERTS=${certificates}`, stageNodeWithNpm);
}

async function stageImage(name: string, instructions: string, fill: (root: string) => Promise<void>): Promise<string> {
  const stage = join(stagesFolder, name.replaceAll(/[^\w.-]/g, '_'));
  const root = join(stage, 'root');
  await rm(stage, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await fill(root);
  const dockerfile = join(stage, 'Dockerfile');
  await writeFile(dockerfile, `FROM scratch\nCOPY root/ /\n${instructions}\n`);
  const fingerprint = await fingerprintOf(stage);
  const archive = await buildImage({ name, context: stage, dockerfile, fingerprint });
  await rm(stage, { recursive: true });
  return archive;
}

async function stageMusl(root: string, musl: Musl): Promise<void> {
  await stageBase(root);
  await stageProgram(root, '/usr/bin/dig', 'usr/bin/dig');
  await mkdir(join(root, 'bin'), { recursive: true });
  await copyFile(musl.loader, join(root, 'lib', `ld-musl-${machineName}.so.1`));
  await chmod(join(root, 'lib', `ld-musl-${machineName}.so.1`), 0o755);
  await compileWithMusl(musl, ['-Os', '-s', '-o', join(root, 'bin/probe'), join(sourcesFolder, 'probe.c')]);
  await copyFile(busyboxProgram, join(root, 'bin/busybox'));
  const applets = await run(musl.loader, [busyboxProgram, '--list']);
  for (const applet of applets.stdout.split('\n').filter(Boolean)) {
    await symlink('busybox', join(root, 'bin', applet));
  }
  await writeFile(join(root, 'etc/alpine-release'), '3.22.0\n');
}

async function stageGlibc(root: string): Promise<void> {
  await stageBase(root);
  await mkdir(join(root, 'bin'));
  await stageProgram(root, '/usr/bin/dig', 'usr/bin/dig');
  const probe = join(root, 'bin/probe');
  await run('gcc', ['-Os', '-s', '-o', probe, join(sourcesFolder, 'probe.c')]);
  await stageLibraries(root, probe);
  // As Debian's images have it: all lines of the hosts file count, not the first that fits.
  await writeFile(join(root, 'etc/host.conf'), 'multi on\n');
}

/** gcc with musl's headers, start files and library instead of glibc's. */
async function compileWithMusl(musl: Musl, args: readonly string[]): Promise<void> {
  await run(await writeMuslCompiler(musl), args);
}

async function writeMuslCompiler(musl: Musl): Promise<string> {
  const compiler = join(debianFolder, `musl-${musl.version}-gcc`);
  const gccInclude = (await run('gcc', ['-print-file-name=include'])).stdout.trim();
  await writeFile(
    compiler,
    `#!/bin/sh
compile="-nostdinc -isystem ${musl.include} -isystem ${gccInclude} -fno-pie -fno-stack-protector -U_FORTIFY_SOURCE"
for word in "$@"; do case "$word" in -c|-E|-S|-M|-MM|-r) exec gcc $compile "$@";; esac; done
exec gcc $compile -no-pie -nostdlib -nostartfiles -L${musl.lib} -Wl,-dynamic-linker,/lib/ld-musl-${machineName}.so.1 \\
  ${musl.lib}/crt1.o ${musl.lib}/crti.o "$@" -lc -lgcc ${musl.lib}/crtn.o
`,
  );
  await chmod(compiler, 0o755);
  return compiler;
}

const busyboxProgram = join(debianFolder, 'busybox');

async function compileBusybox(musl: Musl): Promise<void> {
  const configuration = await readFile(join(sourcesFolder, 'busybox.config'), 'utf8');
  const stamp = `${musl.version}\n${configuration}`;
  const stampFile = join(debianFolder, 'busybox.stamp');
  if (existsSync(busyboxProgram) && (await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return;
  const source = await fetchBusyboxSource();
  const logFile = join(logsFolder, 'busybox.log');
  const headers = await linkKernelHeaders();
  const make = (args: readonly string[]) => run('make', ['-C', source, ...args], { logFile });
  await make(['mrproper']);
  await make(['allnoconfig']);
  const wanted = new Map(
    configuration
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.split('=')[0] ?? '', line]),
  );
  const configFile = join(source, '.config');
  const lines = (await readFile(configFile, 'utf8')).split('\n').map((line) => {
    const key = /^# (CONFIG_\w+) is not set$/.exec(line)?.[1];
    return (key === undefined ? undefined : wanted.get(key)) ?? line;
  });
  await writeFile(configFile, lines.join('\n'));
  await run('sh', ['-c', `yes '' | make -C "$1" oldconfig`, 'sh', source], { logFile });
  await make([
    `-j${availableParallelism()}`,
    `CC=${await writeMuslCompiler(musl)}`,
    'HOSTCC=gcc',
    `EXTRA_CFLAGS=-isystem ${headers}`,
    'busybox',
  ]);
  await copyFile(join(source, 'busybox'), busyboxProgram);
  await writeFile(stampFile, stamp);
  await rm(source, { recursive: true });
}

/** The kernel's headers without the rest of /usr/include, which is glibc's. */
async function linkKernelHeaders(): Promise<string> {
  const folder = join(debianFolder, 'kernel-headers');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const name of ['linux', 'asm-generic', 'mtd']) await symlink(`/usr/include/${name}`, join(folder, name));
  const asm = [`/usr/include/${machineName}-linux-gnu/asm`, '/usr/include/asm'].find(existsSync);
  if (asm !== undefined) await symlink(asm, join(folder, 'asm'));
  return folder;
}

async function fingerprintOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  for (const path of paths) hash.update(path).update(await readFile(path));
  return hash.digest('hex');
}
