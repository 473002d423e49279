import { objectsAt, stringAt, valueAt, type JsonObject } from './json.ts';
import type { Resource } from './pod-resources.ts';
import { highest, lowest, readQuantity, type Quantity } from './quantity.ts';

/** One item of a LimitRange's `spec.limits`, for cpu and memory. */
export interface LimitRangeItem {
  readonly type: 'Container' | 'Pod';
  readonly min: Partial<Record<Resource, Quantity>>;
  readonly max: Partial<Record<Resource, Quantity>>;
  readonly maxLimitRequestRatio: Partial<Record<Resource, Quantity>>;
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

/** The strictest of what all LimitRanges demand of a container. */
export function containerBounds(resource: Resource, items: readonly LimitRangeItem[]): Bounds {
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

export interface Bounds {
  readonly min: Quantity;
  readonly max: Quantity | undefined;
  /** Of limit to request. */
  readonly ratio: Quantity | undefined;
}
