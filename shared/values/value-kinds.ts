/** What a kind of value is, and the kinds that every program needs: numbers, choices, flags, texts, lists. */
import { shownText } from './shown-text.ts';
import { suggestName } from './suggest-name.ts';

/**
 * What a setting's value may be. A kind reads it from text (environment, annotation), writes it back, and says what it
 * accepts; the last is what users read in a refusal and in the reference page.
 */
export interface ValueKind<Value> {
  readonly name: string;
  parse(text: string): Parsed<Value>;
  format(value: Value): string;
  /** A noun phrase: "integer from 1 to 30". */
  describe(): string;
}

export type Parsed<Value> = { ok: true; value: Value } | ({ ok: false } & Refusal);

export interface Refusal {
  accepted: string;
  /** What is wrong, where the value and what is accepted do not show it: the part of a list, the word that was meant. */
  fault?: string;
}

export interface KindParts<Value> {
  name: string;
  accepted: string;
  /** undefined = not accepted */
  read(text: string): Value | undefined;
  format?(value: Value): string;
}

/** A kind from its parts; refusing says what `accepted` says. */
export function kind<Value>({ name, accepted, read, format = String }: KindParts<Value>): ValueKind<Value> {
  return {
    name,
    parse: (text) => {
      const value = read(text);
      return value === undefined ? { ok: false, accepted } : { ok: true, value };
    },
    format,
    describe: () => accepted,
  };
}

export function integer(range: { min: number; max: number; unit?: string }): ValueKind<number> {
  const unit = range.unit === undefined ? '' : ` (${range.unit})`;
  return kind({
    name: 'integer',
    accepted: `integer from ${range.min} to ${range.max}${unit}`,
    read: (text) => {
      if (!/^\s*-?\d{1,15}\s*$/.test(text)) return undefined;
      const value = Number(text);
      return value >= range.min && value <= range.max ? value : undefined;
    },
  });
}

export function seconds(range: { min: number; max: number }): ValueKind<number> {
  return integer({ ...range, unit: 'seconds' });
}

export function flag(): ValueKind<boolean> {
  return kind({
    name: 'flag',
    accepted: 'true or false',
    read: (text) => {
      const word = text.trim().toLowerCase();
      if (word === 'true') return true;
      return word === 'false' ? false : undefined;
    },
  });
}

/** One of `words`, or a synonym that reads as one of them; letter case does not count. */
export function choice<const Word extends string>(
  words: readonly Word[],
  synonyms?: Readonly<Partial<Record<Word, readonly string[]>>>,
): ValueKind<Word> {
  const spellings = new Map<string, Word>();
  const shown: string[] = [];
  for (const word of words) {
    const others = synonyms?.[word] ?? [];
    for (const spelling of [word, ...others]) spellings.set(spelling, word);
    shown.push(others.length === 0 ? word : `${word} (or ${others.join(', ')})`);
  }
  const accepted = `one of ${shown.join(', ')}`;
  return {
    name: 'choice',
    parse: (text) => {
      const spelling = text.trim().toLowerCase();
      const value = spellings.get(spelling);
      if (value !== undefined) return { ok: true, value };
      return { ok: false, accepted, ...didYouMean(suggestName(spelling, [...spellings.keys()])) };
    },
    format: String,
    describe: () => accepted,
  };
}

export function didYouMean(suggestion: string | undefined): Pick<Refusal, 'fault'> {
  return suggestion === undefined ? {} : { fault: `did you mean ${suggestion}?` };
}

/** Any text but the empty one. */
export function text(): ValueKind<string> {
  return kind({ name: 'text', accepted: 'text', read: (value) => (value === '' ? undefined : value) });
}

export function path(): ValueKind<string> {
  return kind({
    name: 'path',
    accepted: 'absolute path of a file',
    // oxlint-disable-next-line no-control-regex -- control characters are what it is about
    read: (value) => (/^\/[^\u0000-\u001f]*$/.test(value) ? value : undefined),
  });
}

export function paths(): ValueKind<string[]> {
  return list(path(), { min: 1 });
}

/** Several values of one kind, separated by commas or blanks. Each item says itself what it accepts. */
export function list<Item>(item: ValueKind<Item>, limits: { min?: number; max?: number } = {}): ValueKind<Item[]> {
  const { min = 0, max = Number.POSITIVE_INFINITY } = limits;
  const many = max === Number.POSITIVE_INFINITY ? 'several' : `up to ${max}`;
  const accepted = `${item.describe()}; ${many} separated by commas`;
  return {
    name: 'list',
    parse: (value) => {
      const parts = value.split(/[,\s]+/).filter((part) => part !== '');
      if (parts.length > max) return { ok: false, accepted, fault: `there are ${parts.length}` };
      const values: Item[] = [];
      const faults: string[] = [];
      for (const part of parts) {
        // A list may have a hundred thousand parts, and each fault costs a search for what was meant.
        if (faults.length === maxFaults) return { ok: false, accepted, fault: `${faults.join('; ')}; …` };
        const parsed = item.parse(part);
        if (parsed.ok) values.push(parsed.value);
        else faults.push(faultOfPart(part, parsed.fault));
      }
      if (faults.length > 0) return { ok: false, accepted, fault: faults.join('; ') };
      return values.length < min ? { ok: false, accepted } : { ok: true, value: values };
    },
    format: (values) => values.map((value) => item.format(value)).join(','),
    describe: () => accepted,
  };
}

/** Wrong parts of a list that a message names. */
const maxFaults = 5;

function faultOfPart(part: string, fault: string | undefined): string {
  const maxShownPartLength = 80;
  return `"${shownText(part, maxShownPartLength)}" is wrong${fault === undefined ? '' : `, ${fault}`}`;
}
