/** Writes objects as YAML in one of the many forms that it has. */
import type { Json } from '../../webhook/kubernetes/json.ts';

/** Where the next choice comes from: a number from 0 to below `bound`. */
export type Choose = (bound: number) => number;

export interface Written {
  readonly text: string;
  readonly forms: ReadonlySet<'json' | 'alias' | 'crlf' | 'open'>;
}

/**
 * Writes objects in one of the many ways in which people write YAML: block and flow, odd indentation of lists, comments
 * between all parts, three sorts of quotes, blocks of text, aliases, markers of documents, tabs, CRLF, no last line end.
 * @param isBlockOnly without brackets around anything that is not empty, and without aliases
 */
export function writeManifest(objects: readonly Json[], choose: Choose, isBlockOnly = false): Written {
  const forms = new Set<'json' | 'alias' | 'crlf' | 'open'>();
  const isJson = !isBlockOnly && objects.length === 1 && choose(6) === 0;
  if (isJson) forms.add('json');
  const isCrlf = choose(4) === 0;
  if (isCrlf) forms.add('crlf');
  const isOpen = choose(4) === 0;
  if (isOpen) forms.add('open');
  let text = isJson
    ? `${JSON.stringify(objects[0], undefined, [0, 1, 2, '\t'][choose(4)])}\n`
    : objects
        .map((object, i) => new Writer(choose, { isFirst: i === 0, isBlockOnly, forms }).document(object))
        .join('');
  if (isOpen) text = text.trimEnd();
  return { text: isCrlf ? text.replaceAll('\n', '\r\n') : text, forms };
}

class Writer {
  readonly #choose: Choose;
  readonly #isFirst: boolean;
  readonly #isBlockOnly: boolean;
  readonly #forms: Set<string>;
  readonly #step: number;
  readonly #listDepth: number;
  readonly #anchors = new Map<string, string>();
  #count = 0;

  constructor(
    choose: Choose,
    { isFirst, isBlockOnly, forms }: { isFirst: boolean; isBlockOnly: boolean; forms: Set<string> },
  ) {
    this.#isBlockOnly = isBlockOnly;
    this.#choose = choose;
    this.#isFirst = isFirst;
    this.#forms = forms;
    this.#step = [2, 2, 4, 3, 1][choose(5)] ?? 2;
    this.#listDepth = [0, 2, 1, this.#step][choose(4)] ?? 0;
  }

  document(object: Json): string {
    const marker = this.#isFirst && this.#one(2) ? '' : `---${this.#comment()}\n`;
    const end = this.#one(6) ? `...${this.#comment()}\n` : '';
    return `${marker}${this.#lines(0)}${this.#block(object, 0).replace(/^\n/, '')}${this.#lines(0)}${end}`;
  }

  #one(of: number): boolean {
    return this.#choose(of) === 0;
  }

  /** Behind a value. */
  #comment(): string {
    if (!this.#one(6)) return '';
    return `${this.#one(2) ? ' ' : '   '}# ${['note', "it's", '"x: {', '- a', 'täg ✓'][this.#choose(5)]}`;
  }

  /** Empty lines and comments. */
  #lines(column: number): string {
    if (!this.#one(6)) return '';
    if (this.#one(2)) return '\n';
    const shift = this.#one(4) ? 0 : column;
    return `${' '.repeat(shift)}# line${this.#one(3) ? ': [' : ''}\n`;
  }

  /** Behind `key:` or `-`; ends its line. */
  #block(value: Json, column: number, isEntry = false): string {
    if (typeof value !== 'object' || value === null) return ` ${this.#scalar(value, column)}`;
    const isEmpty = Object.keys(value).length === 0;
    if (isEmpty || (!this.#isBlockOnly && column > 0 && this.#one(7)))
      return ` ${this.#flow(value, column + 2)}${this.#comment()}\n`;
    const known = this.#anchors.get(JSON.stringify(value));
    if (known !== undefined && !this.#isBlockOnly && this.#one(2)) {
      this.#forms.add('alias');
      return ` *${known}${this.#comment()}\n`;
    }
    const anchor = column > 0 && !isEntry && this.#one(5) ? ` &a${this.#count++}` : '';
    const text = Array.isArray(value) ? this.#list(value, column) : this.#members(value, column, isEntry);
    if (anchor !== '') this.#anchors.set(JSON.stringify(value), anchor.slice(2));
    return isEntry && !Array.isArray(value) ? text : `${anchor}${this.#comment()}\n${text}`;
  }

  #members(value: { [key: string]: Json }, column: number, isEntry: boolean): string {
    return Object.entries(value)
      .map(([key, member], i) => {
        const isBehindDash = isEntry && i === 0;
        const lead = isBehindDash ? ' ' : `${this.#lines(column)}${' '.repeat(column)}`;
        const depth = Array.isArray(member) ? this.#listDepth : this.#step;
        return `${lead}${this.#key(key)}:${this.#block(member, column + depth)}`;
      })
      .join('');
  }

  #list(value: readonly Json[], column: number): string {
    return value
      .map((item) => `${this.#lines(column)}${' '.repeat(column)}-${this.#block(item, column + 2, true)}`)
      .join('');
  }

  #key(key: string): string {
    return this.#one(8) ? JSON.stringify(key) : key;
  }

  #scalar(value: Json, column: number): string {
    // A value that an injection replaces comes back in another form.
    const isReplaced = this.#isBlockOnly && ['ClusterFirst', 'Default'].includes(value as string);
    if (!isReplaced && typeof value === 'string' && /^[\w /.-]+\n?$/.test(value) && column > 0 && this.#one(8)) {
      const isClipped = value.endsWith('\n');
      const body = value.trimEnd();
      if (body !== '' && !/^\s/.test(value))
        return `|${isClipped ? '' : '-'}\n${' '.repeat(column + 1)}${body}\n${this.#one(3) ? '\n' : ''}`;
    }
    return `${this.#inline(value)}${this.#comment()}\n`;
  }

  #inline(value: Json): string {
    if (typeof value !== 'string') return JSON.stringify(value);
    const isPlain = /^[A-Za-z][A-Za-z./-]*[a-z]{3}$/.test(value) && !/^(true|false|null|yes|on|off|no)$/i.test(value);
    if (isPlain && !this.#one(4)) return value;
    return /^[ -~]*$/.test(value) && this.#one(2) ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
  }

  #flow(value: Json, column: number): string {
    if (typeof value !== 'object' || value === null) return this.#inline(value);
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    const items = Array.isArray(value)
      ? value.map((item) => this.#flow(item, column + 2))
      : Object.entries(value).map(([key, item]) => `${this.#key(key)}: ${this.#flow(item, column + 2)}`);
    if (items.length === 0) return `${open}${this.#one(3) ? ' ' : ''}${close}`;
    const isOnLines = this.#one(2);
    const gap = isOnLines ? `\n${' '.repeat(column)}` : this.#one(3) ? ' ' : '';
    const comma = `,${gap === '' ? ' ' : gap}`;
    const last = this.#one(4) ? ',' : '';
    return `${open}${gap}${items.join(comma)}${last}${isOnLines ? `\n${' '.repeat(column)}` : gap}${close}`;
  }
}
