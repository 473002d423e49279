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

export type Parsed<Value> = { ok: true; value: Value } | { ok: false; accepted: string };

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

export function choice<const Word extends string>(words: readonly Word[]): ValueKind<Word> {
  return kind({
    name: 'choice',
    accepted: `one of ${words.join(', ')}`,
    read: (text) => words.find((word) => word === text.trim().toLowerCase()),
  });
}

/** Any text but the empty one. */
export function text(): ValueKind<string> {
  return kind({ name: 'text', accepted: 'text', read: (value) => (value === '' ? undefined : value) });
}

export function path(): ValueKind<string> {
  return kind({
    name: 'path',
    accepted: 'absolute path of a file',
    // oxlint-disable-next-line no-control-regex
    read: (value) => (/^\/[^\u0000-\u001f]*$/.test(value) ? value : undefined),
  });
}

/** Several values of one kind, separated by commas or blanks. Each item says itself what it accepts. */
export function list<Item>(item: ValueKind<Item>, limits: { min?: number; max?: number } = {}): ValueKind<Item[]> {
  const { min = 0, max = Number.POSITIVE_INFINITY } = limits;
  const many = max === Number.POSITIVE_INFINITY ? 'several' : `up to ${max}`;
  return kind({
    name: 'list',
    accepted: `${item.describe()}; ${many} separated by commas`,
    read: (value) => {
      const items = value
        .split(/[,\s]+/)
        .filter((part) => part !== '')
        .map((part) => item.parse(part));
      if (items.length < min || items.length > max) return undefined;
      const values = items.flatMap((parsed) => (parsed.ok ? [parsed.value] : []));
      return values.length === items.length ? values : undefined;
    },
    format: (values) => values.map((value) => item.format(value)).join(','),
  });
}
