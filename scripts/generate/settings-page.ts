/** Generates docs/settings.md from the tables of settings. */
import { annotations, labels, labelValues } from '../../shared/values/names.ts';
import { annotationName, environmentName, type SettingDefinition } from '../../shared/settings/setting-definition.ts';
import {
  discoverySettings,
  injectionSettings,
  sidecarSettings,
  webhookSettings,
} from '../../shared/settings/settings.ts';
import { oldVariables } from '../../shared/settings/old-variables.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** docs/settings.md */
export function settingsPage(): string {
  return `${generatedFrom('shared/settings/sidecar-settings.ts, shared/settings/discovery-settings.ts, shared/settings/injection-settings.ts and shared/settings/webhook-settings.ts')}
# Settings

Every setting has a variable; many of the sidecar's can also be set by an annotation, on a pod or on its namespace.
What is set at more than one place is taken from the last of: default, [variable of go-dnsmasq](from-go-dnsmasq.md), environment,
namespace annotation, pod annotation. A value that is not accepted on a pod refuses the pod with a message that says what is accepted; on a
namespace it is ignored with a warning. Unknown variables and values that are not accepted end a program's start
(exit code 78).

The sidecar has two profiles, and each of its settings says for which it is: \`pod\`, \`host\` or both. The profile \`host\`
(\`RESOLVER_PROFILE\`) is [for the clients of a machine](local-data.md); a default that differs there is named behind that of the pod.

Lists are separated by commas or blanks. The sidecar's annotations on a running pod can be changed: \`kubectl annotate
--overwrite\` takes effect within about a minute, without a restart, for all of them. Those of a namespace become variables of the
sidecar when a pod is injected: a change affects only pods that are created afterwards.

## Whether a pod is injected

${table(['Name', 'On', 'Meaning'], optInRows())}

## Annotations

${table(['Annotation', 'Profile', 'Accepted', 'Default', 'Meaning'], sidecarSettings.filter((entry) => entry.annotation).map(sidecarAnnotationRow))}

Of what the webhook adds to a pod. A change affects only pods that are created afterwards; for all namespaces the
webhook's own [variables](#variables-of-the-webhook) set the same.

${table(['Annotation', 'Accepted', 'Default', 'Meaning'], injectionSettings.map(annotationRow))}

Annotations that the webhook writes:

${table(['Annotation', 'Meaning'], writtenRows())}

## Variables of the sidecar

The webhook sets what the sidecar needs. Outside Kubernetes these are the whole configuration.

${table(['Variable', 'Profile', 'Accepted', 'Default', 'Meaning', 'go-dnsmasq'], sidecarSettings.map(sidecarRow))}

## Variables of a Docker host

Of the sidecar where \`RESOLVER_DOCKER\` or \`RESOLVER_API_LISTEN\` is set, beside its own ([on a Docker host](docker.md)). No pod has them,
and they are no annotations. An [argument of dnsdock](from-dnsdock.md#arguments) goes before the variable that takes its place.

${table(['Variable', 'Accepted', 'Default', 'Meaning'], discoverySettings.map(variableCells))}

## Variables of the webhook

${table(['Variable', 'Accepted', 'Default', 'Meaning'], webhookSettings.map(variableCells))}
`;
}

function optInRows(): string[][] {
  return [
    [`label ${code(`${labels.inject}: ${labelValues.optIn}`)}`, 'namespace', 'Pods of the namespace are injected.'],
    [
      `label ${code(`${labels.inject}: ${labelValues.optOut}`)}`,
      'pod',
      'The pod is left alone; the webhook is not even called.',
    ],
    [
      `annotation ${code(annotations.inject)}`,
      'pod, namespace',
      '`auto`: pods with an Alpine image. `always`: without a look at the image. `never`: not at all. `enabled` and `true` read as `always` on a pod and as `auto` on a namespace, `disabled` and `false` as `never`.',
    ],
  ];
}

function writtenRows(): string[][] {
  return [
    [
      code(annotations.resolvConf),
      "The pod's original resolver configuration, as resolv.conf text. May also be set by the user beforehand; in a running pod, a change takes effect. A pod with `dnsPolicy: Default` that did not bring it has none: its sidecar reads the file that the kubelet wrote, and to set it later has no effect.",
    ],
    [
      code(annotations.podResolvConf),
      'The text that is mounted as `/etc/resolv.conf` where the pod’s own DNS is left alone.',
    ],
    [
      code(annotations.status),
      'What was added, as JSON: `version`, `at`, `namespace`, `original`, `scope`, `added`; see [called again](injection.md#called-again).',
    ],
    [code(annotations.rotate), 'Not on pods: a new value on the Secret of the CA forces a rotation.'],
  ];
}

function annotationRow(definition: SettingDefinition): string[] {
  const [, ...rest] = variableCells(definition);
  return [code(annotationName(definition.key)), ...rest];
}

function sidecarAnnotationRow(definition: SettingDefinition): string[] {
  const [name = '', ...rest] = annotationRow(definition);
  return [name, definition.profile ?? 'both', ...rest];
}

function sidecarRow(definition: SettingDefinition): string[] {
  const [name = '', ...rest] = variableCells(definition);
  const old = oldVariables.filter(({ settings }) => (settings as readonly string[]).includes(definition.key));
  return [name, definition.profile ?? 'both', ...rest, old.map((variable) => code(variable.name)).join(', ')];
}

function variableCells(definition: SettingDefinition): string[] {
  const { kind, meaning, source, resolvConf } = definition;
  const notes = [
    ...(resolvConf === undefined ? [] : [`resolv.conf: ${code(resolvConf)}.`]),
    ...(source === undefined ? [] : [`Source: ${source}.`]),
  ];
  return [code(environmentName(definition)), kind.describe(), defaultText(definition), [meaning, ...notes].join(' ')];
}

function defaultText(definition: SettingDefinition): string {
  const own = definition.defaultText ?? textOf(definition, definition.default);
  if (!('hostDefault' in definition)) return own;
  return `${own}; host: ${definition.hostDefaultText ?? textOf(definition, definition.hostDefault)}`;
}

function textOf({ kind }: SettingDefinition, value: unknown): string {
  return value === undefined ? 'none' : code(kind.format(value));
}
