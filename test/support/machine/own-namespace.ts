/** What must hold of the manifests in another namespace than their own. */
import { excludedNamespaces, projectName } from '../../../shared/values/names.ts';
import {
  objectAt,
  objectsAt,
  stringAt,
  stringsAt,
  valueAt,
  type JsonObject,
} from '../../../webhook/kubernetes/json.ts';

/**
 * @param how `component`: everything names the namespace; `field`: kustomize's own `namespace:`, which moves the Role out
 * of kube-system and leaves the namespaceSelector as it is
 * @returns one line for each fault
 */
export function ownNamespaceFaults(
  objects: readonly JsonObject[],
  namespace: string,
  how: 'component' | 'field',
): string[] {
  const faults: string[] = [];
  const hold = (condition: boolean, fault: string): void => void (condition || faults.push(fault));
  const nameOf = (object: JsonObject): string => `${stringAt(object, 'kind')} ${stringAt(object, 'metadata', 'name')}`;
  const kept = how === 'component' ? ['kube-system'] : [];
  for (const object of objects) {
    const found = stringAt(object, 'metadata', 'namespace');
    const wanted = nameOf(object).endsWith('-cluster-dns')
      ? [...kept, ...(kept.length === 0 ? [namespace] : [])]
      : [namespace];
    if (found !== undefined) hold(wanted.includes(found), `${nameOf(object)} is in ${found}`);
    for (const subject of objectsAt(object, 'subjects'))
      hold(stringAt(subject, 'namespace') === namespace, `${nameOf(object)} is bound to ${JSON.stringify(subject)}`);
  }
  const byKind = (kind: string): readonly JsonObject[] => objects.filter((object) => object['kind'] === kind);
  hold(
    byKind('Namespace')
      .map((object) => stringAt(object, 'metadata', 'name'))
      .join() === namespace,
    `namespaces: ${byKind('Namespace').map(nameOf).join()}`,
  );
  hold(byKind('ConfigMap').length === 0, 'the ConfigMap of the component would be applied');
  const [entry] = objectsAt(byKind('MutatingWebhookConfiguration')[0], 'webhooks');
  const service = objectAt(entry, 'clientConfig', 'service');
  hold(valueAt(service, 'namespace') === namespace, `the API server calls ${JSON.stringify(service)}`);
  const [, excluded] = objectsAt(entry, 'namespaceSelector', 'matchExpressions');
  const own = how === 'component' ? namespace : projectName;
  const wanted = [...excludedNamespaces, own].join();
  hold(
    stringsAt(excluded, 'values').join() === wanted,
    `never called for ${stringsAt(excluded, 'values').join()}, not ${wanted}`,
  );
  return faults;
}

/** The files of an overlay that uses the component, beside the folder of the base. */
export function ownNamespaceOverlay(base: string, namespace: string): Readonly<Record<string, object>> {
  return {
    'kustomization.yaml': { resources: [base, 'namespace.yaml'], components: [`${base}/components/own-namespace`] },
    'namespace.yaml': {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'alpine-resolver-namespace',
        annotations: { 'config.kubernetes.io/local-config': 'true' },
      },
      data: { namespace },
    },
  };
}
