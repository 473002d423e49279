import { objectAt, objectsAt, stringAt, valueAt, type Json, type JsonObject } from './json.ts';
import { otherContainers } from './pod.ts';
import { ceilDivide, formatCpu, formatMemory, parseQuantity, type Quantity } from './quantity.ts';

/**
 * Requests and limits of the sidecar: equal where the pod is Guaranteed, so that it stays so; none where the pod has
 * resources of its own (others are then refused); otherwise ours, moved into the LimitRanges of the namespace.
 */
export function fitResources(pod: JsonObject, limitRanges: readonly LimitRangeItem[]): FittedResources {
  if (hasPodLevelResources(pod)) return { fits: true, resources: undefined };
  const guaranteed = isGuaranteed(pod);
  const requests: Record<string, string> = {};
  const limits: Record<string, string> = {};
  for (const resource of ['cpu', 'memory'] as const) {
    const fitted = fitAmounts(resource, { pod, limitRanges, guaranteed });
    if (typeof fitted === 'string') return { fits: false, problem: fitted };
    requests[resource] = formatAmount[resource](fitted.request);
    limits[resource] = formatAmount[resource](fitted.limit);
  }
  return { fits: true, resources: { requests, limits } };
}

export type FittedResources =
  | { readonly fits: true; readonly resources: JsonObject | undefined }
  | { readonly fits: false; readonly problem: string };

type Resource = 'cpu' | 'memory';

/** One item of a LimitRange's `spec.limits`, for cpu and memory. */
export interface LimitRangeItem {
  readonly type: 'Container' | 'Pod';
  readonly min: Partial<Record<Resource, Quantity>>;
  readonly max: Partial<Record<Resource, Quantity>>;
  readonly maxLimitRequestRatio: Partial<Record<Resource, Quantity>>;
}

interface Amounts {
  request: Quantity;
  limit: Quantity;
}

/** Measured: the process needs about 50 MB at rest; CPU beyond a few millicores only under load. */
const usual: Record<Resource, Amounts> = {
  cpu: { request: parsed('10m'), limit: parsed('250m') },
  memory: { request: parsed('64Mi'), limit: parsed('128Mi') },
};
const whenGuaranteed: Record<Resource, Quantity> = { cpu: parsed('100m'), memory: parsed('128Mi') };

/** With less the process does not start in time, or not at all. */
const leastLimit: Record<Resource, Quantity> = { cpu: parsed('10m'), memory: parsed('64Mi') };

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
  const { min, max, ratio } = containerBounds(resource, limitRanges);
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
  const problem = unmet({ request, limit }, { resource, min, ratio, room });
  return problem ?? { request, limit };
}

function unmet(
  { request, limit }: Amounts,
  { resource, min, ratio, room }: { resource: Resource; min: Quantity; ratio: Quantity | undefined; room: Room },
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

/** The strictest of what all LimitRanges demand of a container. */
function containerBounds(resource: Resource, items: readonly LimitRangeItem[]) {
  let min = 0n;
  let max: Quantity | undefined;
  let ratio: Quantity | undefined;
  for (const item of items.filter(({ type }) => type === 'Container')) {
    min = highest(min, item.min[resource] ?? 0n);
    max = lowest(item.max[resource], max);
    ratio = lowest(item.maxLimitRequestRatio[resource], ratio);
  }
  return { min, max, ratio };
}

interface Room {
  request: Quantity | undefined;
  limit: Quantity | undefined;
}

/** What LimitRanges of type Pod leave for the sidecar beside the other containers. */
function podRoom(resource: Resource, pod: JsonObject, items: readonly LimitRangeItem[]): Room {
  let max: Quantity | undefined;
  for (const item of items) if (item.type === 'Pod') max = lowest(item.max[resource], max);
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
    const ratio = type === 'Pod' ? maxLimitRequestRatio[resource] : undefined;
    if (ratio !== undefined) least = highest(least, dividedBy(limits, ratio) - requests);
  }
  return least;
}

/**
 * Sum over the containers other than ours as the LimitRanger counts it: native sidecars add to the containers, an init
 * container counts with the sidecars before it where that is more. Ours stands before all of them and adds to both.
 */
function podTotal(pod: JsonObject, part: 'requests' | 'limits', resource: Resource): Quantity {
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
function amountOf(container: JsonObject, part: 'requests' | 'limits', resource: Resource): Quantity {
  const value = valueAt(container, 'resources', part, resource) ?? valueAt(container, 'resources', 'limits', resource);
  return readQuantity(value) ?? 0n;
}

/** kubernetes pkg/apis/core/v1/helper/qos ComputePodQOS, without pod-level resources. */
function isGuaranteed(pod: JsonObject): boolean {
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

function hasPodLevelResources(pod: JsonObject): boolean {
  return ['requests', 'limits'].some((part) => Object.keys(objectAt(pod, 'spec', 'resources', part)).length > 0);
}

/** The items of a LimitRange object. Those for claims and volumes do not concern containers. */
export function limitRangeItems(limitRange: JsonObject): LimitRangeItem[] {
  return objectsAt(limitRange, 'spec', 'limits').flatMap((limit) => {
    const type = stringAt(limit, 'type');
    if (type !== 'Container' && type !== 'Pod') return [];
    const amounts = (part: string): Partial<Record<Resource, Quantity>> => {
      const cpu = readQuantity(valueAt(limit, part, 'cpu'));
      const memory = readQuantity(valueAt(limit, part, 'memory'));
      return { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
    };
    return [{ type, min: amounts('min'), max: amounts('max'), maxLimitRequestRatio: amounts('maxLimitRequestRatio') }];
  });
}

function readQuantity(value: Json | undefined): Quantity | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseQuantity(value) : undefined;
}

/** A ratio is a quantity too: 1.5 stands for one and a half. Rounded up to what can be written. */
function dividedBy(amount: Quantity, ratio: Quantity): Quantity {
  return ratio <= 0n ? amount : ceilDivide(amount * parsed('1'), ratio);
}

function highest(left: Quantity, right: Quantity): Quantity {
  return left > right ? left : right;
}

/** The lower bound of two; undefined stands for none. */
function lowest(left: Quantity | undefined, right: Quantity | undefined): Quantity | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left < right ? left : right;
}

function parsed(text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity === undefined) throw new Error(`${text} is not a quantity`);
  return quantity;
}
