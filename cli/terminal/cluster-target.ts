/** The options that say which cluster, and what of it: those of kubectl. */
import type { NameKind, OptionDefinition, ParsedArguments } from './arguments.ts';
import { readNamespace } from './cluster-values.ts';
import { UsageError } from './usage-error.ts';

/** Which cluster, and as whom. */
export interface ClusterTarget {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly as: string | undefined;
  /** undefined: that of the context. */
  readonly namespace: string | undefined;
}

/** Names that the kubeconfig has, or the cluster, of its namespace if they are of pods. */
export interface ClusterNames {
  readonly kind: NameKind;
  readonly target: ClusterTarget;
}

export interface ClusterSelection extends ClusterTarget {
  readonly isAllNamespaces: boolean;
  /** Of pods, by their labels. */
  readonly selector: string | undefined;
}

export const targetOptions: readonly OptionDefinition[] = [
  { name: 'context', value: 'NAME', names: 'contexts', meaning: 'context of the kubeconfig' },
  { name: 'kubeconfig', value: 'FILE', meaning: 'instead of KUBECONFIG and ~/.kube/config' },
  { name: 'as', value: 'USER', meaning: 'ask the cluster in the name of this user' },
];

export const selectionOptions: readonly OptionDefinition[] = [
  { name: 'all-namespaces', short: 'A', meaning: 'all namespaces' },
  { name: 'selector', short: 'l', value: 'SELECTOR', meaning: 'pods with these labels alone, as kubectl takes them' },
];

export function readTarget(parsed: ParsedArguments): ClusterTarget {
  const namespace = parsed.value('namespace');
  return {
    kubeconfig: parsed.value('kubeconfig'),
    context: parsed.value('context'),
    as: parsed.value('as'),
    namespace: namespace === undefined ? undefined : readNamespace(namespace),
  };
}

export function readSelection(parsed: ParsedArguments): ClusterSelection {
  if (parsed.isSet('all-namespaces') && parsed.isSet('namespace'))
    throw new UsageError('--namespace with --all-namespaces: it is one or all');
  return {
    ...readTarget(parsed),
    isAllNamespaces: parsed.isSet('all-namespaces'),
    selector: parsed.value('selector'),
  };
}

const podKinds = ['pod', 'pods', 'po'];

/** What Kubernetes takes for the name of a pod, and of most other objects. */
export const objectName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** `pod/web-0`, as kubectl takes it; undefined: it is none. */
export function readPodWord(word: string): string | undefined {
  const [kind = '', name, more] = word.split('/');
  if (!podKinds.includes(kind.toLowerCase()) || name === undefined || more !== undefined) return undefined;
  if (objectName.test(name)) return name;
  throw new UsageError(`${word}: that is no name of a pod`);
}
