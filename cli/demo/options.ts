/** The command line of the demo. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { looksLikeManifestName } from '../manifests/text.ts';
import { alpineReleases, knownAlpineReleases, muslOf, type ChosenMusl } from '../models/alpine-releases.ts';
import { optionsHelp, parseArguments, type OptionDefinition } from '../terminal/arguments.ts';
import type { CommandDescription } from '../terminal/command-help.ts';
import { printable, wrapped } from '../terminal/output.ts';
import { readAddress, readDomain, readNamespace } from '../terminal/cluster-values.ts';
import { UsageError } from '../terminal/usage-error.ts';

export interface DemoOptions {
  readonly once: boolean;
  readonly full: boolean;
  readonly real: boolean;
  readonly musl: ChosenMusl;
  readonly resolvConfFile: string | undefined;
  /** Port of the nameservers in that file. */
  readonly port: number;
  readonly podFiles: readonly string[];
  /** Of the objects in those files that name none. */
  readonly namespace: string;
  /** What the demo assumes of the cluster where the user says nothing else. */
  readonly clusterDomain: string | undefined;
  readonly nameserver: string | undefined;
  readonly names: readonly string[];
  /** Where names of files begin. */
  readonly folder: string;
}

const defaultMusl = '1.2.5';
const defaultNamespace = 'default';
const standardDnsPort = 53;

const definitions: readonly OptionDefinition[] = [
  {
    name: 'file',
    short: 'f',
    aliases: ['filename', 'pod'],
    value: 'FILE',
    repeatable: true,
    meaning:
      'show what the webhook makes of the pods and pod templates in this manifest (YAML or JSON; - is standard input), and end; with NAMEs, look them up as in the first pod that is injected',
  },
  {
    name: 'name',
    value: 'NAME',
    repeatable: true,
    meaning: 'look this name up, also where a file is called so',
  },
  {
    name: 'namespace',
    short: 'n',
    value: 'NAMESPACE',
    meaning: `namespace of objects in FILE that name none (${defaultNamespace})`,
  },
  { name: 'cluster-domain', value: 'DOMAIN', meaning: "the cluster's domain, default cluster.local" },
  { name: 'nameserver', value: 'ADDRESS', meaning: "address of the cluster's DNS, default 10.96.0.10" },
  {
    name: 'resolv-conf',
    value: 'FILE',
    meaning: 'ask the nameservers of this file instead of the embedded cluster DNS',
  },
  { name: 'port', value: 'PORT', meaning: `port of those nameservers, default ${standardDnsPort}` },
  {
    name: 'musl',
    value: 'VERSION',
    values: alpineReleases,
    meaning: `the musl of the table: its version, or that of Alpine such as 3.16; default ${defaultMusl} (Alpine 3.20 to 3.23)`,
  },
  { name: 'real', meaning: "look up with this machine's real glibc and musl, in a private network" },
  { name: 'once', meaning: 'end after the table instead of serving until Ctrl-C' },
  { name: 'full', meaning: "print all of the pod's change" },
];

/** Its help is that of `npm start`, which runs it, too. */
export const demoCommand: CommandDescription = {
  name: 'demo',
  summary: 'runs both programs on loopback and shows what they do',
  usage: '[options] [NAME...]',
  purpose: [
    'Runs the webhook and the sidecar on loopback, without root and without a cluster: shows what the webhook changes in a pod, then looks names up as Alpine (musl) does, as Debian (glibc) does, and as Alpine does through the sidecar. NAMEs are looked up instead of the handful that comes with it.',
  ],
  options: definitions,
  examples: [
    { line: 'alpine-resolver demo -f deployment.yaml', what: 'what becomes of the pods in a manifest' },
    { line: 'alpine-resolver demo cart.shop.svc example.com', what: 'names of your own' },
  ],
  ends: ['done', 'no', 'usage'],
};

