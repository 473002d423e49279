import type { JsonObject } from './json.ts';
import { containerBounds, type Bounds, type LimitRangeItem } from './limit-range.ts';
import { otherResourcesProblem } from './other-resources.ts';
import { fitPodLevelResources, type Amounts } from './pod-level-resources.ts';
import { hasPodLevelResources, isGuaranteed, podTotal, type Resource } from './pod-resources.ts';
import { ceilDivide, formatCpu, formatMemory, highest, lowest, parseQuantity, type Quantity } from './quantity.ts';

/**
 * Requests and limits of the sidecar: equal where the pod is Guaranteed, so that it stays so; in a pod with
 * resources of its own as few as possible (others are then refused); otherwise ours, moved into the LimitRanges of the
 * namespace.
 */
export function fitResources(pod: JsonObject, limitRanges: readonly LimitRangeItem[]): FittedResources {
  const ofOthers = otherResourcesProblem(pod, limitRanges);
  if (ofOthers !== undefined) return { fits: false, problem: ofOthers };
  if (hasPodLevelResources(pod)) return withinPodLevel(pod, limitRanges);
  const guaranteed = isGuaranteed(pod);
  const amounts = new Map<Resource, Amounts>();
  for (const resource of ['cpu', 'memory'] as const) {
    const fitted = fitAmounts(resource, { pod, limitRanges, guaranteed });
    if (typeof fitted === 'string') return { fits: false, problem: fitted };
    amounts.set(resource, fitted);
  }
  return { fits: true, resources: written(amounts) };
}

function withinPodLevel(pod: JsonObject, limitRanges: readonly LimitRangeItem[]): FittedResources {
  const fitted = fitPodLevelResources(pod, {
    limitRanges,
    wanted: usual,
    leastLimit,
    format: formatAmount,
    fitWithoutPodLevel: (resource) => fitAmounts(resource, { pod, limitRanges, guaranteed: false }),
  });
  if (!fitted.fits) return fitted;
  return { fits: true, resources: fitted.amounts.size === 0 ? undefined : written(fitted.amounts) };
}

function written(amounts: ReadonlyMap<Resource, Amounts>): JsonObject {
  const part = (name: keyof Amounts): JsonObject =>
    Object.fromEntries([...amounts].map(([resource, amount]) => [resource, formatAmount[resource](amount[name])]));
  return { requests: part('request'), limits: part('limit') };
}

export type FittedResources =
  | { readonly fits: true; readonly resources: JsonObject | undefined }
  | { readonly fits: false; readonly problem: string };

/** Measured: the process needs about 50 MB at rest; CPU beyond a few millicores only under load. */
const usual: Record<Resource, Amounts> = {
  cpu: { request: parsed('10m'), limit: parsed('250m') },
  memory: { request: parsed('64Mi'), limit: parsed('128Mi') },
};
const whenGuaranteed: Record<Resource, Quantity> = { cpu: parsed('100m'), memory: parsed('128Mi') };

/** With less CPU the process does not start in time. Under the worst floods it uses 75 MiB of memory, and 64 do not do: measured. */
const leastLimit: Record<Resource, Quantity> = { cpu: parsed('100m'), memory: parsed('80Mi') };

/** Amounts are rounded to these where the bounds leave room for it. */
const grain: Record<Resource, Quantity> = { cpu: parsed('1m'), memory: parsed('1Mi') };
const formatAmount: Record<Resource, (quantity: Quantity) => string> = { cpu: formatCpu, memory: formatMemory };

interface Surroundings {
  pod: JsonObject;
  limitRanges: readonly LimitRangeItem[];
  guaranteed: boolean;
}

/** The amounts, or why there are none. */
function fitAmounts(resource: Resource, { pod, limitRanges, guaranteed }: Surroundings): Amounts | string {
  const wanted = guaranteed ? { request: whenGuaranteed[resource], limit: whenGuaranteed[resource] } : usual[resource];
  const bounds = containerBounds(resource, limitRanges);
  const { min, max, ratio } = bounds;
  const room = podRoom(resource, pod, limitRanges);
  const most = lowest(max, room.limit);
  let limit = highest(wanted.limit, min);
  if (most !== undefined && most < limit) {
    const rounded = (most / grain[resource]) * grain[resource];
    limit = rounded >= min ? rounded : most;
  }
  let request = highest(wanted.request, min);
  if (ratio !== undefined) request = highest(request, dividedBy(limit, ratio));
  request = highest(request, leastRequestOfPod(resource, { pod, limitRanges, limit }));
  request = ceilDivide(request, grain[resource]) * grain[resource];
  if (guaranteed || request > limit) request = limit;
  const problem = unmet({ request, limit }, { resource, room, ...bounds });
  return problem ?? { request, limit };
}

function unmet(
  { request, limit }: Amounts,
  { resource, min, ratio, room }: Bounds & { resource: Resource; room: Room },
): string | undefined {
  const format = formatAmount[resource];
  if (limit < leastLimit[resource])
    return `${resource}: the sidecar needs a limit of at least ${format(leastLimit[resource])}, ${limit > 0n ? format(limit) : 'nothing'} is allowed`;
  if (request < min) return `${resource}: at least ${format(min)} is demanded, at most ${format(limit)} is allowed`;
  if (ratio !== undefined && request < dividedBy(limit, ratio))
    return `${resource}: the ratio of limit to request is not met`;
  if (room.request !== undefined && request > room.request)
    return `${resource}: the pod has room for a request of ${format(highest(room.request, 0n))}, the sidecar needs ${format(request)}`;
  return undefined;
}

interface Room {
  request: Quantity | undefined;
  limit: Quantity | undefined;
}

/** What LimitRanges of type Pod leave for the sidecar beside the other containers. */
function podRoom(resource: Resource, pod: JsonObject, items: readonly LimitRangeItem[]): Room {
  let max: Quantity | undefined;
  for (const item of items) if (item.type === 'Pod') max = lowest(item.max.get(resource), max);
  if (max === undefined) return { request: undefined, limit: undefined };
  return { request: max - podTotal(pod, 'requests', resource), limit: max - podTotal(pod, 'limits', resource) };
}

/** The request that keeps minimum and ratio of the whole pod, given our limit. */
function leastRequestOfPod(
  resource: Resource,
  { pod, limitRanges, limit }: { pod: JsonObject; limitRanges: readonly LimitRangeItem[]; limit: Quantity },
): Quantity {
  const requests = podTotal(pod, 'requests', resource);
  const limits = podTotal(pod, 'limits', resource) + limit;
  let least = 0n;
  for (const { type, maxLimitRequestRatio } of limitRanges) {
    const ratio = type === 'Pod' ? maxLimitRequestRatio.get(resource) : undefined;
    if (ratio !== undefined) least = highest(least, dividedBy(limits, ratio) - requests);
  }
  return least;
}

/** A ratio is a quantity too: 1.5 stands for one and a half. Rounded up to what can be written. */
function dividedBy(amount: Quantity, ratio: Quantity): Quantity {
  return ratio <= 0n ? amount : ceilDivide(amount * parsed('1'), ratio);
}

function parsed(text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new Error(`${text} is not a quantity`);
  return quantity;
}
