/** Recognises pods that run on Windows. */
import {
  arrayAt,
  objectAt,
  objectsAt,
  stringAt,
  stringsAt,
  textOf,
  textsAt,
  type JsonObject,
} from '../../kubernetes/json.ts';
import { otherContainers } from '../../kubernetes/pod.ts';

/**
 * What says that a pod runs on Windows, if anything does: its `os`, its node selector, or required node affinity that
 * no Linux node can meet; or Windows options, unless one of these says Linux.
 */
export function windowsSign(pod: JsonObject): string | undefined {
  const places = [
    ['spec.os.name', ofName(stringAt(pod, 'spec', 'os', 'name'))],
    ['the node selector', ofSelector(textsAt(pod, 'spec', 'nodeSelector'))],
    ['the required node affinity', ofTerms(objectsAt(pod, ...affinityPath))],
  ] as const;
  const against = places.find(([, { linux }]) => !linux);
  if (against) return `${against[0]} rules Linux out`;
  const isForLinux = places.some(([, { windows }]) => !windows);
  return isForLinux ? undefined : windowsOptions(pod);
}

/** Which systems may still run the pod. */
interface Systems {
  readonly linux: boolean;
  readonly windows: boolean;
}

const affinityPath = [
  ...['spec', 'affinity', 'nodeAffinity'],
  ...['requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'],
];

/** The second is the name that nodes had before Kubernetes 1.14, and still have. */
const systemLabels = ['kubernetes.io/os', 'beta.kubernetes.io/os'];

function ofName(name: string | undefined): Systems {
  return { linux: name !== 'windows', windows: name !== 'linux' };
}

function ofSelector(selector: Readonly<Record<string, string>>): Systems {
  return all(systemLabels.map((label) => textOf(selector, label)).map(ofValue));
}

function ofValue(value: string | undefined): Systems {
  return value === undefined ? both : { linux: value === 'linux', windows: value === 'windows' };
}

/** One of the terms has to be met. An empty one is met by no node (component-helpers nodeaffinity). */
function ofTerms(terms: readonly JsonObject[]): Systems {
  const systems = terms
    .filter((term) => [...arrayAt(term, 'matchExpressions'), ...arrayAt(term, 'matchFields')].length > 0)
    .map((term) => all(objectsAt(term, 'matchExpressions').map(ofExpression)));
  if (systems.length === 0) return both;
  return { linux: systems.some(({ linux }) => linux), windows: systems.some(({ windows }) => windows) };
}

/** Every node has the label, and its value is no number. */
function ofExpression(expression: JsonObject): Systems {
  if (!systemLabels.includes(stringAt(expression, 'key') ?? '')) return both;
  const values = stringsAt(expression, 'values');
  const named = { linux: values.includes('linux'), windows: values.includes('windows') };
  switch (stringAt(expression, 'operator')) {
    case 'In':
      return named;
    case 'NotIn':
      return { linux: !named.linux, windows: !named.windows };
    case 'DoesNotExist':
    case 'Gt':
    case 'Lt':
      return { linux: false, windows: false };
    default:
      return both;
  }
}

const both: Systems = { linux: true, windows: true };

function all(systems: readonly Systems[]): Systems {
  return { linux: systems.every(({ linux }) => linux), windows: systems.every(({ windows }) => windows) };
}

function windowsOptions(pod: JsonObject): string | undefined {
  const hasOptions = (value: JsonObject, ...path: string[]): boolean =>
    Object.keys(objectAt(value, ...path, 'securityContext', 'windowsOptions')).length > 0;
  if (hasOptions(pod, 'spec')) return 'the pod has windowsOptions';
  const found = otherContainers(pod).find(({ value }) => hasOptions(value));
  return found && `container ${found.name} has windowsOptions`;
}
