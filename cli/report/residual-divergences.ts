/** Which row of docs/residual-divergences.md it is, where musl behind the sidecar gets another end than glibc. */
import type { MuslGeneration } from '../models/musl-generations.ts';
import { likeness, noticeableDelay, type Lookup } from './comparison.ts';

export type ResidualNumber = `V${number}`;

/** What an explanation can tell apart. */
const residualTitles = {
  V5: 'musl before 1.2.4 has no TCP, and a datagram has 512 bytes',
  V6: 'musl keeps 48 addresses in all, and musl 1.2.4 what fits into 768 bytes',
  V7: 'musl before 1.2.4 has no code for a name without addresses',
  V8: 'musl repeats a query that failed until its time is over',
  V9: 'musl 1.2.4 and later say "no address" of an alias that leads nowhere',
  V10: 'the search takes longer than musl waits',
  V18: 'with the search marker the name is too long',
  V22: 'a name with 15 dots or more is not searched',
  V33: 'a nameserver that was silent is waited for 300 ms, where another one is left',
} as const satisfies Readonly<Record<ResidualNumber, string>>;

export type KnownResidual = keyof typeof residualTitles;
export const knownResiduals = Object.keys(residualTitles) as readonly KnownResidual[];

export interface Residual {
  readonly number: KnownResidual | undefined;
  readonly title: string | undefined;
  /** Otherwise programs see the same kind of end. */
  readonly isDifference: boolean;
}

export interface ResidualFacts {
  readonly name: string;
  readonly generation: MuslGeneration;
  readonly glibc: Lookup;
  readonly injected: Lookup;
  /** The sidecar waited in vain for a nameserver. */
  readonly hasSilence: boolean;
}

const maxMarkedName = 253 - '.glibc.internal'.length;
const maxSearchedDots = 14;
/** musl's timeout as injected, less what is kept for the way back. */
const muslLimitMs = 9400;

/** Undefined: nothing that one would notice. */
export function residualOf(facts: ResidualFacts): Residual | undefined {
  const { glibc, injected } = facts;
  if (likeness(injected, glibc) === 'different') return residual(differenceNumber(facts), true);
  if (noticeableDelay(injected, glibc) > 0) return residual(injected.outcome === 'AGAIN' ? 'V8' : undefined, false);
  if (glibc.outcome === injected.outcome) return undefined;
  if (glibc.outcome === 'NODATA' && injected.outcome === 'NONAME') return residual('V7', false);
  return glibc.outcome === 'NONAME' && injected.outcome === 'NODATA' ? residual('V9', false) : undefined;
}

function differenceNumber({ name, generation, glibc, injected, hasSilence }: ResidualFacts): KnownResidual | undefined {
  const plain = name.replace(/\.$/, '');
  if (plain.length > maxMarkedName) return 'V18';
  if (plain.split('.').length - 1 > maxSearchedDots) return 'V22';
  if (glibc.outcome === 'OK' && injected.outcome === 'AGAIN' && injected.elapsedMs >= muslLimitMs) return 'V10';
  if (glibc.outcome === 'OK' && injected.outcome === 'OK') {
    if (injected.addresses.length < glibc.addresses.length) return generation.usesTcp ? 'V6' : 'V5';
    if (hasSilence) return 'V33';
  }
  return undefined;
}

function residual(number: KnownResidual | undefined, isDifference: boolean): Residual {
  return { number, title: number && residualTitles[number], isDifference };
}
