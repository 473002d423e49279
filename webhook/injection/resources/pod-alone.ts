/** Judges whether a LimitRange refuses a pod even without the sidecar. */
import { valueAt, type JsonObject } from '../../kubernetes/json.ts';
import { missedBound, type LimitRangeItem } from './limit-range.ts';
import { otherContainers } from '../../kubernetes/pod.ts';
import { podTotal } from './pod-resources.ts';
import { readQuantity } from './read-quantity.ts';
import type { Quantity } from '../../../shared/values/quantity.ts';

/**
 * Why a LimitRange of type Pod refuses the pod as it came, if one does: it counts over all containers, and what the
 * sidecar asks for may be all that such a pod lacks. The API server shall say so, not let it in because of us.
 * kubernetes plugin/pkg/admission/limitranger: PodValidateLimitFunc.
 */
export function refusedAlone(pod: JsonObject, items: readonly LimitRangeItem[]): string | undefined {
  for (const { type, min, max, maxLimitRequestRatio } of items) {
    if (type !== 'Pod') continue;
    for (const resource of new Set([...min.keys(), ...max.keys(), ...maxLimitRequestRatio.keys()])) {
      const amounts = { request: amountOfPod(pod, 'requests', resource), limit: amountOfPod(pod, 'limits', resource) };
      const missed = missedBound(amounts, {
        min: min.get(resource),
        max: max.get(resource),
        ratio: maxLimitRequestRatio.get(resource),
      });
      if (missed !== undefined) return `${resource}: without the sidecar the pod does not meet the ${missed}`;
    }
  }
  return undefined;
}

/** The pod's own, else the sum over its containers; undefined where none of them says anything. */
function amountOfPod(pod: JsonObject, part: 'requests' | 'limits', resource: string): Quantity | undefined {
  const own = readQuantity(valueAt(pod, 'spec', 'resources', part, resource));
  if (own !== undefined) return own;
  const isSet = (of: 'requests' | 'limits'): boolean =>
    otherContainers(pod).some(({ value }) => valueAt(value, 'resources', of, resource) !== undefined);
  // A request that is not set equals the limit.
  return isSet(part) || (part === 'requests' && isSet('limits')) ? podTotal(pod, part, resource) : undefined;
}
