/** The images that need no registry: made from programs on the machine, from npm and from Debian packages. */
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Programs } from './build.ts';
import { buildImage } from './buildah.ts';
import { run } from '../support/machine/command.ts';
import { type Musl, fetchMusl, muslSuite, writeMuslCompiler } from './musl.ts';
import { buildBusybox } from '../support/programs/busybox.ts';
import { pauseImage } from './machine/configuration.ts';
import { clusterFolder, imagesFolder, machineName } from '../support/machine/paths.ts';
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
  const { musl, busybox } = await step('musl of Debian and BusyBox compiled with it', async () => {
    const found = await fetchMusl();
    return { musl: found, busybox: await compileBusybox(found) };
  });
  process.stdout.write(`    Alpine is played by musl ${musl.version}\n`);
  return step('images', async () => [
    await stageImage(imageNames.pause, 'CMD ["/pause"]', (root) => copyFile(pauseProgram, join(root, 'pause'))),
    await stageImage(imageNames.coredns, 'ENTRYPOINT ["/coredns"]', async (root) => {
      await copyFile(programs.coredns, join(root, 'coredns'));
    }),
    await stageImage(imageNames.node, 'CMD ["/usr/local/bin/node"]', stageNode),
    await stageImage(imageNames.alpine, 'CMD ["/bin/probe", "wait"]', (root) => stageMusl(root, musl, busybox)),
    await stageImage(imageNames.glibc, 'CMD ["/bin/probe", "wait"]', stageGlibc),
    await stageImage(imageNames.ownResolver, 'ENTRYPOINT ["/init"]\nCMD ["/bin/probe", "wait"]', async (root) => {
      await stageMusl(root, musl, busybox);
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

async function stageMusl(root: string, musl: Musl, busybox: string): Promise<void> {
  await stageBase(root);
  await stageProgram(root, '/usr/bin/dig', 'usr/bin/dig');
  await mkdir(join(root, 'bin'), { recursive: true });
  await copyFile(musl.loader, join(root, 'lib', `ld-musl-${machineName}.so.1`));
  await chmod(join(root, 'lib', `ld-musl-${machineName}.so.1`), 0o755);
  await run(await writeMuslCompiler(musl), [
    '-Os',
    '-s',
    '-o',
    join(root, 'bin/probe'),
    join(sourcesFolder, 'probe.c'),
  ]);
  await copyFile(busybox, join(root, 'bin/busybox'));
  const applets = await run(musl.loader, [busybox, '--list']);
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

async function compileBusybox(musl: Musl): Promise<string> {
  const configuration = await readFile(join(sourcesFolder, 'busybox.config'), 'utf8');
  return buildBusybox({
    name: 'alpine',
    suite: muslSuite,
    options: configuration.split('\n').filter(Boolean),
    compiler: await writeMuslCompiler(musl),
    compilerVersion: musl.version,
  });
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
