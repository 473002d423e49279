/** The sidecar's program: the only place here that reads the process. */
import { hostname } from 'node:os';
import type { TakenArguments } from '../shared/program/command-line.ts';
import { runProgram } from '../shared/program/run.ts';
import { readSidecarEnvironment, type OldVariableNotice } from '../shared/settings/read-old-variables.ts';
import { sidecarSettings, type SidecarSettings } from '../shared/settings/settings.ts';
import { inheritedSockets, isForDns, socketVariables } from './decide/configuration/inherited-sockets.ts';
import { settingFaults } from './decide/configuration/setting-faults.ts';
import type * as DiscoveryBundle from './discovery/discovery.ts';
import { createSidecar } from './sidecar.ts';

/** From the start of the image: why the code that its build has compiled is not used. */
declare const ALPINE_RESOLVER_CODE_UNUSED: string | undefined;

// Small buffers are parts of a larger one, which any of them keeps: Node.js takes 64 KiB (docs/decisions/memory-is-given-back.md).
Buffer.poolSize = 8 * 1024;

const sockets = inheritedSockets(process.env, process.pid);
// Programs that this one starts have none of its sockets.
for (const name of socketVariables) delete process.env[name];

/** Told when there is a log. */
let notices: readonly OldVariableNotice[] = [];
let argumentNotices: readonly OldVariableNotice[] = [];

let bundle: typeof DiscoveryBundle | undefined;

void runProgram<SidecarSettings | DiscoveryBundle.HostSettings>(
  {
    help: {
      name: 'sidecar',
      purpose: 'answers the DNS queries of the pod as glibc would resolve them',
      settings: sidecarSettings,
      startFailure: 'when an address cannot be bound',
    },
    takenArguments,
    async readSettings(environment) {
      const wantsDiscovery = ['RESOLVER_DOCKER', 'RESOLVER_API_LISTEN'].find(
        (name) => (environment[name] ?? '') !== '',
      );
      const read =
        wantsDiscovery === undefined
          ? readSidecarEnvironment(environment)
          : await readHostSettings(environment, wantsDiscovery);
      notices = read.notices;
      return { ...read, notices: [...argumentNotices, ...notices] };
    },
    settingFaults: (settings) => settingFaults(settings, { inherits: sockets.some(isForDns) }),
    create(settings, log) {
      if (typeof ALPINE_RESOLVER_CODE_UNUSED === 'string')
        log.warn('compiled-code-unused', { why: ALPINE_RESOLVER_CODE_UNUSED });
      for (const { name, message } of argumentNotices) log.warn('old-argument', { argument: name, message });
      for (const { name, message } of notices) log.warn('old-variable', { variable: name, message });
      return createSidecar({
        settings,
        sockets,
        log,
        now: () => performance.now(),
        wallNow: Date.now,
        hostName: hostname,
        residentMemoryBytes: () => process.memoryUsage.rss(),
        heapBytes: () => process.memoryUsage().heapTotal,
        discovery: 'docker' in settings ? bundle?.createDiscovery({ settings, log, wallNow: Date.now }) : undefined,
      });
    },
  },
  process,
);

/** Those of the bundle for Docker hosts; a pod's image has no such bundle, and takes none. */
async function takenArguments(): Promise<TakenArguments | undefined> {
  try {
    const { argumentSettings: settings, argumentLines: lines, readArguments } = await loadDiscovery();
    return {
      purpose: 'answers the DNS queries of a Docker host and its containers, or of a pod',
      settings,
      lines,
      read(args, environment) {
        const read = readArguments(args, environment);
        if ('notices' in read) argumentNotices = read.notices;
        return read;
      },
    };
  } catch {
    return undefined;
  }
}

/** `variable` is why. */
async function readHostSettings(environment: NodeJS.ProcessEnv, variable: string) {
  try {
    return (await loadDiscovery()).readSettings(environment);
  } catch (error) {
    const why = `there is no discovery.cjs beside the sidecar, as in the image docker-host (${String(error)})`;
    const issue = { problem: 'invalid', name: variable, message: `${variable}: ${why}` } as const;
    return { values: readSidecarEnvironment({}).values, issues: [issue], notices: [] };
  }
}

async function loadDiscovery(): Promise<typeof DiscoveryBundle> {
  bundle = await import('./discovery/discovery.ts');
  return bundle;
}
