/** Chance with a seed: the same seed gives the same values on every machine. All random tests draw from here. */
import { randomInt } from 'node:crypto';

export interface Random {
  /** 0 ≤ value < 1. */
  unit(): number;
  /** A whole number of `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** A whole number from 0 to `count` - 1. */
  below(count: number): number;
  chance(probability: number): boolean;
  /** True once in `count` times. */
  oneIn(count: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
  /** A key, as often as its weight says. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key;
}

/** mulberry32 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mix(state) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(unit() * (most - least + 1));
  return {
    unit,
    between,
    below: (count) => between(0, count - 1),
    chance: (probability) => unit() < probability,
    oneIn: (count) => between(1, count) === 1,
    pick<Value>(values: readonly Value[]): Value {
      return values[between(0, values.length - 1)] as Value;
    },
    weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
      const entries = Object.entries(weights) as [Key, number][];
      let left = unit() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      const found = entries.find(([, weight]) => (left -= weight) < 0) ?? entries[0];
      if (found === undefined) throw new RangeError('nothing to choose from');
      return found[0];
    },
  };
}

/** A seed that nobody chose; a test prints it, so that it can be run again. */
export function freshSeed(): number {
  return randomInt(2 ** 31);
}

/** A seed of its own for the `index`th part of a series. */
export function seedOf(seed: number, index: number): number {
  return mix((Math.imul(seed, 0x9e3779b1) + Math.imul(index + 1, 0x85ebca6b)) >>> 0);
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), value | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
