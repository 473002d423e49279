/**
 * Which C library plays another that no Debian suite brings any more: suites move on and leave the mirror, and that is
 * no fault of what is tested. Members of one generation resolve alike, so that what is expected of one holds for all.
 */
import type { LibcName } from './libcs.ts';

export interface Generation {
  /** What sets it apart. */
  readonly what: string;
  readonly members: readonly LibcName[];
}

export const generations = {
  G2: { what: 'musl without TCP', members: ['musl-1.2.2', 'musl-1.2.3'] },
  G3: { what: 'musl with TCP that reads 768 bytes', members: ['musl-1.2.4'] },
  G4: { what: 'musl with TCP that reads the whole reply', members: ['musl-1.2.5', 'musl-1.2.6'] },
} as const satisfies Readonly<Record<string, Generation>>;

/** No suite has the version: what each has instead. */
export class MovedOnError extends Error {
  readonly code = 'MOVED_ON';
}

/** The member of the same generation that is here, the newest first; undefined: there is none. */
export function standInFor(name: LibcName, here: readonly LibcName[]): LibcName | undefined {
  const generation = generationOf(name);
  return generation?.members.toReversed().find((member) => member !== name && here.includes(member));
}

/** What a run says of a C library that another one plays. */
export function standInRemark(name: LibcName, standIn: LibcName, movedOn: string): string {
  return `${name} is played by ${standIn}, of the same generation (${generationOf(name)?.what}): ${movedOn}`;
}

/** What a run says of a generation of which no suite has a member. */
export function lostGeneration(name: LibcName, movedOn: string): string {
  const generation = generationOf(name);
  if (generation === undefined) return movedOn;
  return `${movedOn}; no other member of its generation (${generation.what}) is here: ${generation.members.join(', ')}`;
}

function generationOf(name: LibcName): Generation | undefined {
  return Object.values<Generation>(generations).find(({ members }) => members.includes(name));
}
