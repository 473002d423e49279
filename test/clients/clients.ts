/** The clients: each kind on every C library that it can run on. What cannot be had here is said with its reason. */
import { join } from 'node:path';
import { runCommand } from '../support/machine/command.ts';
import { installedCommands } from '../support/machine/debian-install.ts';
import { provideLibcs, type Libc, type LibcName } from '../support/worlds/libcs.ts';
import { buildClientBusybox } from '../support/programs/client-busybox.ts';
import { clientPrograms } from './build/sources.ts';
import { buildCurl } from './build/curl.ts';
import { buildGo } from '../support/programs/go.ts';
import { buildJava } from './build/java.ts';
import { provideNodeMusl } from './build/node-musl.ts';
import type { Kind } from './calls.ts';

export interface Client {
  name: string;
  kind: Kind;
  /** The C library that it runs on. */
  libc: LibcName;
  command: readonly string[];
}

export interface Clients {
  available: readonly Client[];
  /** Why a client cannot run here. */
  missing: readonly string[];
}

type MuslName = Exclude<LibcName, 'glibc' | 'glibc-2.41'>;

/** Those with a loader of their own. */
const muslNames: readonly MuslName[] = ['musl-1.2.2', 'musl-1.2.3', 'musl-1.2.5', 'musl-1.2.6'];
/** Those that bring what Node 24 needs. */
const nodeMusl: readonly MuslName[] = ['musl-1.2.5', 'musl-1.2.6'];

interface Source {
  kind: Kind;
  /** Command or file → the Debian package that brings it. */
  needs: Record<string, string>;
  /** The command line on the machine's glibc. */
  glibc?: () => Promise<readonly string[]>;
  /** The program and its first arguments, to be started by musl's loader. */
  musl?: () => Promise<readonly string[]>;
  on?: readonly MuslName[];
}

const go = { go: 'golang-go' };
const muslCompiler = {
  gcc: 'gcc',
  make: 'make',
  'musl-gcc': 'musl-tools',
  '/usr/include/linux/types.h': 'linux-libc-dev',
};
const nodeProgram = join(clientPrograms, 'lookup.ts');

const goSource = join(clientPrograms, 'go');

const sources: readonly Source[] = [
  { kind: 'go', needs: go, glibc: async () => [await buildGo('netgo', goSource)] },
  { kind: 'go cgo', needs: { ...go, gcc: 'gcc' }, glibc: async () => [await buildGo('cgo-glibc', goSource)] },
  {
    kind: 'go cgo',
    needs: { ...go, ...muslCompiler },
    musl: async () => [await buildGo('cgo-musl', goSource)],
    on: muslNames,
  },
  { kind: 'node', needs: {}, glibc: async () => [process.execPath, nodeProgram] },
  {
    kind: 'node',
    needs: { python3: 'python3', pip3: 'python3-pip' },
    musl: async () => [await provideNodeMusl(), nodeProgram],
    on: nodeMusl,
  },
  {
    kind: 'python',
    needs: { python3: 'python3' },
    glibc: async () => [
      (await runCommand('python3', ['-c', 'import sys; print(sys.executable)'])).trim(),
      join(clientPrograms, 'lookup.py'),
    ],
  },
  { kind: 'java', needs: { java: 'default-jdk-headless', javac: 'default-jdk-headless' }, glibc: buildJava },
  { kind: 'dig', needs: { dig: 'bind9-dnsutils' }, glibc: async () => ['dig'] },
  {
    kind: 'nslookup',
    needs: muslCompiler,
    musl: async () => [await buildClientBusybox('musl-gcc'), 'nslookup'],
    on: ['musl-1.2.5'],
  },
  { kind: 'wget', needs: { gcc: 'gcc', make: 'make' }, glibc: async () => [await buildClientBusybox('gcc'), 'wget'] },
  {
    kind: 'wget',
    needs: muslCompiler,
    musl: async () => [await buildClientBusybox('musl-gcc'), 'wget'],
    on: muslNames,
  },
  { kind: 'curl', needs: { curl: 'curl' }, glibc: async () => ['curl'] },
  { kind: 'curl', needs: muslCompiler, musl: async () => [await buildCurl()], on: muslNames },
];

export async function provideClients(): Promise<Clients> {
  const { available: libcs, missing: missingLibcs } = await provideLibcs(['glibc', ...muslNames]);
  const available: Client[] = [];
  const missing: string[] = [];
  for (const { kind, needs, glibc, musl, on = [] } of sources) {
    const what = `${kind} ${glibc ? 'on glibc' : 'on musl'}`;
    try {
      const lacking = await installedCommands(needs);
      if (lacking.length > 0) throw new Error(`not installed and not installable here: ${lacking.join(', ')}`);
      if (glibc) available.push({ name: `${kind} (glibc)`, kind, libc: 'glibc', command: await glibc() });
      const command = musl === undefined ? [] : await musl();
      const ready = on.filter((name) => libcs[name] !== undefined);
      for (const name of ready)
        available.push({
          name: `${kind} (${name})`,
          kind,
          libc: name,
          command: [...loaderOf(libcs[name]), ...command],
        });
      const lacked = on.filter((name) => libcs[name] === undefined);
      missing.push(...lacked.map((name) => `${kind} on ${name}: ${missingLibcs[name] ?? 'not here'}`));
    } catch (error) {
      missing.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { available, missing };
}

/** musl's loader is the first word of its probe. */
function loaderOf(libc: Libc | undefined): readonly string[] {
  return libc?.probe.slice(0, 1) ?? [];
}
