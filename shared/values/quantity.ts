/** A Kubernetes resource quantity in billionths of its unit, so that every suffix down to `n` is exact. */
export type Quantity = bigint;

export const unit = 1_000_000_000n;

const suffixes = new Map<string, bigint>([
  ['n', 1n],
  ['u', 1_000n],
  ['m', 1_000_000n],
  ['', unit],
  ...['k', 'M', 'G', 'T', 'P', 'E'].map((suffix, index) => [suffix, unit * 1000n ** BigInt(index + 1)] as const),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, index) => [suffix, unit << BigInt(10 * (index + 1))] as const),
]);

/** Beyond these it is no quantity of anything; the bounds keep a hostile one from costing memory. */
const maxExponent = 30;
const maxDigits = 60;

/** Parses the syntax of apimachinery's resource.ParseQuantity; undefined when the text is none. A fraction below 1n rounds up. */
export function parseQuantity(text: string | number): Quantity | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3})|([a-zA-Z]*))$/.exec(String(text));
  const [, sign = '', whole = '', fraction = '', exponentText = '0', suffix = ''] = match ?? [];
  const digits = whole + fraction;
  const exponent = Number(exponentText);
  const scale = suffixes.get(suffix);
  if (digits === '' || digits.length > maxDigits || Math.abs(exponent) > maxExponent) return undefined;
  if (scale === undefined) return undefined;
  const numerator = BigInt(digits) * scale * 10n ** BigInt(Math.max(exponent, 0));
  const magnitude = ceilDivide(numerator, 10n ** BigInt(fraction.length + Math.max(-exponent, 0)));
  return sign === '-' ? -magnitude : magnitude;
}

/** CPU in whole cores or millicores, as `kubectl` prints it; rounds up to a millicore. */
export function formatCpu(quantity: Quantity): string {
  const milli = ceilDivide(quantity, 1_000_000n);
  return milli % 1000n === 0n ? String(milli / 1000n) : `${milli}m`;
}

/** Memory in the largest binary unit that divides it. */
export function formatMemory(quantity: Quantity): string {
  const bytes = ceilDivide(quantity, unit);
  if (bytes > 0n)
    for (const suffix of ['Gi', 'Mi', 'Ki']) {
      const size = (suffixes.get(suffix) ?? unit) / unit;
      if (bytes % size === 0n) return `${bytes / size}${suffix}`;
    }
  return String(bytes);
}

export function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor > 0n ? quotient + 1n : quotient;
}

/** A ratio of two amounts is a quantity too: 1.5 stands for one and a half. Rounded up; a ratio of nothing changes nothing. */
export function dividedBy(amount: Quantity, ratio: Quantity): Quantity {
  return ratio <= 0n ? amount : ceilDivide(amount * unit, ratio);
}

export function highest(left: Quantity, right: Quantity): Quantity {
  return left > right ? left : right;
}

/** The lower bound of two; undefined stands for none. */
export function lowest(left: Quantity | undefined, right: Quantity | undefined): Quantity | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left < right ? left : right;
}
