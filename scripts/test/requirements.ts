import { provideClients } from '../../test/clients/clients.ts';
import { installedCommands } from '../../test/system/debian.ts';
import { provideLibcs } from '../../test/system/libcs.ts';
import { provideNamespaces } from '../../test/system/namespaces.ts';

/**
 * Brings what the system tests need: on Debian as root their packages are installed, and the C libraries of other
 * releases are fetched into `.cache`. Returns what is missing in the end, each with its reason.
 */
export async function provideRequirements(): Promise<string[]> {
  const missing = await Promise.all([provideWorlds(), commands()]);
  return [...missing.flat(), ...rights()];
}

/** Brings what real C libraries in private namespaces need; the same result. */
export async function provideWorlds(): Promise<string[]> {
  const missing = await Promise.all([namespaces(), cLibraries()]);
  return missing.flat();
}

/** Brings the client programs, built from their sources into `.cache` where they are not there; the same result. */
export async function provideClientPrograms(): Promise<string[]> {
  const worlds = await provideWorlds();
  try {
    return [...worlds, ...(await provideClients()).missing];
  } catch (error) {
    return [...worlds, `client programs: ${String(error)}`];
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

async function cLibraries(): Promise<string[]> {
  try {
    const { missing } = await provideLibcs();
    return Object.entries(missing).map(([name, reason]) => `${name}: ${reason}`);
  } catch (error) {
    return [`C libraries: ${String(error)}`];
  }
}

function rights(): string[] {
  return process.getuid?.() === 0 ? [] : ['root: only root can build images and start a program as another user'];
}

/** Command → the Debian package that brings it. */
async function commands(): Promise<string[]> {
  const lacking = await installedCommands({ buildah: 'buildah' });
  return lacking.map((command) => `${command}: not installed, and not installable here`);
}
