/** Reads LimitRanges, and fits amounts into them. */
import { highest, lowest, unit, type Quantity } from '../../../shared/values/quantity.ts';
import { objectAt, objectsAt, stringAt, type JsonObject } from '../../kubernetes/json.ts';
import { readQuantity } from './read-quantity.ts';

/** Quantities by the name of their resource: cpu, memory, ephemeral-storage and others. */
export type ResourceList = ReadonlyMap<string, Quantity>;

/** One item of a LimitRange's `spec.limits`. */
export interface LimitRangeItem {
  readonly type: 'Container' | 'Pod';
  readonly min: ResourceList;
  readonly max: ResourceList;
  readonly maxLimitRequestRatio: ResourceList;
  /** What a container gets that does not set the resource itself. */
  readonly defaultLimit: ResourceList;
  readonly defaultRequest: ResourceList;
}

/** The items of a LimitRange object. Those for claims and volumes do not concern containers. */
export function limitRangeItems(limitRange: JsonObject): LimitRangeItem[] {
  return objectsAt(limitRange, 'spec', 'limits').flatMap((limit) => {
    const type = stringAt(limit, 'type');
    if (type !== 'Container' && type !== 'Pod') return [];
    const amounts = (part: string): ResourceList => amountsAt(limit, part);
    const [min, max] = [amounts('min'), amounts('max')];
    const isOfContainers = type === 'Container';
    // kubernetes pkg/apis/core/v1 SetDefaults_LimitRangeItem.
    const defaultLimit: ResourceList = new Map(isOfContainers ? [...max, ...amounts('default')] : []);
    const defaultRequest = new Map(isOfContainers ? [...min, ...defaultLimit, ...amounts('defaultRequest')] : []);
    return [{ type, min, max, maxLimitRequestRatio: amounts('maxLimitRequestRatio'), defaultLimit, defaultRequest }];
  });
}

function amountsAt(limit: JsonObject, part: string): ResourceList {
  const amounts = new Map<string, Quantity>();
  for (const [resource, value] of Object.entries(objectAt(limit, part))) {
    const quantity = readQuantity(value);
    if (quantity !== undefined) amounts.set(resource, quantity);
  }
  return amounts;
}

/** The strictest of what all LimitRanges demand of a container. */
export function containerBounds(resource: string, items: readonly LimitRangeItem[]): Bounds {
  let min = 0n;
  let max: Quantity | undefined;
  let ratio: Quantity | undefined;
  for (const item of items.filter(({ type }) => type === 'Container')) {
    min = highest(min, item.min.get(resource) ?? 0n);
    max = lowest(item.max.get(resource), max);
    ratio = lowest(item.maxLimitRequestRatio.get(resource), ratio);
  }
  return { min, max, ratio };
}

export interface Bounds {
  readonly min: Quantity;
  readonly max: Quantity | undefined;
  /** Of limit to request. */
  readonly ratio: Quantity | undefined;
}

/** Amounts of a container or a pod of which nothing may be said. */
export interface GivenAmounts {
  readonly request: Quantity | undefined;
  readonly limit: Quantity | undefined;
}

/** What of these bounds the amounts miss, the first in the order of kubernetes plugin/pkg/admission/limitranger. */
export function missedBound(
  amounts: GivenAmounts,
  { min, max, ratio }: { readonly [Bound in keyof Bounds]: Quantity | undefined },
): 'minimum' | 'maximum' | 'ratio of limit to request' | undefined {
  if (min !== undefined && !keepsMinimum(amounts, min)) return 'minimum';
  if (max !== undefined && !keepsMaximum(amounts, max)) return 'maximum';
  return ratio === undefined || keepsRatio(amounts, ratio) ? undefined : 'ratio of limit to request';
}

/** limitranger minConstraint: the request must be there. */
function keepsMinimum({ request, limit }: GivenAmounts, min: Quantity): boolean {
  return request !== undefined && request >= min && (limit === undefined || limit >= min);
}

/** limitranger maxConstraint: the limit must be there. */
function keepsMaximum({ request = 0n, limit }: GivenAmounts, max: Quantity): boolean {
  return limit !== undefined && limit <= max && request <= max;
}

/** limitranger limitRequestRatioConstraint: an amount that is missing or zero has no ratio. */
function keepsRatio({ request = 0n, limit = 0n }: GivenAmounts, ratio: Quantity): boolean {
  return request > 0n && limit > 0n && limit * unit <= request * ratio;
}
