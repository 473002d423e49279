/** Puts lines together that arrive in pieces. */

export interface Lines {
  /** False: a line is longer than it may be. */
  take(part: Uint8Array): boolean;
}

export function createLines(maxBytes: number, line: (text: string) => void): Lines {
  const decoder = new TextDecoder();
  let begun = '';
  return {
    take(part) {
      const texts = (begun + decoder.decode(part, { stream: true })).split('\n');
      begun = texts.pop() ?? '';
      for (const text of texts) if (text.trim() !== '') line(text);
      return begun.length <= maxBytes;
    },
  };
}
