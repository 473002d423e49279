/** Which musl a release of Alpine has (resolver semantics by generation: `musl-generations.ts`). */
import { generationOf, muslGenerations, type MuslGeneration } from './musl-generations.ts';

/** By the minor version of Alpine 3; the first is the first that there is a model of. */
const muslOfAlpine3: Readonly<Record<number, string>> = {
  7: '1.1.18',
  8: '1.1.19',
  9: '1.1.20',
  10: '1.1.22',
  11: '1.1.24',
  12: '1.1.24',
  13: '1.2.2',
  14: '1.2.2',
  15: '1.2.2',
  16: '1.2.3',
  17: '1.2.3',
  18: '1.2.4',
  19: '1.2.4',
  20: '1.2.5',
  21: '1.2.5',
  22: '1.2.5',
  23: '1.2.5',
  24: '1.2.6',
};

/** Alpine 3.19 has 1.2.4 with the larger buffer of 1.2.5, and still its limit of records. */
const alpine319: MuslGeneration = {
  ...muslGenerations.G4,
  name: 'G3',
  versions: '1.2.4_git20230717',
  alpine: '3.19',
  maxRecords: muslGenerations.G3.maxRecords,
};

export interface ChosenMusl {
  /** `1.2.5` */
  readonly version: string;
  readonly generation: MuslGeneration;
  /** `3.20`, where a release of Alpine was named. */
  readonly alpine?: string;
}

/** Of a version of musl (`1.2.5`, `musl-1.2.5`) or of Alpine (`3.20`, `3.20.3`, `v3.20`, `alpine3.20`). */
export function muslOf(text: string): ChosenMusl | undefined {
  const [, minor, patch] = /^(?:alpine[-:]?|v)?3\.(\d{1,2})(\.\d+)?$/i.exec(text) ?? [];
  if (minor !== undefined) {
    const version = muslOfAlpine3[Number(minor)];
    const generation = version === undefined ? undefined : generationOf(version);
    if (version === undefined || generation === undefined) return undefined;
    const alpine = `3.${Number(minor)}${patch ?? ''}`;
    return { version, generation: Number(minor) === 19 ? alpine319 : generation, alpine };
  }
  const [, version] = /^(?:musl-)?(1\.\d+\.\d+)$/.exec(text) ?? [];
  const generation = version === undefined ? undefined : generationOf(version);
  return version === undefined || generation === undefined ? undefined : { version, generation };
}

/** `3.7`, `3.8` … */
export const alpineReleases: readonly string[] = Object.keys(muslOfAlpine3).map((minor) => `3.${minor}`);

/** `3.7 to 3.24`, for messages. */
export function knownAlpineReleases(): string {
  const minors = Object.keys(muslOfAlpine3).map(Number);
  return `3.${Math.min(...minors)} to 3.${Math.max(...minors)}`;
}
