/** Provides what the tests need on this machine, and says what could not be provided. */
import { provideClients } from '../../test/clients/clients.ts';
import { browserCommand } from '../../test/support/machine/browser.ts';
import { installedCommands } from '../../test/support/machine/debian-install.ts';
import { provideDebianPrograms } from '../../test/support/machine/debian-programs.ts';
import { describeLibc, provideLibcs } from '../../test/support/worlds/libcs.ts';
import { provideNamespaces } from '../../test/support/worlds/namespaces.ts';

/** What could be brought. */
export interface Provided {
  /** What is missing in the end, each with its reason. */
  readonly missing: readonly string[];
  /** What is not as expected and yet no failure. */
  readonly remarks: readonly string[];
}

/**
 * Brings what the system tests need: on Debian as root their packages are installed, and the C libraries of other
 * releases are fetched into `.cache`.
 */
export async function provideRequirements(): Promise<Provided> {
  const [worlds, ...lacking] = await Promise.all([provideWorlds(), commands(), debianPrograms()]);
  return { ...worlds, missing: [...worlds.missing, ...lacking.flat(), ...rights()] };
}

/** Brings what real C libraries in private namespaces need. */
export async function provideWorlds(): Promise<Provided> {
  const [lacking, { missing, remarks }] = await Promise.all([namespaces(), cLibraries()]);
  return { missing: [...lacking, ...missing], remarks };
}

/** Brings the client programs, built from their sources into `.cache` where they are not there. */
export async function provideClientPrograms(): Promise<Provided> {
  const worlds = await provideWorlds();
  try {
    return { ...worlds, missing: [...worlds.missing, ...(await provideClients()).missing] };
  } catch (error) {
    return { ...worlds, missing: [...worlds.missing, `client programs: ${String(error)}`] };
  }
}

async function namespaces(): Promise<string[]> {
  try {
    await provideNamespaces();
    return [];
  } catch (error) {
    return [`private namespaces: ${String(error)}`];
  }
}

async function cLibraries(): Promise<Provided> {
  try {
    const { available, missing, remarks } = await provideLibcs();
    for (const libc of Object.values(available)) console.log(`  ${describeLibc(libc)}`);
    return { missing: Object.entries(missing).map(([name, reason]) => `${name}: ${reason}`), remarks };
  } catch (error) {
    return { missing: [`C libraries: ${String(error)}`], remarks: [] };
  }
}

async function debianPrograms(): Promise<string[]> {
  try {
    await provideDebianPrograms();
    return [];
  } catch (error) {
    return [`programs of Debian: ${String(error)}`];
  }
}

function rights(): string[] {
  return process.getuid?.() === 0 ? [] : ['root: only root can build images and start a program as another user'];
}

/** Command → the Debian package that brings it. */
async function commands(): Promise<string[]> {
  const lacking = await installedCommands({
    buildah: 'buildah',
    go: 'golang-go',
    [browserCommand]: 'chromium-headless-shell',
    zsh: 'zsh',
    fish: 'fish',
    mandoc: 'mandoc',
  });
  return lacking.map((command) => `${command}: not installed, and not installable here`);
}
