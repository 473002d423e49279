/** Names as lists of labels, the one next to the root first, so that what is alike has one spelling. */
import { byteAt } from '../../wire/bytes.ts';
import { encodeName, foldCase, type WireName } from '../../wire/name.ts';

/** Each byte of a label is one character; capital letters are small. */
export type Labels = readonly string[];

export function labelsOf(name: WireName): Labels {
  const labels: string[] = [];
  for (let offset = 0; byteAt(name, offset) > 0; offset += byteAt(name, offset) + 1) {
    const bytes = name.subarray(offset + 1, offset + 1 + byteAt(name, offset));
    // Put together letter by letter, each would take many times its size for as long as it is kept.
    labels.push(String.fromCharCode(...bytes.map(foldCase)));
  }
  return labels.toReversed();
}

/** Undefined where the text is no name. */
export function labelsOfText(text: string): Labels | undefined {
  const name = encodeName(text);
  return name && labelsOf(name);
}

/** The name itself, or one below it. */
export function isWithin(labels: Labels, zone: Labels): boolean {
  return zone.every((label, index) => labels[index] === label);
}
