/** Fits the sidecar into a pod with resources of its own. */
import { ceilDivide, dividedBy, highest, lowest, unit, type Quantity } from '../../../shared/values/quantity.ts';
import { valueAt, type JsonObject } from '../../kubernetes/json.ts';
import { containerBounds, type LimitRangeItem } from './limit-range.ts';
import { podTotal, type Resource } from './pod-resources.ts';
import { readQuantity } from './read-quantity.ts';

/**
 * What the sidecar asks for in a pod with resources of its own (`spec.resources`): nothing, and it shares what the pod has,
 * unless a LimitRange has a minimum, maximum or ratio for containers and refuses one without values. Then it gets values
 * that the pod's own leave room for: the requests of all containers stay within the pod's, and the limit is not above the
 * pod's (kubernetes pkg/apis/core/validation validatePodResourceConsistency). Where one resource is bound, the other one
 * gets values where a LimitRange has a default for it, which may not fit.
 */
export function fitPodLevelResources(
  pod: JsonObject,
  { limitRanges, wanted, minLimit, format, fitWithoutPodLevel }: PodLevelOptions,
): PodLevelFit {
  const items = limitRanges.filter(({ type }) => type === 'Container');
  if (!resources.some((resource) => isBound(resource, items))) return { fits: true, amounts: new Map() };
  const amounts = new Map<Resource, Amounts>();
  for (const resource of resources) {
    if (!isBound(resource, items) && !isDefaulted(resource, items)) continue;
    const own = ownAmounts(pod, resource);
    const fitted = own
      ? fitBesideOthers(resource, { own, pod, limitRanges, wanted: wanted[resource], least: minLimit[resource] })
      : fitWithoutPodLevel(resource);
    if (typeof fitted === 'string') return { fits: false, problem: fitted };
    if ('lacks' in fitted) return { fits: false, problem: problemText(resource, fitted, format[resource]) };
    amounts.set(resource, fitted);
  }
  return { fits: true, amounts };
}

export interface PodLevelOptions {
  readonly limitRanges: readonly LimitRangeItem[];
  readonly wanted: Readonly<Record<Resource, Amounts>>;
  readonly minLimit: Readonly<Record<Resource, Quantity>>;
  readonly format: Readonly<Record<Resource, (quantity: Quantity) => string>>;
  /** For a resource of which the pod's own say nothing; or why not. */
  fitWithoutPodLevel(resource: Resource): Amounts | string;
}

export interface Amounts {
  readonly request: Quantity;
  readonly limit: Quantity;
}

export type PodLevelFit =
  | { readonly fits: true; readonly amounts: ReadonlyMap<Resource, Amounts> }
  | { readonly fits: false; readonly problem: string };

const resources = ['cpu', 'memory'] as const;

function isBound(resource: Resource, items: readonly LimitRangeItem[]): boolean {
  return items.some(({ min, max, maxLimitRequestRatio }) =>
    [min, max, maxLimitRequestRatio].some((amounts) => amounts.has(resource)),
  );
}

function isDefaulted(resource: Resource, items: readonly LimitRangeItem[]): boolean {
  return items.some(({ defaultLimit, defaultRequest }) => defaultLimit.has(resource) || defaultRequest.has(resource));
}

/** Of the pod. A request that is not set equals the limit (pkg/apis/core/v1 defaultPodRequests). */
interface OwnAmounts {
  readonly request: Quantity;
  readonly limit: Quantity | undefined;
}

function ownAmounts(pod: JsonObject, resource: Resource): OwnAmounts | undefined {
  const limit = readQuantity(valueAt(pod, 'spec', 'resources', 'limits', resource));
  const request = readQuantity(valueAt(pod, 'spec', 'resources', 'requests', resource)) ?? limit;
  return request === undefined ? undefined : { request, limit };
}

interface Beside {
  readonly own: OwnAmounts;
  readonly pod: JsonObject;
  readonly limitRanges: readonly LimitRangeItem[];
  readonly wanted: Amounts;
  readonly least: Quantity;
}

/** What is asked for, and how much is left for it. */
interface Lack {
  readonly lacks: 'limit' | 'request';
  readonly needed: Quantity;
  readonly left: Quantity;
}

function fitBesideOthers(resource: Resource, { own, pod, limitRanges, wanted, least }: Beside): Amounts | Lack {
  const { min, max, ratio } = containerBounds(resource, limitRanges);
  const left = highest(roundedDown(own.request - podTotal(pod, 'requests', resource), resource), 0n);
  const byRatio = ratio === undefined ? undefined : (left * ratio) / unit;
  const most = [max, own.limit, byRatio, limitLeftByPodItems(resource, { own, pod, limitRanges })].reduce(lowest);
  const limit = roundedDown(lowest(highest(wanted.limit, min), most) ?? 0n, resource);
  const leastOfLimit = highest(least, min);
  if (limit < leastOfLimit) return { lacks: 'limit', needed: leastOfLimit, left: highest(limit, 0n) };
  const demanded = highest(min, ratio === undefined ? 0n : dividedBy(limit, ratio));
  const request = highest(lowest(wanted.request, left) ?? 0n, roundedUp(demanded, resource));
  return request > left
    ? { lacks: 'request', needed: request, left }
    : { request: lowest(request, limit) ?? 0n, limit };
}

/**
 * LimitRanges of type Pod judge the pod's own values; where it has no limit of its own, the limits of the containers
 * together (plugin/pkg/admission/limitranger podLimits).
 */
function limitLeftByPodItems(
  resource: Resource,
  { own, pod, limitRanges }: Pick<Beside, 'own' | 'pod' | 'limitRanges'>,
): Quantity | undefined {
  if (own.limit !== undefined) return undefined;
  let most: Quantity | undefined;
  for (const { type, max, maxLimitRequestRatio } of limitRanges) {
    if (type !== 'Pod') continue;
    const ratio = maxLimitRequestRatio.get(resource);
    most = lowest(lowest(most, max.get(resource)), ratio === undefined ? undefined : (own.request * ratio) / unit);
  }
  return most === undefined ? undefined : most - podTotal(pod, 'limits', resource);
}

/** What can be written: millicores, bytes. */
const smallest: Readonly<Record<Resource, Quantity>> = { cpu: unit / 1000n, memory: unit };

function roundedDown(quantity: Quantity, resource: Resource): Quantity {
  return (quantity / smallest[resource]) * smallest[resource];
}

function roundedUp(quantity: Quantity, resource: Resource): Quantity {
  return ceilDivide(quantity, smallest[resource]) * smallest[resource];
}

function problemText(
  resource: Resource,
  { lacks, needed, left }: Lack,
  format: (quantity: Quantity) => string,
): string {
  const demand = `${resource}: the sidecar needs a ${lacks} of at least ${format(needed)}`;
  return `${demand}, the pod's own resources and the LimitRanges leave ${left > 0n ? format(left) : 'nothing'}`;
}
