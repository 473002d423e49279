/**
 * Text of users as it stands in a message: one line, where control characters and Unicode's line ends stand as JSON
 * escapes, and no longer than `maxCharacters`.
 */
export function shownText(text: string, maxCharacters: number): string {
  const shortened = text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
  const escape = (character: string): string =>
    shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return shortened.replace(/[\p{Cc}\u2028\u2029]/gu, escape);
}

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
