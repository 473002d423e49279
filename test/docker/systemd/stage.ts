/** What is added to /usr of the machine with systemd: Node.js, systemd-resolved, and nothing of what it would install. */
import { copyFileSync, cpSync, globSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedPackages } from '../../support/machine/debian.ts';

export interface Stage {
  /** A layer for /usr. */
  readonly usr: string;
  /** Units beside those that the world has itself. */
  readonly units: string;
}

/** Installed, the package would make itself the resolver of this machine. */
export async function stageSystemd(folder: string): Promise<Stage> {
  const { folder: unpacked } = await unpackedPackages('bookworm', ['systemd-resolved'], { withLibraries: true });
  const stage = { usr: join(folder, 'usr'), units: join(folder, 'units') };
  rmSync(folder, { recursive: true, force: true });
  for (const path of ['bin', 'lib/systemd', 'lib/resolved', 'share'])
    mkdirSync(join(stage.usr, path), { recursive: true });
  mkdirSync(stage.units);
  linkSync(process.execPath, join(stage.usr, 'bin/node'));
  cpSync(join(unpacked, 'usr/share/dbus-1'), join(stage.usr, 'share/dbus-1'), { recursive: true });
  cpSync(join(unpacked, 'lib/systemd/system/systemd-resolved.service'), join(stage.units, 'systemd-resolved.service'));
  // Its libraries may be of another release than those of the machine.
  const libraries = globSync('usr/lib/*-linux-gnu', { cwd: unpacked }).map((path) => join(unpacked, path));
  for (const path of [...libraries, ...libraries.map((path) => join(path, 'systemd'))])
    for (const name of readdirSync(path).filter((name) => name.includes('.so')))
      copyFileSync(join(path, name), join(stage.usr, 'lib/resolved', name));
  for (const [from, to] of [
    ['usr/bin/resolvectl', 'bin/resolvectl'],
    ['lib/systemd/systemd-resolved', 'lib/systemd/systemd-resolved'],
  ] as const) {
    const program = `lib/resolved/${to.split('/').at(-1)}`;
    cpSync(join(unpacked, from), join(stage.usr, program));
    const script = `#!/bin/sh\nLD_LIBRARY_PATH=/usr/lib/resolved exec /usr/${program} "$@"\n`;
    writeFileSync(join(stage.usr, to), script, { mode: 0o755 });
  }
  return stage;
}
