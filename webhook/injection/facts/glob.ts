/**
 * A pattern of text, ready to be compared: `*` stands for any characters but `/`, `**` for any characters, everything else
 * for itself. Its places, one before each character and one behind the last, are bits of 32-bit words.
 */
export interface Glob {
  /** By character code: the places that stand before this character. */
  readonly before: readonly (readonly number[] | undefined)[];
  /** The places at which a star takes in a slash: those of `**`. */
  readonly overSlash: readonly number[];
  /** The places at which a star takes in any other character. */
  readonly overOthers: readonly number[];
  readonly lastPlace: number;
  /** The longest part without stars. Most texts do not have it, which is found out much faster. */
  readonly part: string;
}

/** `text` is ASCII. */
export function readGlob(text: string): Glob {
  const tokens = text.match(/\*+|[^*]/g) ?? [];
  const lastPlace = tokens.filter((token) => !token.startsWith('*')).length;
  const noPlaces = (): number[] => Array.from({ length: Math.floor(lastPlace / wordBits) + 1 }, () => 0);
  const [overSlash, overOthers] = [noPlaces(), noPlaces()];
  const before: number[][] = [];
  let place = 0;
  for (const token of tokens) {
    if (token.startsWith('*')) {
      setPlace(overOthers, place);
      if (token !== '*') setPlace(overSlash, place);
    } else setPlace((before[token.charCodeAt(0)] ??= noPlaces()), place++);
  }
  const [part = ''] = text.split(/\*+/).toSorted((left, right) => right.length - left.length);
  return { before, overSlash, overOthers, lastPlace, part };
}

const wordBits = 32;

function setPlace(words: number[], place: number): void {
  const index = Math.floor(place / wordBits);
  words[index] = (words[index] ?? 0) | (1 << (place % wordBits));
}

/**
 * Whether all of `text` is as the glob says. All places that the text may have reached are followed at once (bit-parallel,
 * as in Baeza-Yates and Gonnet's shift-and), so that the time grows with the length of the text alone, in however many ways
 * it can be read.
 */
export function matchesGlob({ before, overSlash, overOthers, lastPlace, part }: Glob, text: string): boolean {
  if (!text.includes(part)) return false;
  const reached = overSlash.map(() => 0);
  reached[0] = 1;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const column = before[code];
    const stars = code === slash ? overSlash : overOthers;
    let carry = 0;
    let anywhere = 0;
    for (let word = 0; word < reached.length; word++) {
      const places = reached[word] ?? 0;
      const advancing = places & (column?.[word] ?? 0);
      const next = (advancing << 1) | carry | (places & (stars[word] ?? 0));
      reached[word] = next;
      carry = advancing >>> (wordBits - 1);
      anywhere |= next;
    }
    if (anywhere === 0) return false;
  }
  return (((reached[Math.floor(lastPlace / wordBits)] ?? 0) >>> (lastPlace % wordBits)) & 1) === 1;
}

const slash = 0x2f;
