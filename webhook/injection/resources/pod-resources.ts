/** Sums up the resources of a pod's containers. */
import { highest, type Quantity } from '../../../shared/values/quantity.ts';
import { objectAt, stringAt, valueAt, type JsonObject } from '../../kubernetes/json.ts';
import { otherContainers } from '../../kubernetes/pod.ts';
import { readQuantity } from './read-quantity.ts';

/** The resources that the sidecar asks for. */
export type Resource = 'cpu' | 'memory';

/**
 * Sum over the containers other than ours as the LimitRanger counts it: native sidecars add to the containers, an init
 * container counts with the sidecars before it where that is more. Ours stands before all of them and adds to both.
 */
export function podTotal(pod: JsonObject, part: 'requests' | 'limits', resource: string): Quantity {
  let running = 0n;
  let sidecars = 0n;
  let initialising = 0n;
  for (const { list, value } of otherContainers(pod)) {
    const amount = amountOf(value, part, resource);
    if (list === 'containers') running += amount;
    else if (stringAt(value, 'restartPolicy') === 'Always') sidecars += amount;
    else initialising = highest(initialising, sidecars + amount);
  }
  return highest(running + sidecars, initialising);
}

/** A request that is not set equals the limit, as the API server's defaults have it. */
function amountOf(container: JsonObject, part: 'requests' | 'limits', resource: string): Quantity {
  const value = valueAt(container, 'resources', part, resource) ?? valueAt(container, 'resources', 'limits', resource);
  return readQuantity(value) ?? 0n;
}

/** kubernetes pkg/apis/core/v1/helper/qos ComputePodQOS, without pod-level resources. */
export function isGuaranteed(pod: JsonObject): boolean {
  const containers = otherContainers(pod);
  return (
    containers.length > 0 &&
    (['cpu', 'memory'] as const).every((resource) => {
      let difference = 0n;
      for (const { value } of containers) {
        const limit = readQuantity(valueAt(value, 'resources', 'limits', resource)) ?? 0n;
        if (limit <= 0n) return false;
        difference += limit - amountOf(value, 'requests', resource);
      }
      return difference === 0n;
    })
  );
}

export function hasPodLevelResources(pod: JsonObject): boolean {
  return ['requests', 'limits'].some((part) => Object.keys(objectAt(pod, 'spec', 'resources', part)).length > 0);
}
