/** Reads quantities from JSON. */
import { parseQuantity, type Quantity } from '../../../shared/values/quantity.ts';
import type { Json } from '../../kubernetes/json.ts';

/** A quantity in JSON is text or a number. */
export function readQuantity(value: Json | undefined): Quantity | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseQuantity(value) : undefined;
}
