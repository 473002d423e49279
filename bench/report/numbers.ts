/** Numbers as pages show them. */
import type { Column, Goal } from '../results.ts';
import { isReached } from '../results.ts';
import type { Spread } from '../statistics.ts';

/** Of a machine's processor time: above it the figures tell more of the others than of what was measured. */
export const quietPercent = 5;

export function numberText(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The median, and how far the runs lie apart. */
export function spreadText(spread: Spread | undefined, { digits }: Pick<Column, 'digits'>): string {
  if (spread === undefined || spread.runs === 0) return '–';
  const text = numberText(spread.median, digits);
  const [least, most] = [numberText(spread.least, digits), numberText(spread.most, digits)];
  return least === most ? text : `${text} (${least} to ${most})`;
}

export function goalText(goal: Goal): readonly [string, string, string, string] {
  const { text, unit, found, bound, sense } = goal;
  const withUnit = (value: number): string => `${numberText(value, digitsFor(value))} ${unit}`.trim();
  const verdict = { true: 'yes', false: '**no**', undefined: 'not measured' }[String(isReached(goal)) as 'true'];
  return [text, `${sense} ${withUnit(bound)}`, found === undefined ? '–' : withUnit(found), verdict];
}

/** Three figures that count. */
function digitsFor(value: number): number {
  if (Number.isInteger(value)) return 0;
  return Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.001))));
}
