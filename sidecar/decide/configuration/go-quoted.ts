/**
 * Go string literals, read by the rules of `strconv.Unquote`: interpreted (`"…"`) and raw (`` `…` ``).
 *
 * Deliberately not: rune literals (`'x'`), which no kubelet writes. Bytes that are not UTF-8 become U+FFFD.
 */

/** `undefined` when the text is not exactly one literal. */
export function unquoteGo(text: string): string | undefined {
  if (/^`[^`]*`$/.test(text)) return text.slice(1, -1).replaceAll('\r', '');
  if (!/^"(?:[^"\\\n]|\\.)*"$/.test(text)) return undefined;
  const parts: (string | number)[] = [];
  for (const match of text.slice(1, -1).matchAll(escapeOrText)) {
    const part = readPart(match);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return joinParts(parts);
}

const escapeOrText = /[^\\]+|\\(?:x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([abfnrtv\\"])|)/g;

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** Text, or one byte (`\x`, octal); `undefined` for an escape that Go does not know. */
function readPart([whole, hex, octal, short, long, simple]: RegExpExecArray): string | number | undefined {
  if (!whole.startsWith('\\')) return whole;
  if (simple !== undefined) return simpleEscapes[simple];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  if (octal !== undefined) return Number.parseInt(octal, 8) <= 255 ? Number.parseInt(octal, 8) : undefined;
  // An escape that Go does not know is a backslash alone here, and no number.
  const codePoint = Number.parseInt(short ?? long ?? whole, 16);
  const isRune = codePoint < 0xd800 || (codePoint > 0xdfff && codePoint <= 0x10_ffff);
  return isRune ? String.fromCodePoint(codePoint) : undefined;
}

/** Bytes of several escapes may make up one character. */
function joinParts(parts: readonly (string | number)[]): string {
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  const encoder = new TextEncoder();
  const bytes = parts.flatMap((part) => (typeof part === 'string' ? [...encoder.encode(part)] : [part]));
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
