/** A reader of recorded objects, without an API server. */
import { ClusterError, type ClusterReader } from '../../../cli/cluster/reader.ts';
import { objectsAt, type JsonObject } from '../../../webhook/kubernetes/json.ts';
import { labelsOf } from '../../../webhook/kubernetes/pod.ts';

export interface RecordedCluster {
  /** By path; a list is `{items: […]}`. */
  readonly objects: Readonly<Record<string, JsonObject>>;
  readonly texts?: Readonly<Record<string, string>>;
  readonly forbidden?: RegExp;
  /** Called before each object of a list. */
  readonly onItem?: () => void;
  readonly dryRun?: (object: JsonObject) => JsonObject;
}

export function recordedReader(recorded: RecordedCluster): ClusterReader & { readonly paths: readonly string[] } {
  const { objects, texts = {}, forbidden, onItem = () => {} } = recorded;
  const paths: string[] = [];
  const refuse = (path: string): void => {
    paths.push(path);
    if (forbidden?.test(path) === true) throw new ClusterError('forbidden', `${path} is forbidden`);
  };
  return {
    paths,
    context: 'prod',
    namespace: 'shop',
    kubectl: { context: 'prod', kubeconfig: undefined },
    get: async (path) => {
      refuse(path);
      return Promise.resolve(objects[path]);
    },
    async *list(path, { labelSelector = '' } = {}) {
      refuse(path);
      const [name = '', value = ''] = labelSelector.split('=');
      for (const item of objectsAt(objects[path], 'items')) {
        if (name !== '' && labelsOf(item)[name] !== value) continue;
        onItem();
        yield await Promise.resolve(item);
      }
    },
    text: async (path) => {
      refuse(path);
      const text = texts[path];
      if (text === undefined) throw new ClusterError('failed', `${path} is not there`);
      return Promise.resolve(text);
    },
    dryRun: async (path, object) => {
      refuse(path);
      return Promise.resolve(recorded.dryRun?.(object) ?? object);
    },
    forward: () => Promise.reject(new ClusterError('failed', 'no port-forward')),
  };
}
