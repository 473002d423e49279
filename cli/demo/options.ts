/** The command line of the demo. */
import { optionsHelp, parseArguments, type OptionDefinition } from '../arguments.ts';
import { generationOf, type MuslGeneration } from '../models/musl-generations.ts';
import { UsageError } from '../usage-error.ts';

export interface DemoOptions {
  readonly once: boolean;
  readonly full: boolean;
  readonly real: boolean;
  readonly muslVersion: string;
  readonly generation: MuslGeneration;
  readonly resolvConfFile: string | undefined;
  /** Port of the nameservers in that file. */
  readonly port: number;
  readonly podFiles: readonly string[];
  readonly names: readonly string[];
}

const DEFAULT_MUSL = '1.2.5';
const DNS_PORT = 53;

const definitions: readonly OptionDefinition[] = [
  { name: 'once', meaning: 'end after the table instead of serving until Ctrl-C' },
  {
    name: 'pod',
    value: 'FILE',
    repeatable: true,
    meaning: 'inject the pods of this manifest (YAML or JSON) instead of the sample',
  },
  {
    name: 'resolv-conf',
    value: 'FILE',
    meaning: 'ask the nameservers of this file instead of the embedded cluster DNS',
  },
  { name: 'port', value: 'PORT', meaning: `port of those nameservers, default ${DNS_PORT}` },
  {
    name: 'musl',
    value: 'VERSION',
    meaning: `which musl the table shows, default ${DEFAULT_MUSL} (Alpine 3.20 and later)`,
  },
  { name: 'real', meaning: "look up with this machine's real glibc and musl, in a private network" },
  { name: 'full', meaning: "print all of the pod's change" },
];

export const demoHelp = `Usage: npm start -- [options] [NAME...]
       alpine-resolver demo [options] [NAME...]

Runs the webhook and the sidecar on loopback, without root and without a cluster: shows what the
webhook changes in a pod, then looks names up as Alpine (musl) does, as Debian (glibc) does, and as
Alpine does through the sidecar. NAMEs are looked up instead of the handful that comes with it.

${optionsHelp([...definitions, { name: 'help', meaning: 'this text' }])}`;

/** Undefined: help is wanted. */
export function readDemoOptions(args: readonly string[]): DemoOptions | undefined {
  const parsed = parseArguments(args, definitions);
  if (parsed.isSet('help')) return undefined;
  const muslVersion = parsed.value('musl') ?? DEFAULT_MUSL;
  const generation = generationOf(muslVersion);
  if (generation === undefined)
    throw new UsageError(`--musl ${muslVersion}: there is a model of musl 1.1.17 and later, such as ${DEFAULT_MUSL}`);
  const resolvConfFile = parsed.value('resolv-conf');
  if (parsed.isSet('port') && resolvConfFile === undefined)
    throw new UsageError('--port is the port of the nameservers in --resolv-conf FILE, which is not given');
  if (parsed.isSet('real') && resolvConfFile !== undefined)
    throw new UsageError(
      '--real runs in a network of its own, from which the nameservers of --resolv-conf cannot be reached',
    );
  if (parsed.isSet('real') && parsed.isSet('musl'))
    throw new UsageError("--real runs the musl that this machine has; --musl chooses the model's version");
  return {
    once: parsed.isSet('once'),
    full: parsed.isSet('full'),
    real: parsed.isSet('real'),
    muslVersion,
    generation,
    resolvConfFile,
    port: readPort(parsed.value('port')),
    podFiles: parsed.values('pod'),
    names: parsed.positionals.map(checkedName),
  };
}

function readPort(text: string | undefined): number {
  const port = text === undefined ? DNS_PORT : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`--port ${text}: a port is an integer from 1 to 65535`);
  return port;
}

function checkedName(name: string): string {
  if (name === '' || /\s/.test(name)) throw new UsageError(`${JSON.stringify(name)} is no name that can be looked up`);
  return name;
}
