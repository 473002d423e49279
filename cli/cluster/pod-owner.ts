/** What has to be restarted for a pod to be created anew. Nothing but the pod is read for it. */
import { stringAt, textOf, type JsonObject } from '../../webhook/kubernetes/json.ts';
import { controllerOf } from '../../webhook/kubernetes/owner.ts';
import { labelsOf } from '../../webhook/kubernetes/pod.ts';
import { printable } from '../terminal/output.ts';
import type { KubectlTarget } from './reader.ts';

export interface PodOwner {
  readonly namespace: string;
  /** `deployment`, as kubectl takes it. */
  readonly kind: string;
  readonly name: string;
  /** `Deployment shop/web` */
  readonly title: string;
  /** `kubectl rollout restart` creates its pods anew. */
  readonly isRestarted: boolean;
}

/** Kinds that `kubectl rollout restart` knows. */
const restarted = new Set(['deployment', 'statefulset', 'daemonset']);

/** Of these Kubernetes has names; what a pod says of its owner nobody checks, and a shell may read the line. */
const plainName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

export function ownerOf(pod: JsonObject): PodOwner {
  const namespace = stringAt(pod, 'metadata', 'namespace') ?? '';
  const controller = controllerOf(pod);
  if (controller === undefined) return ownerWith(namespace, 'Pod', stringAt(pod, 'metadata', 'name') ?? '');
  const { kind, name } = controller;
  const hash = textOf(labelsOf(pod), 'pod-template-hash');
  // A ReplicaSet of a Deployment has its name and the hash of the template.
  const isOfDeployment = kind === 'ReplicaSet' && hash !== undefined && name.endsWith(`-${hash}`);
  if (isOfDeployment) return ownerWith(namespace, 'Deployment', name.slice(0, -hash.length - 1));
  return ownerWith(namespace, kind, name);
}

function ownerWith(namespace: string, kindName: string, name: string): PodOwner {
  const kind = kindName.toLowerCase();
  const isRestarted = restarted.has(kind) && plainName.test(name) && plainName.test(namespace);
  return { namespace, kind, name, title: `${kindName} ${namespace}/${name}`, isRestarted };
}

/**
 * `kubectl rollout restart deployment/web -n shop --context 'prod'`; for a pod of its own, for Jobs, and for names that no
 * shell shall read, what else has to be done, as a comment of one line.
 * @param target undefined: the pod was read from no cluster
 */
export function restartLine(owner: PodOwner, target: KubectlTarget | undefined): string {
  const { namespace, kind, name, isRestarted } = owner;
  if (!isRestarted) return printable(`# ${withoutKubectl(owner)}`);
  const { context, kubeconfig } = target ?? {};
  if ([context, kubeconfig].some((text) => text !== undefined && printable(text) !== text))
    return `# restart ${kind} ${namespace}/${name}: its context or kubeconfig has a name with control characters`;
  const flags = `${flagText('context', context)}${flagText('kubeconfig', kubeconfig)}`;
  return `kubectl rollout restart ${kind}/${name} -n ${namespace}${flags}`;
}

/** Whether it is such a command, which must stay one line: its beginning alone is one, too, for another cluster. */
export function isRestartCommand(line: string): boolean {
  return /^kubectl rollout restart \S+\/\S+ -n /.test(line);
}

function withoutKubectl({ namespace, kind, name }: PodOwner): string {
  if (kind === 'job') return `create job ${namespace}/${name} anew, or wait for the next of its cronjob`;
  if (kind === 'pod') return `create pod ${namespace}/${name} anew: nothing does it by itself`;
  return `have ${kind} ${namespace}/${name} create its pods anew`;
}

function flagText(flag: string, value: string | undefined): string {
  return value === undefined ? '' : ` --${flag} ${shellQuoted(value)}`;
}

/** One word for a shell of POSIX, whatever is in it: within `'…'` nothing but `'` has a meaning. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