export function demoHelp(columns: number): string {
  return `Usage: npm start -- [options] [NAME...]
       alpine-resolver demo [options] [NAME...]

${demoCommand.purpose.flatMap((text) => wrapped(text, columns)).join('\n')}

${optionsHelp(definitions, columns)}
Examples:
  npm start
  npm start -- cart.shop.svc example.com
  npm start -- -f deployment.yaml
  helm template chart/ | npm start -- -f -
  npm start -- --resolv-conf /etc/resolv.conf example.com

Exit codes: 0 changed, or nothing to do; 1 a pod is refused, or something
failed; 2 wrong use, input that cannot be read, or no pod in it
`;
}

/** @param folder where the user stands */
export function readDemoOptions(args: readonly string[], folder: string): DemoOptions | 'help' | 'version' {
  const parsed = parseArguments(args, definitions);
  if (parsed.isSet('help')) return 'help';
  if (parsed.isSet('version')) return 'version';
  const podFiles = parsed.values('file');
  const resolvConfFile = parsed.value('resolv-conf');
  const nameserver = parsed.value('nameserver');
  const refuseTogether = (option: string, other: string, why: string) => {
    if (parsed.isSet(option) && parsed.isSet(other)) throw new UsageError(`--${option} with --${other}: ${why}`);
  };
  if (parsed.isSet('port') && resolvConfFile === undefined)
    throw new UsageError('--port is the port of the nameservers in --resolv-conf FILE, which is not given');
  if (parsed.isSet('namespace') && podFiles.length === 0)
    throw new UsageError('--namespace is that of the objects in -f FILE, which is not given');
  refuseTogether(
    'real',
    'resolv-conf',
    'it runs in a network of its own, from which the nameservers of the file cannot be reached',
  );
  refuseTogether('real', 'musl', 'it runs the musl that this machine has');
  refuseTogether('resolv-conf', 'nameserver', 'the file names the nameservers');
  refuseTogether('resolv-conf', 'cluster-domain', 'the file has the search list');
  if ([...podFiles, resolvConfFile].filter((file) => file === '-').length > 1)
    throw new UsageError('standard input (-) can be read once only');
  return {
    once: parsed.isSet('once'),
    full: parsed.isSet('full'),
    real: parsed.isSet('real'),
    musl: readMusl(parsed.value('musl') ?? defaultMusl),
    resolvConfFile,
    port: readPort(parsed.value('port')),
    podFiles,
    namespace: readNamespace(parsed.value('namespace') ?? defaultNamespace),
    clusterDomain: readDomain(parsed.value('cluster-domain')),
    nameserver: nameserver === undefined ? undefined : readAddress(nameserver),
    names: [
      ...parsed.positionals.map((word) => refuseFile(checkedName(word), folder)),
      ...parsed.values('name').map(checkedName),
    ],
    folder,
  };
}

function readMusl(text: string): ChosenMusl {
  const musl = muslOf(text);
  if (musl !== undefined) return musl;
  throw new UsageError(
    `--musl ${text}: there is a model of musl 1.1.17 and later, such as ${defaultMusl}, which are Alpine ${knownAlpineReleases()}`,
  );
}

function readPort(text: string | undefined): number {
  const port = text === undefined ? standardDnsPort : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`--port ${text}: a port is an integer from 1 to 65535`);
  return port;
}

function checkedName(name: string): string {
  if (name === '' || /\s/.test(name) || printable(name) !== name)
    throw new UsageError(`${JSON.stringify(name)} is no name that can be looked up`);
  return name;
}

/** Who types the name of a file means the file: as a name it would only be searched for until every timeout is over. */
function refuseFile(word: string, folder: string): string {
  if (isFile(resolve(folder, word)))
    throw new UsageError(
      `${word} is a file: -f ${word} shows what becomes of its pods, --name ${word} looks it up as a name`,
    );
  if (word.includes('/'))
    throw new UsageError(`${word} is no name that can be looked up; a file is given with -f ${word}`);
  if (looksLikeManifestName(word))
    throw new UsageError(
      `${word}: there is no such file in ${folder}; a file is given with -f, and --name ${word} looks it up as a name`,
    );
  return word;
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // What is too long for a file's name is none.
    return false;
  }
}
