/** Reads the settings in the annotations of a pod and its namespace. */
import { parseResolvConf } from '../../../shared/resolv-conf/resolv-conf.ts';
import { annotations } from '../../../shared/values/names.ts';
import { invalid, readAnnotations, type SettingIssue } from '../../../shared/settings/read-settings.ts';
import {
  injectionDefaults,
  injectionSettings,
  sidecarSettings,
  type InjectionSettings,
  type SidecarSettings,
} from '../../../shared/settings/settings.ts';
import { choice } from '../../../shared/values/value-kinds.ts';
import { textOf } from '../../kubernetes/json.ts';

/** What the annotations of pod and namespace say; the pod's win. */
export interface PodSettings {
  readonly inject: InjectMode;
  /** Both levels together, without faulty values, and below them what a container told its own resolver. */
  readonly values: AnnotatedSettings;
  /** The settings of what is added, from the webhook's own, the namespace and the pod. */
  readonly injection: InjectionSettings;
  /** Of the namespace alone: they become the sidecar's environment. */
  readonly namespaceValues: AnnotatedSettings;
  readonly podIssues: readonly SettingIssue[];
  readonly namespaceIssues: readonly SettingIssue[];
  /** Original configuration that the pod brings itself, as resolv.conf text. */
  readonly resolvConf: string | undefined;
}

export type AnnotatedSettings = Partial<SidecarSettings & InjectionSettings>;

const annotatedSettings = [...sidecarSettings, ...injectionSettings] as const;

/** `always` skips the recognition of Alpine and no other rule. */
export type InjectMode = 'auto' | 'always' | 'never';

type Annotations = Readonly<Record<string, string>>;

const injectModes = ['auto', 'always', 'never'] as const;
const wordsForNever = ['disabled', 'false'];

/** Who has `enabled` on a pod comes from an injector that looks at no image (linkerd), and expects to be injected. */
const injectKinds = {
  pod: choice(injectModes, { always: ['enabled', 'true'], never: wordsForNever }),
  namespace: choice(injectModes, { auto: ['enabled', 'true'], never: wordsForNever }),
};

export function readPodSettings(
  podAnnotations: Annotations,
  namespaceAnnotations: Annotations,
  ofWebhook: InjectionSettings = injectionDefaults,
  ofContainer: Partial<SidecarSettings> = {},
): PodSettings {
  const pod = readAnnotations(annotatedSettings, podAnnotations);
  const namespace = readAnnotations(annotatedSettings, namespaceAnnotations);
  const podInject = readInject(podAnnotations, 'pod');
  const namespaceInject = readInject(namespaceAnnotations, 'namespace');
  const resolvConf = readResolvConf(podAnnotations);
  return {
    inject: podInject.value ?? namespaceInject.value ?? 'auto',
    values: { ...ofContainer, ...namespace.values, ...pod.values },
    injection: injectionOf(ofWebhook, namespace.values, pod.values),
    namespaceValues: namespace.values,
    podIssues: [...podInject.issues, ...resolvConf.issues, ...pod.issues],
    namespaceIssues: [...namespaceInject.issues, ...namespace.issues],
    resolvConf: resolvConf.value,
  };
}

/** The last of the levels that has a value. */
function injectionOf(ofWebhook: InjectionSettings, ...levels: readonly AnnotatedSettings[]): InjectionSettings {
  const values: Record<string, unknown> = {};
  for (const { key } of injectionSettings) {
    const level = levels.findLast((one) => Object.hasOwn(one, key)) ?? ofWebhook;
    values[key] = level[key];
  }
  return values as unknown as InjectionSettings;
}

function readInject(
  texts: Annotations,
  on: 'pod' | 'namespace',
): { value: InjectMode | undefined; issues: SettingIssue[] } {
  const name = annotations.inject;
  const text = textOf(texts, name);
  if (text === undefined) return { value: undefined, issues: [] };
  const parsed = injectKinds[on].parse(text);
  if (parsed.ok) return { value: parsed.value, issues: [] };
  return { value: undefined, issues: [invalid(name, text, parsed)] };
}

/** An empty text counts as none: it is what remains when somebody clears the annotation. */
function readResolvConf(texts: Annotations): { value: string | undefined; issues: SettingIssue[] } {
  const name = annotations.resolvConf;
  const text = textOf(texts, name);
  if (text === undefined || text.trim() === '') return { value: undefined, issues: [] };
  if (parseResolvConf(text).hasNameserver) return { value: text, issues: [] };
  return { value: undefined, issues: [invalid(name, text, { accepted: 'resolv.conf text with a nameserver line' })] };
}
