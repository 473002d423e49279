/** bash splits words at `=`, `:` and `@`, too, and puts what it is given behind the last of them. */

/** `--output`, `=`, `js` are one word; so are `arn`, `:`, `aws`. */
export function joinedWords(words: readonly string[]): string[] {
  const joined: string[] = [];
  words.forEach((word, i) => {
    const last = joined.at(-1);
    if (last !== undefined && (isBreakIn(word, last) || isBehindBreak(words[i - 1] ?? '', last)))
      joined.push(`${joined.pop() ?? ''}${word}`);
    else joined.push(word);
  });
  return joined;
}

/** The last word, and how much of it the shell keeps in front of what it is given. */
export function joinedWord(words: readonly string[]): { readonly text: string; readonly cut: number } {
  const text = joinedWords(words).at(-1) ?? '';
  const isSplit = text !== (words.at(-1) ?? '');
  return { text, cut: isSplit ? text.search(replacedPart) : 0 };
}

/** readline takes a word that begins with `@` for the name of a host, and replaces the sign, too. */
const replacedPart = /@?[^=:@]*$/;

/** What stands between words without a space to its left is of the same word. */
function isBreakIn(word: string, last: string): boolean {
  return word === '=' ? last.startsWith('--') : breakInName.test(word);
}

function isBehindBreak(previous: string, last: string): boolean {
  return previous !== last && (previous === '=' ? last.endsWith('=') : breakInName.test(previous));
}

/** Several of them are one piece, as of `::`. */
const breakInName = /^[:@]+$/;
