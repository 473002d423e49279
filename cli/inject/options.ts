/** The command lines of `inject` and `uninject`. */
import { readEnvironment } from '../../shared/settings/read-settings.ts';
import { environmentName, webhookSettings, type WebhookSettings } from '../../shared/settings/settings.ts';
import { suggestName } from '../../shared/values/suggest-name.ts';
import type { ServerVersion } from '../../webhook/kubernetes/server-version.ts';
import { commonOptionOf, parseArguments, type OptionDefinition, type ParsedArguments } from '../terminal/arguments.ts';
import { readAddress, readDomain, readNamespace } from '../terminal/cluster-values.ts';
import type { CommandDescription } from '../terminal/command-help.ts';
import { outputOption, readOutputFormat, type OutputFormat } from '../terminal/output-format.ts';
import { UsageError } from '../terminal/usage-error.ts';

export interface FileOptions {
  readonly files: readonly string[];
  readonly isRecursive: boolean;
  readonly isDiff: boolean;
  /** Of objects that name none. */
  readonly namespace: string;
  /** Of the report. */
  readonly output: OutputFormat;
}

/** What options say of every namespace, unless the files say otherwise. */
export interface NamespaceOptions {
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly namespaceAnnotations: Readonly<Record<string, string>>;
}

export interface UninjectOptions extends FileOptions, NamespaceOptions {}

export interface InjectOptions extends FileOptions, NamespaceOptions {
  /** What an option or a setting says; undefined: an assumption takes its place. */
  readonly clusterDomain: string | undefined;
  readonly nameservers: readonly string[] | undefined;
  readonly serverVersion: ServerVersion | undefined;
  readonly settings: WebhookSettings;
}

export const defaultNamespace = 'default';
export const assumedDomain = 'cluster.local';
export const assumedNameserver = '10.96.0.10';

const fileOptions: readonly OptionDefinition[] = [
  {
    name: 'filename',
    short: 'f',
    aliases: ['file'],
    value: 'FILE',
    repeatable: true,
    meaning: 'a manifest (YAML or JSON), a folder of them, or - for standard input; may be given several times',
  },
  { name: 'recursive', short: 'R', meaning: 'of a folder, the manifests in its folders, too' },
  {
    name: 'namespace',
    short: 'n',
    value: 'NAMESPACE',
    meaning: `namespace of objects that name none (${defaultNamespace})`,
  },
  { name: 'diff', meaning: 'print the change, as diff -u does, instead of the manifests' },
  { ...outputOption, meaning: `form of the report on standard error: ${outputOption.meaning}` },
];

const namespaceOptions: readonly OptionDefinition[] = [
  {
    name: 'namespace-label',
    value: 'NAME=VALUE',
    repeatable: true,
    meaning: 'a label of every namespace; the files say more of one that stands there',
  },
  {
    name: 'namespace-annotation',
    value: 'NAME=VALUE',
    repeatable: true,
    meaning: 'an annotation of every namespace, such as a setting of ours',
  },
];

export const injectCommand: CommandDescription = {
  name: 'inject',
  summary: 'adds the sidecar to manifests, as the webhook would',
  usage: '-f FILE|DIR|- [options]',
  purpose: [
    'Decides on each pod and pod template in the manifests as the webhook does, without a cluster, and prints the manifests with the sidecar in those that are injected. Lines that do not change stay as they are, with comments, anchors and forms. What became of each workload is written to standard error.',
    'Namespaces and LimitRanges that stand in the manifests count. A namespace that does not stand there is taken as opted in.',
  ],
  options: [
    ...fileOptions,
    { name: 'cluster-domain', value: 'DOMAIN', meaning: `the cluster's domain (${assumedDomain})` },
    {
      name: 'nameserver',
      value: 'ADDRESS',
      repeatable: true,
      meaning: `address of the cluster's DNS (${assumedNameserver}); may be given several times`,
    },
    ...namespaceOptions,
    { name: 'sidecar-image', value: 'IMAGE', meaning: 'image of the sidecar' },
    {
      name: 'kubernetes-version',
      value: 'VERSION',
      meaning: "the cluster's release, such as 1.33; without it, any since 1.29: what they differ in is left alone",
    },
    {
      name: 'setting',
      value: 'NAME=VALUE',
      repeatable: true,
      meaning: 'a setting of the webhook, by its variable, such as WEBHOOK_ALPINE_IMAGES=docker.io/library/traefik',
    },
  ],
  examples: [
    {
      line: 'alpine-resolver inject -f deployment.yaml --nameserver 10.43.0.10',
      what: 'the cluster of k3s has its DNS there',
    },
    {
      line: 'helm template chart/ | alpine-resolver inject -f - --diff',
      what: 'what would change of what Helm renders',
    },
    { line: 'alpine-resolver inject -f manifests/ -R --diff', what: 'what would change' },
    {
      line: 'alpine-resolver inject -f pod.yaml --namespace-label istio-injection=enabled',
      what: 'as in a namespace of Istio',
    },
  ],
  ends: ['done', 'no', 'usage', 'interrupted'],
};

