/** Docker itself and Compose, as Debian has them, and the roots of the images that its page takes from registries. */
import { copyFileSync, existsSync, globSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildClientBusybox } from '../../support/programs/client-busybox.ts';
import { unpackedPackages } from '../../support/machine/debian.ts';
import { machineName } from '../../support/machine/paths.ts';
import { stageBase, stageNode } from '../../support/machine/stage.ts';

export interface Engine {
  /** Of its programs and their libraries. */
  readonly env: Readonly<Record<string, string>>;
  /** A root with Node.js, on which the image of the host stands. */
  readonly runtime: string;
  /** BusyBox on musl. */
  readonly alpine: string;
  /** HAProxy with all libraries but the C library. */
  readonly haproxy: string;
}

/** `musl`: its shared library. */
export async function stageEngine(folder: string, musl: string): Promise<Engine> {
  const packages = ['docker.io', 'containerd', 'runc'];
  const { folder: unpacked } = await unpackedPackages('bookworm', packages, { withLibraries: true });
  const libraries = globSync(['usr/lib/*-linux-gnu', 'lib/*-linux-gnu'], { cwd: unpacked });
  const programs = ['usr/bin', 'usr/sbin', 'sbin'].map((path) => join(unpacked, path)).filter(existsSync);
  const { folder: haproxy } = await unpackedPackages('bookworm', ['haproxy'], { withLibraries: true });
  // Bookworm has the first Compose alone. This one loads nothing but the C library.
  const { folder: compose } = await unpackedPackages('trixie', ['docker-compose']);
  rmSync(folder, { recursive: true, force: true });
  const settings = join(folder, 'settings');
  mkdirSync(settings, { recursive: true });
  symlinkSync(join(compose, 'usr/libexec/docker/cli-plugins'), join(settings, 'cli-plugins'));
  const engine = {
    env: {
      PATH: `${programs.join(':')}:${process.env['PATH']}:/usr/sbin:/sbin`,
      LD_LIBRARY_PATH: libraries.map((path) => join(unpacked, path)).join(':'),
      DOCKER_CONFIG: settings,
    },
    runtime: join(folder, 'runtime'),
    alpine: join(folder, 'alpine'),
    haproxy,
  };
  await stageNode(engine.runtime);
  await stageBase(engine.alpine);
  mkdirSync(join(engine.alpine, 'bin'));
  copyFileSync(await buildClientBusybox('musl-gcc'), join(engine.alpine, 'bin/busybox'));
  for (const name of ['wget', 'nslookup']) symlinkSync('busybox', join(engine.alpine, 'bin', name));
  copyFileSync(musl, join(engine.alpine, `lib/ld-musl-${machineName}.so.1`));
  return engine;
}
