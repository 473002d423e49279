/** Random names for lookups and for search lists: everything a program or an administrator may write. */
import type { Random } from '../random.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const maxLabel = 63;
/** Of a name in presentation form without a final dot. */
const maxName = 253;

/** A label that is no word, so that one case's names are not another's. It begins with a letter: no address does. */
export function randomLabel(random: Random, length = random.between(3, 8)): string {
  const inner = `${letters}${letters}0123456789`;
  const rest = Array.from({ length: length - 1 }, (_, i) => {
    if (i > 0 && i < length - 2 && random.chance(0.05)) return '-';
    return random.pick(inner.split(''));
  });
  return random.pick(letters.split('')) + rest.join('');
}

export interface NameLimits {
  /** Names that no glibc asks for may come, too. */
  readonly invalid: boolean;
}

export function randomName(random: Random, { invalid }: NameLimits): string {
  const kind = random.weighted({ short: 34, dotted: 44, underscore: 5, many: 6, long: 5, invalid: invalid ? 4 : 0 });
  switch (kind) {
    case 'short':
      return finished(random, randomLabel(random));
    case 'dotted':
      return finished(random, labels(random, random.between(2, 5)).join('.'));
    case 'underscore':
      return finished(random, withUnderscores(random));
    case 'many':
      return finished(random, labels(random, random.between(6, 20), 3).join('.'));
    case 'long':
      return longName(random, invalid);
    case 'invalid':
      return invalidName(random);
  }
}

function labels(random: Random, count: number, length?: number): string[] {
  return Array.from({ length: count }, () => randomLabel(random, length));
}

function finished(random: Random, name: string): string {
  const cased = random.chance(0.12) ? mixCase(random, name) : name;
  return random.chance(0.15) ? `${cased}.` : cased;
}

function mixCase(random: Random, text: string): string {
  return text
    .split('')
    .map((letter) => (random.chance(0.4) ? letter.toUpperCase() : letter))
    .join('');
}

function withUnderscores(random: Random): string {
  const parts = labels(random, random.between(1, 3));
  parts[0] = random.pick([`_${parts[0]}`, `${parts[0]}_`, `${parts[0]}_x`]);
  return parts.join('.');
}

/** Labels of the longest kind, names up to the longest, and one byte beyond. */
function longName(random: Random, invalid: boolean): string {
  const wanted = random.pick([63, 127, 180, 200, 225, 236, 237, 238, 239, 240, 245, 250, 252, 253, 254]);
  const parts: string[] = [];
  let left = wanted;
  while (left > 0) {
    const length = Math.min(left, random.pick([maxLabel, maxLabel, 30]));
    // A dot may not be the last byte: what is left is never a dot alone.
    const used = left - length === 1 ? length - 1 : length;
    parts.push(randomLabel(random, Math.max(used, 1)));
    left -= used + 1;
  }
  return finished(random, parts.join('.').slice(0, invalid ? maxName + 1 : maxName));
}

function invalidName(random: Random): string {
  const [one = '', two = ''] = labels(random, 2);
  return random.pick([
    `${one}*${two}.test`,
    `-${one}.${two}`,
    `--${one}`,
    `${one}..${two}`,
    `.${one}`,
    `${one}.${two}..`,
    `${one} ${two}`,
    `${one}.${'x'.repeat(maxLabel + 1)}`,
    `${one}/${two}.test`,
    `${one}@${two}`,
    `${one}\\.${two}`,
    `${one}.${labels(random, 20, 14).join('.')}`,
    `${one}\xc3\xa4.${two}`,
    `${one}.*`,
    `${one}:${two}`,
  ]);
}

/** An entry of a search list. */
export function randomSearchEntry(random: Random): string {
  const kind = random.weighted({
    usual: 70,
    one: 14,
    cased: 8,
    rootDot: 2,
    leadingDot: 2,
    finalDot: 3,
    long: 2,
    oddByte: 1,
    emptyLabel: 0.5,
    longLabel: 0.5,
    underscore: 2,
  });
  const usual = () => labels(random, random.between(2, 3)).join('.');
  switch (kind) {
    case 'usual':
      return usual();
    case 'one':
      return randomLabel(random);
    case 'cased':
      return mixCase(random, usual());
    case 'rootDot':
      return '.';
    case 'leadingDot':
      return `.${usual()}`;
    case 'finalDot':
      return `${usual()}.`;
    case 'long':
      return labels(random, random.between(3, 8), 25).join('.');
    case 'oddByte':
      return `${randomLabel(random)}${random.pick(['*', '#', '/', ';'])}.${randomLabel(random)}`;
    case 'emptyLabel':
      return `${randomLabel(random)}..${randomLabel(random)}`;
    case 'longLabel':
      return `${'y'.repeat(maxLabel + 1)}.${randomLabel(random)}`;
    case 'underscore':
      return `_${randomLabel(random)}.${randomLabel(random)}`;
  }
}
