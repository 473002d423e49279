/**
 * Which lookups must come to the same end, so that one of them is played for all: what a resolver does with a name hangs on
 * its dots, its length, and on which of the names that it asks for exist, but not on what it is called.
 */
import type { ExistingName } from './failure-scenarios.ts';
import type { ReadSource } from './what-if-play.ts';

export interface NamedLookup {
  readonly name: string;
  readonly read: ReadSource;
  /** All that it may ask for. */
  readonly asked: readonly string[];
  readonly existing: readonly ExistingName[];
}

/** Equal for lookups that are alike. */
export interface LikenessKeys {
  readonly usual: string;
  /** Where a reply holds as much as fits behind the name, its length counts. */
  readonly long: string;
}

export function createLikeness(): (lookup: NamedLookup) => LikenessKeys {
  const known = new Map<string, number>();
  const numbers = new WeakMap<ReadSource, number>();
  const numberOf = (read: ReadSource): number => {
    const number = numbers.get(read) ?? numberOfText(known, JSON.stringify(configurationOf(read)));
    numbers.set(read, number);
    return number;
  };
  return (lookup) => {
    const { read, name, existing } = lookup;
    if (isPlain(lookup)) {
      const key = (isLong: boolean) => JSON.stringify([numberOf(read), ...shapeOf(lookup, isLong)]);
      return { usual: key(false), long: key(true) };
    }
    const exact = JSON.stringify([numberOf(read), read.source.original, name, existing]);
    return { usual: exact, long: exact };
  };
}

function numberOfText(known: Map<string, number>, text: string): number {
  const number = known.get(text) ?? known.size;
  known.set(text, number);
  return number;
}

/** Without what things are called. */
function shapeOf({ name, asked, existing }: NamedLookup, isLong: boolean): unknown[] {
  const kinds = new Map(existing.map(({ name: each, is, host }) => [each, isLong ? `${is} ${host?.length}` : is]));
  const candidates = asked.map((each) => [asked.indexOf(each), kinds.get(each), isLong ? each.length : undefined]);
  return [name.split('.').length, name.endsWith('.'), candidates];
}

/** The search lists by the dots of their entries. */
function configurationOf({ glibc, musl, source: { seen, snapshot } }: ReadSource): unknown[] {
  const {
    resolvConf: { search, ...options },
    ...rest
  } = snapshot;
  return [
    { ...glibc, flags: [...glibc.flags], search: glibc.search.map(dotsOf) },
    { ...musl, search: musl.search.map(dotsOf) },
    { ...options, search: search.map(dotsOf) },
    ...[seen, rest],
  ];
}

function dotsOf(entry: string): number {
  return entry.split('.').length;
}

/** No name that a resolver, a setting or a limit of length might take otherwise than its like. */
function isPlain({ name, read, asked, existing }: NamedLookup): boolean {
  const { routing, domainsBehindMarker } = read.source.snapshot;
  const texts = [name, ...asked, ...read.glibc.search, ...existing.map(({ host }) => host ?? name)];
  const isUnderMarker = (text: string) => read.seen.search.some((marker) => `.${text}`.endsWith(`.${marker}`));
  return (
    routing.stubZones.length === 0 &&
    !routing.keepsPrivateNames &&
    domainsBehindMarker.length === 0 &&
    texts.every((text) => plainName.test(text) && text.length <= maxPlainCharacters && !isUnderMarker(text))
  );
}

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const plainName = new RegExp(`^${label}(?:\\.${label})*\\.?$`, 'i');
/** Far below what any resolver cuts off. */
const maxPlainCharacters = 200;
