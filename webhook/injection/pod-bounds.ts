/** Bounds on the pods that are looked at. */
import { arrayAt, objectAt, type JsonObject } from '../kubernetes/json.ts';
import { containerLists } from '../kubernetes/pod.ts';

/**
 * What makes a pod too large to look at, if anything: facts, changes and patch grow with its containers, warnings with its
 * annotations. No cluster runs such a pod.
 */
export function boundsProblem(pod: JsonObject): string | undefined {
  const containers = containerLists.reduce((sum, list) => sum + arrayAt(pod, 'spec', list).length, 0);
  if (containers > maxContainers) return `the pod has ${containers} containers, ${maxContainers} are looked at`;
  const tooLong = ['annotations', 'labels'].find((map) => charactersIn(pod, map) > maxAnnotationBytes);
  return tooLong && `the ${tooLong} have more than ${maxAnnotationBytes} bytes`;
}

/** 1000 containers with names, images and what the API server fills in take all that etcd takes of an object. */
const maxContainers = 1000;

/** apimachinery pkg/api/validation TotalAnnotationSizeLimitB: keys and values together, in bytes. */
export const maxAnnotationBytes = 256 * 1024;

/** Units of UTF-16, in names and texts together. */
export function charactersIn(pod: JsonObject, map: string): number {
  const entries = objectAt(pod, 'metadata', map);
  return Object.keys(entries).reduce((sum, name) => {
    const text = entries[name];
    return sum + name.length + (typeof text === 'string' ? text.length : 0);
  }, 0);
}
