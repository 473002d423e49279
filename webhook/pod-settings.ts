import { parseResolvConf } from '../sidecar/decide/resolv-conf.ts';
import { annotations } from '../shared/names.ts';
import { invalid, readAnnotations, type SettingIssue } from '../shared/read-settings.ts';
import { sidecarSettings, type SidecarSettings } from '../shared/settings.ts';
import { choice } from '../shared/value-kinds.ts';
import { textOf } from './json.ts';

/** What the annotations of pod and namespace say; the pod's win. */
export interface PodSettings {
  readonly inject: InjectMode;
  /** Both levels together, without faulty values. */
  readonly values: AnnotatedSettings;
  /** Of the namespace alone: they become the sidecar's environment. */
  readonly namespaceValues: AnnotatedSettings;
  readonly podIssues: readonly SettingIssue[];
  readonly namespaceIssues: readonly SettingIssue[];
  /** Original configuration that the pod brings itself, as resolv.conf text. */
  readonly resolvConf: string | undefined;
}

export type AnnotatedSettings = Partial<SidecarSettings>;

/** `always` skips the recognition of Alpine and no other rule. */
export type InjectMode = 'auto' | 'always' | 'never';

type Annotations = Readonly<Record<string, string>>;

const injectWords: Readonly<Record<string, InjectMode>> = {
  auto: 'auto',
  enabled: 'auto',
  true: 'auto',
  always: 'always',
  never: 'never',
  disabled: 'never',
  false: 'never',
};
const injectKind = choice(Object.keys(injectWords));

export function readPodSettings(podAnnotations: Annotations, namespaceAnnotations: Annotations): PodSettings {
  const pod = readAnnotations(sidecarSettings, podAnnotations);
  const namespace = readAnnotations(sidecarSettings, namespaceAnnotations);
  const podInject = readInject(podAnnotations);
  const namespaceInject = readInject(namespaceAnnotations);
  const resolvConf = readResolvConf(podAnnotations);
  return {
    inject: podInject.value ?? namespaceInject.value ?? 'auto',
    values: { ...namespace.values, ...pod.values },
    namespaceValues: namespace.values,
    podIssues: [...podInject.issues, ...resolvConf.issues, ...pod.issues],
    namespaceIssues: [...namespaceInject.issues, ...namespace.issues],
    resolvConf: resolvConf.value,
  };
}

function readInject(texts: Annotations): { value: InjectMode | undefined; issues: SettingIssue[] } {
  const name = annotations.inject;
  const text = textOf(texts, name);
  if (text === undefined) return { value: undefined, issues: [] };
  const parsed = injectKind.parse(text);
  if (parsed.ok) return { value: injectWords[parsed.value], issues: [] };
  return { value: undefined, issues: [invalid(name, text, 'one of auto, always, never')] };
}

/** An empty text counts as none: it is what remains when somebody clears the annotation. */
function readResolvConf(texts: Annotations): { value: string | undefined; issues: SettingIssue[] } {
  const name = annotations.resolvConf;
  const text = textOf(texts, name);
  if (text === undefined || text.trim() === '') return { value: undefined, issues: [] };
  if (parseResolvConf(text, { hostName: '' }).hasNameserver) return { value: text, issues: [] };
  return { value: undefined, issues: [invalid(name, text, 'resolv.conf text with a nameserver line')] };
}
