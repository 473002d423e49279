/** Judges what LimitRanges demand of resources that the sidecar does not ask for. */
import { lowest, type Quantity } from '../../../shared/values/quantity.ts';
import type { JsonObject } from '../../kubernetes/json.ts';
import { containerBounds, missedBound, type GivenAmounts, type LimitRangeItem } from './limit-range.ts';
import { podTotal } from './pod-resources.ts';

/**
 * Why a LimitRange refuses the sidecar for the sake of a resource that it does not ask for, such as ephemeral-storage:
 * the defaults are then all that it gets.
 */
export function otherResourcesProblem(pod: JsonObject, items: readonly LimitRangeItem[]): string | undefined {
  for (const resource of otherResources(items)) {
    const amounts: GivenAmounts = {
      request: firstDefault(items.map(({ defaultRequest }) => defaultRequest.get(resource))),
      limit: firstDefault(items.map(({ defaultLimit }) => defaultLimit.get(resource))),
    };
    const ofContainer = missedByContainer(resource, amounts, items);
    if (ofContainer !== undefined)
      return `${resource}: a container that does not set it does not meet the ${ofContainer}`;
    const ofPod = missedByPod(resource, amounts, { pod, items });
    if (ofPod !== undefined) return `${resource}: with the sidecar's default the pod does not meet the ${ofPod}`;
  }
  return undefined;
}

function otherResources(items: readonly LimitRangeItem[]): Set<string> {
  const names = items.flatMap(({ min, max, maxLimitRequestRatio, defaultLimit }) =>
    [min, max, maxLimitRequestRatio, defaultLimit].flatMap((amounts) => [...amounts.keys()]),
  );
  return new Set(names.filter((name) => name !== 'cpu' && name !== 'memory'));
}

/** LimitRanges fill in one after the other what is not set. */
function firstDefault(amounts: readonly (Quantity | undefined)[]): Quantity | undefined {
  return amounts.find((amount) => amount !== undefined);
}

function missedByContainer(
  resource: string,
  amounts: GivenAmounts,
  items: readonly LimitRangeItem[],
): string | undefined {
  const isDemanded = items.some(({ type, min }) => type === 'Container' && min.has(resource));
  const { min, max, ratio } = containerBounds(resource, items);
  return missedBound(amounts, { min: isDemanded ? min : undefined, max, ratio });
}

/** Only what our default adds: a pod that breaks them without us is refused in any case. */
function missedByPod(
  resource: string,
  { request = 0n, limit = 0n }: GivenAmounts,
  { pod, items }: { pod: JsonObject; items: readonly LimitRangeItem[] },
): string | undefined {
  if (request === 0n && limit === 0n) return undefined;
  const ofPods = items.filter(({ type }) => type === 'Pod');
  const total = {
    request: podTotal(pod, 'requests', resource) + request,
    limit: podTotal(pod, 'limits', resource) + limit,
  };
  return missedBound(total, {
    min: undefined,
    max: ofPods.map(({ max }) => max.get(resource)).reduce(lowest, undefined),
    ratio: ofPods.map((item) => item.maxLimitRequestRatio.get(resource)).reduce(lowest, undefined),
  });
}
