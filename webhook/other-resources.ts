import { lowest, unit, type Quantity } from '../shared/quantity.ts';
import type { JsonObject } from './json.ts';
import { containerBounds, type LimitRangeItem } from './limit-range.ts';
import { podTotal } from './pod-resources.ts';

/**
 * Why a LimitRange refuses the sidecar for the sake of a resource that it does not ask for, such as ephemeral-storage:
 * the defaults are then all that it gets. kubernetes plugin/pkg/admission/limitranger: minConstraint, maxConstraint,
 * limitRequestRatioConstraint.
 */
export function otherResourcesProblem(pod: JsonObject, items: readonly LimitRangeItem[]): string | undefined {
  for (const resource of otherResources(items)) {
    const amounts: Amounts = {
      request: firstDefault(items.map(({ defaultRequest }) => defaultRequest.get(resource))),
      limit: firstDefault(items.map(({ defaultLimit }) => defaultLimit.get(resource))),
    };
    const ofContainer = containerProblem(resource, amounts, items);
    if (ofContainer !== undefined) return `${resource}: a container that does not set it ${ofContainer}`;
    const ofPod = podProblem(resource, amounts, { pod, items });
    if (ofPod !== undefined) return `${resource}: with the sidecar's default the pod ${ofPod}`;
  }
  return undefined;
}

interface Amounts {
  readonly request: Quantity | undefined;
  readonly limit: Quantity | undefined;
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

function containerProblem(
  resource: string,
  { request, limit }: Amounts,
  items: readonly LimitRangeItem[],
): string | undefined {
  const isDemanded = items.some(({ type, min }) => type === 'Container' && min.has(resource));
  const { min, max, ratio } = containerBounds(resource, items);
  if (isDemanded && (request === undefined || request < min || (limit !== undefined && limit < min))) return misses.min;
  if (max !== undefined && (limit === undefined || limit > max || (request ?? 0n) > max)) return misses.max;
  return ratio !== undefined && isBeyond(ratio, { request, limit }) ? misses.ratio : undefined;
}

/** Only what our default adds: a pod that breaks them without us is refused in any case. */
function podProblem(
  resource: string,
  { request = 0n, limit = 0n }: Amounts,
  { pod, items }: { pod: JsonObject; items: readonly LimitRangeItem[] },
): string | undefined {
  if (request === 0n && limit === 0n) return undefined;
  const ofPods = items.filter(({ type }) => type === 'Pod');
  const total = {
    request: podTotal(pod, 'requests', resource) + request,
    limit: podTotal(pod, 'limits', resource) + limit,
  };
  const most = ofPods.map(({ max }) => max.get(resource)).reduce(lowest, undefined);
  if (most !== undefined && (total.limit > most || total.request > most)) return misses.max;
  const ratio = ofPods.map((item) => item.maxLimitRequestRatio.get(resource)).reduce(lowest, undefined);
  return ratio !== undefined && isBeyond(ratio, total) ? misses.ratio : undefined;
}

const misses = {
  min: 'does not meet the minimum',
  max: 'does not meet the maximum',
  ratio: 'does not meet the ratio of limit to request',
} as const;

/** One that is missing or nothing has no ratio. */
function isBeyond(ratio: Quantity, { request = 0n, limit = 0n }: Amounts): boolean {
  return request === 0n || limit === 0n || limit * unit > request * ratio;
}
