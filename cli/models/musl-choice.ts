/** Which musl is played: one that is known, some between two, or every generation. */
import { muslOf, type ChosenMusl } from './alpine-releases.ts';

export interface MuslChoice {
  /** `range`: several are named, and those between them count, too. */
  readonly kind: 'known' | 'range' | 'unknown';
  /** From the oldest; each stands for its generation, but where it is known. */
  readonly members: readonly ChosenMusl[];
}

/** The last release of each generation stands for it. */
const everyGeneration = ['1.2.0', '1.2.3', '1.2.4', '1.2.6'].flatMap((version) => muslOf(version) ?? []);

export const unknownMusl: MuslChoice = { kind: 'unknown', members: everyGeneration };

/** None: unknown. */
export function chooseMusl(named: readonly ChosenMusl[]): MuslChoice {
  const sorted = named.toSorted((a, b) => releaseOrder(a) - releaseOrder(b));
  const [first] = sorted;
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return unknownMusl;
  if (sorted.every(({ version }) => version === first.version)) return { kind: 'known', members: [first] };
  const between = everyGeneration.filter(
    (member) => releaseOrder(member) > releaseOrder(first) && releaseOrder(member) < releaseOrder(last),
  );
  const isOfAnother = ({ generation }: ChosenMusl) =>
    generation.name !== first.generation.name && generation.name !== last.generation.name;
  return { kind: 'range', members: [first, ...between.filter(isOfAnother), last] };
}

/**
 * Of the tag of an image: `alpine:3.20`, `node:22-alpine3.20`. Undefined: it does not say its release.
 * @param name the last part of its path
 */
export function muslOfTag(name: string, tag: string): ChosenMusl | undefined {
  const [, minor] = /(?:^|[-_.])alpine(?:linux)?v?(3\.\d{1,2}(?:\.\d+)?)(?=$|[-_.])/.exec(tag) ?? [];
  if (minor !== undefined) return muslOf(minor);
  return name === 'alpine' || name === 'alpinelinux'
    ? muslOf(/^v?3\.\d{1,2}(?:\.\d+)?/.exec(tag)?.[0] ?? '')
    : undefined;
}

/** `musl 1.2.5 (Alpine 3.20)`; of several that do the same, from the first to the last. */
export function muslTitle(members: readonly ChosenMusl[], { kind }: Pick<MuslChoice, 'kind'>): string {
  const [first] = members;
  const last = members.at(-1);
  if (first === undefined || last === undefined) return 'musl';
  if (kind !== 'unknown') {
    const isAlpine = first.alpine !== undefined && last.alpine !== undefined;
    const alpine = isAlpine ? ` (Alpine ${span(first.alpine, last.alpine)})` : '';
    return `musl ${span(first.version, last.version)}${alpine}`;
  }
  const [versions, alpine] = [
    span(first.generation.versions, last.generation.versions),
    span(first.generation.alpine, last.generation.alpine),
  ];
  return `musl ${versions} (Alpine ${alpine})`;
}

/** `Alpine 3.13 to 3.17`, where no release is named. */
export function shortMuslTitle(members: readonly ChosenMusl[], choice: Pick<MuslChoice, 'kind'>): string {
  const [first] = members;
  const last = members.at(-1);
  if (choice.kind !== 'unknown' || first === undefined || last === undefined) return muslTitle(members, choice);
  return `Alpine ${span(first.generation.alpine, last.generation.alpine)}`;
}

function span(from: string, to: string): string {
  const [start = ''] = from.split(' to ');
  const end = to.split(' to ').at(-1) ?? '';
  return start === end ? start : `${start} to ${end}`;
}

/** 1.2.4 of Alpine 3.19 is younger than that of 3.18. */
function releaseOrder({ version, alpine }: ChosenMusl): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const release = Number(alpine?.split('.')[1] ?? 0);
  return ((major * 100 + minor) * 100 + patch) * 100 + release;
}