export const uninjectCommand: CommandDescription = {
  name: 'uninject',
  summary: 'takes the sidecar out of manifests again',
  usage: '-f FILE|DIR|- [options]',
  purpose: [
    'Takes out of each pod and pod template what inject or the webhook put into it, and restores the dnsPolicy and dnsConfig that it had, which its status annotation holds. Lines that do not change stay as they are. What became of each workload is written to standard error.',
    'Annotations of a namespace count where a mesh takes them in the place of those of the pod.',
  ],
  options: [...fileOptions, ...namespaceOptions],
  examples: [
    { line: 'alpine-resolver uninject -f deployment.yaml', what: 'the manifest as it was' },
    {
      line: 'kubectl get pod web-0 -o yaml | alpine-resolver uninject -f - --diff',
      what: 'what an injection added',
    },
  ],
  ends: ['done', 'no', 'usage', 'interrupted'],
};

export function readUninjectOptions(args: readonly string[]): UninjectOptions | 'help' | 'version' {
  const parsed = parseArguments(args, uninjectCommand.options);
  return (
    commonOptionOf(parsed) ?? { ...readFileOptions(parsed, uninjectCommand.name), ...readNamespaceOptions(parsed) }
  );
}

/** @param command that has these options */
export function readInjectOptions(
  args: readonly string[],
  command = injectCommand.name,
): InjectOptions | 'help' | 'version' {
  const parsed = parseArguments(args, injectCommand.options);
  const other = commonOptionOf(parsed);
  if (other !== undefined) return other;
  const settings = readSettings(parsed);
  const addresses = parsed.values('nameserver').map(readAddress);
  return {
    ...readFileOptions(parsed, command),
    clusterDomain: readDomain(parsed.value('cluster-domain')) ?? settings.clusterDomain,
    nameservers: addresses.length > 0 ? addresses : settings.nameservers,
    ...readNamespaceOptions(parsed),
    serverVersion: readVersion(parsed.value('kubernetes-version')),
    settings,
  };
}

function readNamespaceOptions(parsed: ParsedArguments): NamespaceOptions {
  return {
    namespaceLabels: readMembers(parsed, 'namespace-label'),
    namespaceAnnotations: readMembers(parsed, 'namespace-annotation'),
  };
}

function readFileOptions(parsed: ParsedArguments, command: string): FileOptions {
  const [word] = parsed.positionals;
  if (word !== undefined)
    throw new UsageError(`${word}: ${command} takes no words but options; a file is given with -f ${word}`);
  const files = parsed.values('filename');
  if (files.length === 0)
    throw new UsageError(`${command} needs -f FILE: a manifest, a folder of them, or - for standard input`);
  return {
    files,
    isRecursive: parsed.isSet('recursive'),
    isDiff: parsed.isSet('diff'),
    namespace: readNamespace(parsed.value('namespace') ?? defaultNamespace),
    output: readOutputFormat(parsed.value('output')),
  };
}

/** Through the webhook's own table. */
function readSettings(parsed: ParsedArguments): WebhookSettings {
  const given = readMembers(parsed, 'setting');
  const known = webhookSettings.map((definition) => environmentName(definition));
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const suggestion = suggestName(name, known);
    throw new UsageError(
      `--setting ${name}: the webhook has no such setting${suggestion === undefined ? '' : `, did you mean ${suggestion}?`}`,
    );
  }
  const { values, issues } = readEnvironment(webhookSettings, given);
  const [issue] = issues;
  if (issue) throw new UsageError(`--setting ${issue.message}`);
  const image = parsed.value('sidecar-image');
  return image === undefined ? values : { ...values, sidecarImage: image };
}

function readMembers(parsed: ParsedArguments, option: string): Record<string, string> {
  return Object.fromEntries(
    parsed.values(option).map((text) => {
      const at = text.indexOf('=');
      if (at <= 0) throw new UsageError(`--${option} ${text}: it must be a name and a value, as NAME=VALUE`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function readVersion(text: string | undefined): ServerVersion | undefined {
  if (text === undefined) return undefined;
  const [, major, minor] = /^v?(\d{1,3})\.(\d{1,3})(?:[.+-].*)?$/.exec(text) ?? [];
  if (major === undefined) throw new UsageError(`--kubernetes-version ${text}: it must be a release such as 1.33`);
  return { major: Number(major), minor: Number(minor) };
}
